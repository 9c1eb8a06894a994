// The picture as a file, and the address of the picture.

function addButtons(place, labels) {
  const row = document.querySelector(`[data-buttons="${place.dataset.picture}"]`);
  if (!row || row.firstChild) return;
  const seen = () => [...place.querySelectorAll("svg[role=img]")].find((svg) => svg.getClientRects().length);
  const does = {
    PNG: () => savePng(seen(), `${place.dataset.picture}.png`),
    SVG: () => saveSvg(seen(), `${place.dataset.picture}.svg`),
    link: (button) => copied(linkTo(place.dataset.picture), button, "link", labels),
    embed: (button) => copied(frameOf(place.dataset.picture), button, "embed", labels),
  };
  const buttons = Object.entries(does).map(([name, run]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = labels[name];
    button.setAttribute("aria-label", labels[`${name}_long`].replace("{picture}", place.dataset.picture));
    button.onclick = () => run(button);
    return button;
  });
  row.replaceChildren(...buttons);
}

// The lab without a server keeps its state after the #, and has a page of its own to embed.
function linkTo(key) {
  return globalThis.focalLab?.linkTo(key) ?? `${location.href.split("#")[0]}#picture-${key}`;
}

// The line that shows the picture with its slider in somebody else's page.
function frameOf(key) {
  const here = new URL(linkTo(key));
  here.searchParams.set("embed", "true");
  const where = (globalThis.focalLab?.frameOf(key) ?? here.href).replaceAll("&", "&amp;").replaceAll('"', "%22");
  return `<iframe src="${where}" title="Focal Loss Lab: ${key}" width="100%" height="560" loading="lazy" style="border:0"></iframe>`;
}

async function copied(text, button, name, labels) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return void prompt(labels.by_hand, text); // a page that may not write there
  }
  button.textContent = labels.copied;
  setTimeout(() => (button.textContent = labels[name]), 2000);
}

function saveSvg(picture, file) {
  download(new Blob([standalone(picture).text], { type: "image/svg+xml" }), file);
}

function savePng(picture, file) {
  const { text, width, height } = standalone(picture);
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * width, 2 * height];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(address);
    canvas.toBlob((png) => download(png, file), "image/png");
  };
  image.src = address;
}

// The picture as seen, with the page's colours written into it, under the headline of the page.
function standalone(picture) {
  const style = getComputedStyle(picture);
  const { width, height: tall } = picture.viewBox.baseVal;
  const said = document.querySelector("h1[data-live]")?.textContent ?? "";
  const lines = wrapped(said, width / 8.5);
  const head = 20 * lines.length + 10;
  const height = tall + head;
  const copy = picture.cloneNode(true);
  const glows = [...picture.querySelectorAll("[data-glow]")];
  [...copy.querySelectorAll("[data-glow]")].forEach((mark, i) => mark.replaceWith(asImage(mark, glows[i])));
  copy.querySelectorAll("g.anchors").forEach((group) => group.remove());
  const body = document.createElementNS("http://www.w3.org/2000/svg", "g");
  body.setAttribute("transform", `translate(0 ${head})`);
  body.append(...copy.childNodes);
  const title = lines.map((line, i) => element("text", { x: 8, y: 20 * (i + 1), "font-size": 15, "font-weight": 600, fill: "currentColor" }, line));
  copy.append(element("rect", { width, height, fill: "var(--ground)" }), ...title, body);
  const own = { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}`, color: style.color, "font-family": style.fontFamily };
  for (const [key, value] of Object.entries(own)) copy.setAttribute(key, value);
  const text = new XMLSerializer().serializeToString(copy);
  const resolved = text.replace(/var\((--[\w-]+)(?:,\s*([^()]*))?\)/g, (_, name, other) => style.getPropertyValue(name).trim() || other || "none");
  return { text: resolved, width, height };
}

function element(tag, attributes, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

// What the script has painted, as an image that lies in the file.
function asImage(mark, painted) {
  const place = Object.fromEntries(["x", "y", "width", "height"].map((name) => [name, mark.getAttribute(name)]));
  return element("image", { ...place, href: painted.querySelector("canvas").toDataURL() });
}

function wrapped(text, longest) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    if (lines.at(-1) && lines.at(-1).length + word.length > longest) lines.push(word);
    else lines[lines.length - 1] = `${lines.at(-1)} ${word}`.trim();
  }
  return lines;
}

function download(blob, file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
