// A picture and the rows of what moves in it.

function drawInto(place, family) {
  const picture = family.pictures[place.dataset.picture];
  place.drawnBy = family;
  place.row = -1;
  place.change = [];
  if (!picture) return;
  place.innerHTML = picture.svg.join("");
  place.scales = picture.scales;
  const canvases = [...place.children];
  if (picture.rows) {
    const moving = canvases.map((svg) => svg.querySelector("[data-moving]"));
    place.change = [(row) => moving.forEach((group, i) => (group.innerHTML = picture.rows[i][row]))];
  } else {
    place.change = picture.changes.map((change) => drawer(change, canvases));
  }
  place.family = family;
  for (const svg of canvases) if (svg.querySelector("[data-glow]")) svg.setAttribute("tabindex", "0");
  hideTip();
  if (location.hash === `#${place.id}`) place.scrollIntoView({ block: "center" });
}

function putRow(place, row) {
  place.change.forEach((change) => change(row));
  place.row = row;
  const said = place.family?.words[`${place.dataset.picture}_sentence`];
  if (!said) return;
  const text = spoken(said[said.length > 1 ? row : 0]);
  for (const svg of place.querySelectorAll("svg[role=img]")) svg.setAttribute("aria-label", text);
}

function spoken(words) {
  return plain(words.replace(/<[^>]*>/g, ""));
}

// Puts words into an element. Where only letters differ the elements in it stay: new letters cost a
// browser half of what new elements do.
function fill(element, markup) {
  const parts = markup.split(/(<[^>]*>)/); // letters and tags in turn
  const letters = parts.filter((part, i) => i % 2 === 0 && part);
  const shape = parts.map((part, i) => (i % 2 ? part : part && "_")).join("");
  if (element.shape === shape && element.letters.every((node) => element.contains(node))) {
    element.letters.forEach((node, i) => {
      const now = plain(letters[i]);
      if (node.data !== now) node.data = now;
    });
    return;
  }
  element.innerHTML = markup;
  element.letters = lettersIn(element);
  element.shape = element.letters.length === letters.length ? shape : null;
}

function lettersIn(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}

const SIGNS = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'", "&amp;": "&" };

function plain(letters) {
  return letters.includes("&") ? letters.replace(/&(lt|gt|quot|#x27|amp);/g, (sign) => SIGNS[sign]) : letters;
}

function drawer(change, canvases) {
  const marks = canvases.map((svg) => svg.querySelector(`[data-mark="${change.mark}"]`));
  if (change.x) return curveDrawer(change, marks);
  if (change.levels) return glowDrawer(change, marks);
  if (change.texts) return (row) => marks.forEach((mark) => fill(mark, change.texts[row]));
  const of = (i) => change.values[Math.min(i, change.values.length - 1)];
  return (row) =>
    marks.forEach((mark, i) => {
      const now = String(of(i)[row]);
      if (mark.getAttribute(change.attribute) !== now) mark.setAttribute(change.attribute, now);
    });
}

// Heights travel as rows of numbers, or as one row that is stretched and shifted to give the others.
function curveDrawer({ x, y, steps, stretch, shift, frames }, marks) {
  const across = unpacked(x);
  const n = across.length;
  const up = steps ? summed(steps, n) : unpacked(y, n);
  const put = (row) => {
    const from = stretch || up.length === n ? 0 : row * n;
    const [a, b] = stretch ? [stretch[row], shift[row]] : [1, 0];
    const heights = Float32Array.from({ length: n }, (_, j) => a * up[from + j] + b);
    marks.forEach((mark, i) => {
      mark.curve = { across, heights };
      mark.setAttribute("d", path(across, heights, frames[i]));
    });
  };
  put(0);
  return stretch || up.length > n ? put : () => {};
}

function path(across, up, [left, top, width, height]) {
  let d = "";
  let pen = "M";
  for (let j = 0; j < across.length; j++) {
    if (Number.isNaN(up[j])) {
      pen = "M"; // a gap
      continue;
    }
    const y = top + (1 - Math.min(2, Math.max(-1, up[j]))) * height;
    d += `${pen}${(left + across[j] * width).toFixed(1)} ${y.toFixed(1)}`;
    pen = "L";
  }
  return d;
}

// The first bytes of all numbers, then the second, and so on; each row as what it adds to the last.
function unpacked(text, n = 0) {
  const planes = bytesOf(text);
  const count = planes.length / 4;
  const bytes = new Uint8Array(planes.length);
  for (let i = 0; i < planes.length; i++) bytes[4 * (i % count) + Math.floor(i / count)] = planes[i];
  const bits = new Uint32Array(bytes.buffer);
  return new Float32Array((n ? added(bits, n) : bits).buffer);
}

// Rows that travel as what each adds to the last, in whole numbers from -1 to 2 panels.
function summed(text, n) {
  const whole = added(new Uint16Array(bytesOf(text).buffer), n);
  return Float32Array.from(whole, (step) => (step === 65535 ? NaN : -1 + (3 * step) / 65534));
}

// Rows of n whole numbers that travel as what each adds to the last; they wrap around.
function added(numbers, n) {
  for (let i = n; i < numbers.length; i++) numbers[i] += numbers[i - n];
  return numbers;
}

// Where the panels of this drawing lie: each picture has a wide and a narrow one.
function scalesOf(svg) {
  const place = svg.closest("[data-picture]");
  return place.scales?.[[...place.querySelectorAll("svg[role=img]")].indexOf(svg)] ?? [];
}

function bytesOf(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i); // a call a letter takes longer
  return bytes;
}
