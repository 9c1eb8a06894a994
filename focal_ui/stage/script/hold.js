// A mark that can be taken hold of moves the sliders that it stands for.

const REACH = 26; // picture units around the mark

function takeHold(event, state) {
  const svg = event.target.closest?.("[data-picture] svg[role=img]");
  const mark = svg && nearestHold(svg, event);
  if (!mark || event.button) return;
  const place = svg.closest("[data-picture]");
  const scales = scalesOf(svg);
  const panel = scales.find((each) => each.panel === (mark.dataset.panel ?? ""));
  const sliders = JSON.parse(mark.dataset.hold); // axis -> key of its slider
  event.preventDefault();
  const move = (moved) => {
    const at = pointIn(svg, moved);
    const unit = { x: (at.x - panel.left) / panel.width, y: 1 - (at.y - panel.top) / panel.height };
    for (const [axis, key] of Object.entries(sliders)) {
      setSlider(key, value(panel[axis], Math.min(1, Math.max(0, unit[axis]))));
    }
    if (Object.keys(sliders).length > 1) moveFreely(place, mark, sliders, state);
  };
  const drop = () => {
    removeEventListener("pointermove", move, true);
    removeEventListener("pointerup", drop, true);
    removeEventListener("pointercancel", drop, true);
    letGo(state);
    Object.values(sliders).forEach(commit);
  };
  addEventListener("pointermove", move, true);
  addEventListener("pointerup", drop, true);
  addEventListener("pointercancel", drop, true);
  const one = Object.values(sliders);
  if (one.length === 1) {
    state.active = [...state.families.values()].find((each) => each.slider?.key === one[0]) ?? state.active;
  }
  move(event);
}

function nearestHold(svg, event) {
  const at = pointIn(svg, event);
  let best = null;
  for (const mark of svg.querySelectorAll("[data-hold]")) {
    const box = mark.getBBox();
    const away = [
      Math.max(box.x - at.x, 0, at.x - box.x - box.width),
      Math.max(box.y - at.y, 0, at.y - box.y - box.height),
    ];
    const far = Math.hypot(...away);
    if (far < (best?.far ?? REACH)) best = { far, mark };
  }
  return best?.mark;
}

// React takes the number that its own slider would have sent; the thumb moves, nothing is sent yet.
function setSlider(key, wanted) {
  const input = inputOf({ key });
  if (!input) return;
  const [low, high, step] = ["min", "max", "step"].map((name) => Number(input[name]));
  const number = Math.min(high, Math.max(low, low + Math.round((wanted - low) / step) * step));
  put(input, Number(number.toFixed(6)));
}

function put(input, number) {
  if (Number(input.value) === number) return;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, number);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

// Said to the server as a key would say it: one step beside the place, then the arrow back to it.
function commit(key) {
  const input = inputOf({ key });
  if (!input) return;
  const [number, low, step] = [Number(input.value), Number(input.min), Number(input.step)];
  const up = number - step >= low - 1e-9;
  put(input, Number((up ? number - step : number + step).toFixed(6)));
  for (const type of ["keydown", "keyup"]) {
    input.dispatchEvent(new KeyboardEvent(type, { key: up ? "ArrowRight" : "ArrowLeft", bubbles: true }));
  }
}

// In two directions at once no family fits: the mark itself follows, its headline is read off the
// map, and what cannot know yet steps back until the mark is let go.
function moveFreely(place, mark, sliders, state) {
  state.held = mark;
  document.documentElement.dataset.held = place.dataset.picture;
  const at = Object.fromEntries(Object.entries(sliders).map(([axis, key]) => [axis, Number(inputOf({ key }).value)]));
  for (const svg of place.querySelectorAll("svg[role=img]")) {
    const scales = scalesOf(svg);
    const panel = scales.find((each) => each.panel === (mark.dataset.panel ?? ""));
    for (const each of svg.querySelectorAll("[data-hold]")) shift(each, panel, at);
  }
  const said = heldHeadline(place, sliders, at);
  if (said) document.querySelectorAll('[data-live="headline"]').forEach((node) => ((node.innerHTML = said), (node.said = null)));
}

function shift(mark, panel, at) {
  const x = panel.left + unitOf(panel.x, at.x) * panel.width;
  const y = panel.top + (1 - unitOf(panel.y, at.y)) * panel.height;
  if (mark.tagName === "circle") return void (mark.setAttribute("cx", x), mark.setAttribute("cy", y));
  const [wide, tall] = [Number(mark.getAttribute("width")), Number(mark.getAttribute("height"))];
  mark.setAttribute("x", x - wide / 2);
  mark.setAttribute("y", y - tall / 2);
}

function unitOf(axis, number) {
  const at = axis.log ? Math.log10(number) : number;
  return (at - axis.low) / (axis.high - axis.low);
}

function heldHeadline(place, sliders, at) {
  const held = place.family?.held?.[place.dataset.picture];
  if (!held) return null;
  const [i, j] = [nearest(held.x, at.x), nearest(held.y, at.y)];
  const shares = { [sliders.x]: held.x[i], [sliders.y]: held.y[j], value: held.values[j][i] };
  return held.words.replace(/\{(\w+)\}/g, (_, name) => shares[name]);
}

function letGo(state) {
  delete document.documentElement.dataset.held;
  state.held = null;
  document.querySelectorAll("[data-picture]").forEach((place) => (place.row = -1));
}
