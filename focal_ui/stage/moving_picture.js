// Puts into the picture the row that fits the slider. All numbers come from Python (moving_picture.py);
// nothing is sent to it, except that there is no slider to watch.

const PATIENCE = 4000; // ms until a slider that has not come is missed
const EVERYTHING = { subtree: true, childList: true, characterData: true, attributes: true };
const running = new WeakMap(); // Streamlit calls again without cleaning up when the data change

export default function ({ data, parentElement, setStateValue }) {
  running.get(parentElement)?.();
  const message = JSON.parse(new TextDecoder().decode(data));
  const stop = start(message, parentElement, () => setStateValue("missing", true));
  running.set(parentElement, stop);
  return stop;
}

function start(data, root, reportMissing) {
  const stage = root.querySelector(".pictures");
  stage.style.visibility = "hidden"; // until the slider tells which row to show
  stage.innerHTML = data.pictures.join("");
  const pictures = [...stage.children];
  const draw = data.changes.map((change) => drawer(change, pictures));
  addButtons(root.querySelector(".buttons"), data, pictures);

  let box = null;
  let shown = null;
  let said = null;

  const put = (row) => {
    shown = row;
    draw.forEach((change) => change(row));
    stage.style.visibility = "visible";
  };
  const redraw = () => {
    const input = box?.querySelector("input[type=range]");
    if (!input) return;
    const row = Math.round((Number(input.value) - data.slider.low) / data.slider.step);
    if (row !== shown) put(row);
  };
  const say = () => {
    const sentence = document.querySelector(`.st-key-${data.sentence}`);
    if (!sentence || sentence.textContent === said) return;
    said = sentence.textContent;
    pictures.forEach((picture) => name(picture, spoken(sentence)));
  };

  const moves = new MutationObserver(redraw);
  const follow = () => {
    say();
    if (!data.slider || box?.isConnected) return;
    moves.disconnect();
    box = document.querySelector(`.st-key-${data.slider.key}`);
    if (box) moves.observe(box, EVERYTHING);
    redraw();
  };
  const arrivals = new MutationObserver(follow);
  arrivals.observe(document.body, { subtree: true, childList: true, characterData: true });
  if (!data.slider) put(0); // a picture that stands still
  follow();
  const patience = setTimeout(() => shown === null && reportMissing(), PATIENCE);

  return () => {
    clearTimeout(patience);
    arrivals.disconnect();
    moves.disconnect();
  };
}

function drawer(change, pictures) {
  const marks = pictures.map((picture) => picture.querySelector(`[data-mark="${change.mark}"]`));
  if (change.y) return curveDrawer(change, marks);
  if (change.texts) {
    return (row) => marks.forEach((mark) => (mark.innerHTML = change.texts[row]));
  }
  return (row) =>
    marks.forEach((mark, i) => mark.setAttribute(change.attribute, change.values[i][row]));
}

function curveDrawer({ x, y, frames }, marks) {
  const across = unpacked(x);
  const up = unpacked(y);
  const n = across.length;
  const put = (row) => {
    const from = row * n;
    marks.forEach((mark, i) => {
      const [left, top, width, height] = frames[i];
      let d = "";
      let pen = "M";
      for (let j = 0; j < n; j++) {
        const unit = up[from + j];
        if (Number.isNaN(unit)) {
          pen = "M"; // a gap
          continue;
        }
        d += pen + (left + across[j] * width).toFixed(1);
        d += " " + (top + (1 - unit) * height).toFixed(1);
        pen = "L";
      }
      mark.setAttribute("d", d);
    });
  };
  if (up.length > n) return put;
  put(0); // it stands still
  return () => {};
}

function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

function name(picture, text) {
  picture.setAttribute("aria-label", text);
  picture.querySelector("title").textContent = text;
}

// The sentence without the second, drawn copy of each formula.
function spoken(sentence) {
  const copy = sentence.cloneNode(true);
  for (const formula of copy.querySelectorAll(".katex")) {
    formula.replaceWith(formula.querySelector("annotation")?.textContent ?? formula.textContent);
  }
  return copy.textContent.trim();
}

function addButtons(place, data, pictures) {
  const save = { PNG: savePng, SVG: saveSvg };
  const buttons = Object.keys(save).map((format) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = format;
    button.title = data.save.replace("{format}", format);
    button.setAttribute("aria-label", button.title);
    button.onclick = () => {
      const seen = pictures.find((picture) => picture.getClientRects().length);
      save[format](seen, `${data.file}.${format.toLowerCase()}`);
    };
    return button;
  });
  place.replaceChildren(...buttons);
}

function saveSvg(picture, file) {
  download(new Blob([standalone(picture)], { type: "image/svg+xml" }), file);
}

function savePng(picture, file) {
  const address = URL.createObjectURL(new Blob([standalone(picture)], { type: "image/svg+xml" }));
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement("canvas");
    const { width, height } = picture.viewBox.baseVal;
    [canvas.width, canvas.height] = [2 * width, 2 * height];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(address);
    canvas.toBlob((png) => download(png, file), "image/png");
  };
  image.src = address;
}

// The picture as seen, with the page's colours written into it.
function standalone(picture) {
  const style = getComputedStyle(picture);
  const { width, height } = picture.viewBox.baseVal;
  const ground = style.getPropertyValue("--st-background-color").trim() || "white";
  const copy = picture.cloneNode(true);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  copy.setAttribute("color", style.color);
  copy.setAttribute("font-family", style.fontFamily);
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [key, value] of Object.entries({ width, height, fill: ground })) {
    paper.setAttribute(key, value);
  }
  copy.querySelector("title").after(paper);
  const text = new XMLSerializer().serializeToString(copy);
  return text.replaceAll("var(--st-background-color)", ground);
}

function download(blob, file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
