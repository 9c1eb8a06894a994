// A picture of very many places that glow: painted from tables of bytes. What is said of a place is
// looked up in tables of words; a cursor moved by keys says the same as the pointer.

const CURSOR = 6; // places between two stops of the keyboard's cursor

function glowDrawer(change, marks) {
  const n = change.size ** 2;
  const levels = added(bytesOf(change.levels), n);
  const maps = Object.fromEntries(Object.entries(change.maps).map(([key, text]) => [key, added(bytesOf(text), n)]));
  const colors = new Uint32Array(bytesOf(change.colors).buffer);
  const small = Object.assign(document.createElement("canvas"), { width: change.size, height: change.size });
  const pixels = small.getContext("2d").createImageData(change.size, change.size);
  const words = new Uint32Array(pixels.data.buffer);
  const rowOf = (bytes, row) => bytes.subarray(bytes.length > n ? row * n : 0, (bytes.length > n ? row * n : 0) + n);
  let painted = null;
  return (row) => {
    const now = rowOf(levels, row);
    marks.forEach((mark) => {
      const here = Object.fromEntries(Object.entries(maps).map(([key, bytes]) => [key, rowOf(bytes, row)]));
      mark.glow = { size: change.size, levels: now, offset: change.offsets[row] ?? change.offsets[0], told: change.told, maps: here };
    });
    if (painted === now.byteOffset) return;
    painted = now.byteOffset;
    for (let i = 0; i < n; i++) words[i] = colors[now[i]];
    small.getContext("2d").putImageData(pixels, 0, 0);
    marks.forEach((mark) => paint(mark, small));
  };
}

function paint(mark, small) {
  const canvas = mark.querySelector("canvas");
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}

function ofGlow(svg, panel, [across, up]) {
  const mark = [...svg.querySelectorAll("[data-glow]")].find((each) => (each.dataset.panel ?? "") === panel.panel);
  if (!mark?.glow) return null;
  const size = mark.glow.size;
  const [x, y] = [across, 1 - up].map((unit) => Math.min(size - 1, Math.floor(unit * size)));
  showAnchors(svg, x, y);
  return saidOf(svg, y * size + x);
}

function saidOf(svg, place) {
  const [left, right] = ["left", "right"].map((name) => svg.querySelector(`[data-glow="${name}"]`).glow);
  const { told, maps } = right;
  const words = { kind: told.kind_words[maps.kinds[place]], p_t: told.p_t_words[maps.p_t[place]] };
  for (const [name, glow] of [["ce", left], ["fl", right]]) {
    words[name] = told.loss_words[glow.levels[place] + glow.offset];
    words[`${name}_share`] = told.share_words[glow.levels[place]];
  }
  return filled(told.template, words);
}

// The nine anchors that stand at the place, on both images.
function showAnchors(svg, x, y) {
  hideAnchors();
  const scales = scalesOf(svg);
  for (const mark of svg.querySelectorAll("[data-glow]")) {
    const panel = scales.find((each) => each.panel === (mark.dataset.panel ?? ""));
    const unit = panel.width / mark.glow.size;
    const middle = [panel.left + (x + 0.5) * unit, panel.top + (y + 0.5) * unit];
    const group = element("g", { class: "anchors", fill: "none", stroke: "#fff", "stroke-width": 0.8 });
    for (const [wide, tall] of svg.querySelector('[data-glow="right"]').glow.told.anchors) {
      const size = { width: wide * unit, height: tall * unit };
      group.append(element("rect", { x: middle[0] - size.width / 2, y: middle[1] - size.height / 2, ...size }));
    }
    svg.append(group);
  }
}

function hideAnchors() {
  document.querySelectorAll("[data-picture] g.anchors").forEach((group) => group.remove());
}

// Arrows move a cursor from place to place; Enter says the brightest one near it.
function cursorKey(event) {
  const svg = event.target.closest?.("svg[role=img]");
  const right = svg?.querySelector('[data-glow="right"]');
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Enter: [0, 0] }[event.key];
  if (!right?.glow || !way) return;
  event.preventDefault();
  const last = right.glow.size / CURSOR - 1;
  const [column, line] = (svg.cursor ?? [last >> 1, last >> 1]).map((at, i) => Math.max(0, Math.min(last, at + way[i])));
  svg.cursor = [column, line];
  let best = 0;
  for (let i = 0; i < CURSOR ** 2; i++) {
    const place = (line * CURSOR + Math.floor(i / CURSOR)) * right.glow.size + column * CURSOR + (i % CURSOR);
    if (!i || right.glow.levels[place] > right.glow.levels[best]) best = place;
  }
  showAnchors(svg, best % right.glow.size, Math.floor(best / right.glow.size));
  if (event.key !== "Enter") return;
  const box = right.getBoundingClientRect();
  const at = { x: box.left + ((best % right.glow.size) / right.glow.size) * box.width, y: box.top + (best / right.glow.size ** 2) * box.height };
  const said = saidOf(svg, best);
  showTip(said, at.x, at.y);
  const status = document.querySelector("[data-status]");
  if (status) status.textContent = said;
}

// All places fly from the image into the row that is sorted by hardness, each in its kind's colour.
function fly(from, into) {
  const seen = (key) => [...document.querySelectorAll(`[data-picture="${key}"] svg[role=img]`)].find((svg) => svg.getClientRects().length);
  const [image, row] = [seen(from), seen(into)];
  const right = image?.querySelector('[data-glow="right"]');
  if (!right?.glow || !row) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  row.scrollIntoView({ block: "end", behavior: "instant" });
  if (still) return void row.animate([{ opacity: 0 }, { opacity: 1 }], 400);
  const { size, levels, maps, told } = right.glow;
  const scales = scalesOf(row);
  const strip = scales.find((panel) => panel.panel === "2");
  const whole = row.getBoundingClientRect();
  const unit = whole.width / row.viewBox.baseVal.width;
  const end = { left: whole.left + strip.left * unit, top: whole.top + strip.top * unit, width: strip.width * unit, height: strip.height * unit };
  const start = right.getBoundingClientRect();
  const order = Array.from(levels.keys()).sort((a, b) => levels[b] - levels[a]);
  const decades = strip.x.high - strip.x.low;
  const dots = order.map((place, rank) => ({
    x0: start.left + ((place % size) / size) * start.width,
    y0: start.top + (Math.floor(place / size) / size) * start.height,
    x1: end.left + Math.max(0, 1 + Math.log10((rank + 1) / order.length) / decades) * end.width,
    y1: end.top + (((place * 7919) % 997) / 997) * end.height,
    color: told.kind_colors[maps.kinds[place]],
    wait: 0.35 * (rank / order.length),
  }));
  animate(dots, Math.max(2, start.width / size));
}

function animate(dots, side) {
  const canvas = Object.assign(document.createElement("canvas"), { id: "focal-flight", width: innerWidth, height: innerHeight });
  document.querySelector("#focal-flight")?.remove();
  canvas.setAttribute("aria-hidden", "true");
  document.body.append(canvas);
  const context = canvas.getContext("2d");
  const begun = performance.now();
  const step = (now) => {
    const part = (now - begun) / 1400;
    if (part > 1.15 || !canvas.isConnected) return canvas.remove();
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.globalAlpha = Math.min(1, (1.15 - part) / 0.15);
    let color = "";
    for (const dot of dots) {
      if (color !== dot.color) context.fillStyle = color = dot.color;
      const t = Math.min(1, Math.max(0, (part - dot.wait) / 0.6));
      const eased = t * t * (3 - 2 * t);
      context.fillRect(dot.x0 + eased * (dot.x1 - dot.x0), dot.y0 + eased * (dot.y1 - dot.y0), side, side);
    }
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}
