// The value under the pointer or the finger: of the nearest curve, the bar, the dot, the map.

const NEAR = 24; // picture units between a pointer and the curve that it asks about

function tellValues(event) {
  const svg = event.target.closest?.("[data-picture] svg[role=img]");
  const said = svg && (ofMark(event.target) ?? ofPlace(svg, event));
  if (!said) return hideTip();
  showTip(said, event.clientX, event.clientY);
}

function showTip(said, x, y) {
  const tip = theTip();
  tip.textContent = said;
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(x + 12, innerWidth - width - 4))}px`;
  tip.style.top = `${Math.max(4, y - 16 - height)}px`;
}

function ofMark(target) {
  return target.closest?.("[data-tip]")?.dataset.tip || null;
}

function ofPlace(svg, event) {
  const scales = scalesOf(svg);
  const at = pointIn(svg, event);
  const panel = scales.find((each) => inside(each, at));
  if (!panel) return null;
  const unit = [(at.x - panel.left) / panel.width, 1 - (at.y - panel.top) / panel.height];
  return ofCurve(svg, panel, unit, at) ?? ofMap(svg, panel, unit) ?? ofGlow(svg, panel, unit);
}

function ofCurve(svg, panel, [across], at) {
  let best = null;
  for (const mark of svg.querySelectorAll("path[data-name]")) {
    if (!mark.curve || (mark.dataset.panel ?? "") !== panel.panel) continue;
    const j = nearest(mark.curve.across, across);
    const height = mark.curve.heights[j];
    const away = Math.abs(panel.top + (1 - height) * panel.height - at.y);
    if (away < (best?.away ?? NEAR)) best = { away, mark, x: mark.curve.across[j], y: height };
  }
  if (!best) return null;
  const { entry, value_at } = svg.closest("[data-picture]").labels;
  const where = `${panel.x.title} ${written(panel.x, best.x)}`;
  const said = filled(value_at, { value: written(panel.y, best.y), at: where });
  return filled(entry, { name: best.mark.dataset.name, said });
}

function ofMap(svg, panel, [across, up]) {
  const mark = svg.querySelector("[data-map]");
  if (!mark || mark.dataset.panel !== panel.panel) return null;
  mark.map ??= JSON.parse(mark.dataset.map);
  const { x, y, z } = mark.map;
  const [i, j] = [nearest(x, value(panel.x, across)), nearest(y, value(panel.y, up))];
  const { entry, part } = svg.closest("[data-picture]").labels;
  const where = { name: `${panel.x.title} ${local(x[i])}`, part: `${panel.y.title} ${local(y[j])}` };
  return filled(entry, { name: filled(part, where), said: percent(z[j][i]) });
}

function filled(template, words) {
  return template.replace(/\{(\w+)\}/g, (_, name) => words[name]);
}

function nearest(sorted, wanted) {
  let best = 0;
  for (let i = 1; i < sorted.length; i++) {
    if (Math.abs(sorted[i] - wanted) < Math.abs(sorted[best] - wanted)) best = i;
  }
  return best;
}

function value(axis, unit) {
  const at = axis.low + unit * (axis.high - axis.low);
  return axis.log ? 10 ** at : at;
}

function written(axis, unit) {
  const at = value(axis, unit);
  return axis.percent ? percent(at) : short(at);
}

function short(number) {
  return Math.abs(number) >= 100 ? Math.round(number).toLocaleString(language()) : local(+number.toPrecision(3));
}

function percent(share) {
  const sign = (0.5).toLocaleString(language(), { style: "percent" }).replace(/\d+/, "").replace("\u00a0", "\u202f");
  return short(100 * share) + sign;
}

// A number with all its digits and the decimal sign of the page's language.
function local(number) {
  return String(number).replace(".", (1.5).toLocaleString(language()).charAt(1));
}

function language() {
  return document.documentElement.lang || "en";
}

function pointIn(svg, event) {
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
}

function inside({ left, top, width, height }, { x, y }) {
  return x >= left && x <= left + width && y >= top && y <= top + height;
}

function theTip() {
  let tip = document.querySelector("#focal-tip");
  if (!tip) {
    tip = Object.assign(document.createElement("div"), { id: "focal-tip", hidden: true });
    tip.setAttribute("aria-hidden", "true"); // the table says the same to the keyboard
    document.body.append(tip);
  }
  return tip;
}

function hideTip() {
  const tip = document.querySelector("#focal-tip");
  if (tip && !tip.hidden) hideAnchors();
  if (tip) tip.hidden = true;
}
