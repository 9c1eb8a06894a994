// Puts the row that fits the slider into the page: headline, pictures, sentences, explanation.
// All numbers and words come from Python (family.py); here they are only looked up. Nothing is sent
// to the server but that a slider is about to be used, or that there is none.

const PATIENCE = 4000; // ms until a slider that has not come is missed
const AGAIN = 1500; // ms until a slider's family that has not come is asked for again
const ASKED = 8; // times
const FORGETS = [300, 1000, 2500]; // ms after which the address may lack a slider that was changed for a part
const LONGEST = 5; // of a headline's words, which are tried for its height
const SHORT = 100; // ms without a move until what cannot be seen follows
const GONE = 30; // px of the window in which a headline is no longer read
const REST = 500; // ms without a move until the new sentence is read aloud
const IN_USE = {}; // in place of a component that is gone: the family of the slider that is held
const stage = (globalThis.focalStage ??= newStage());

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const tell = { near: (key) => setTriggerValue("near", key), missing: () => setStateValue("missing", true) };
  return stage.mount(parentElement, data, tell);
}

function newStage() {
  const mounts = new Map(); // element of a component -> the family that it brought
  const state = { families: mounts, active: null, near: null, again: 0, tells: new Map(), held: null, playing: null, pressed: false };
  let watching = null;
  let putRest = 0;

  // What can be seen is put at once; the rest once the slider rests for a moment, or comes into view.
  const render = (all = false) => {
    ground();
    if (state.held) return;
    const families = [...mounts.values()];
    let later = false;
    const put = (place, act) => {
      if (all || !isAway(place)) act();
      else later = true;
    };
    for (const place of document.querySelectorAll("[data-picture]")) {
      const key = place.dataset.picture;
      const family = fitting(families.filter((each) => each.pictures?.[key]), state.active);
      if (!family) continue;
      const row = rowOf(family.slider);
      if (place.drawnBy !== family || place.row !== row) put(place, () => {
        if (place.drawnBy !== family) drawInto(place, family);
        putRow(place, row);
      });
      place.labels = family.labels;
      addButtons(place, place.labels);
    }
    for (const place of document.querySelectorAll("[data-live]")) {
      const name = place.dataset.live;
      const family = fitting(families.filter((each) => each.words?.[name]), state.active);
      if (!family) continue;
      const words = family.words[name];
      const text = words[words.length > 1 ? rowOf(family.slider) : 0];
      if (place.said !== text) put(place, () => putWords(place, text));
      if (place.tagName === "H1") keepHeight(place, words);
    }
    if (all || later) clearTimeout(putRest);
    if (later) putRest = setTimeout(render, SHORT, true);
  };

  const moved = (event) => {
    const input = event.target;
    if (input.type !== "range") return;
    const family = [...mounts.values()].find((each) => inputOf(each.slider) === input);
    if (family) state.active = family;
  };

  state.mount = (element, data, tell) => {
    state.tells.set(element, tell);
    if (!same(mounts.get(element)?.data, data)) take(element, data);
    watching ??= watch(render, moved, state);
    return () => {
      // Asked for another slider's, the server takes this one away: not while it is being used.
      if (state.pressed && state.active && mounts.get(element) === state.active) mounts.set(IN_USE, state.active);
      mounts.delete(element);
      state.tells.delete(element); // what is no longer on the page is not heard
      render();
    };
  };
  const take = async (element, data) => {
    mounts.set(element, { data });
    const family = data instanceof Uint8Array ? await unpack(data) : data;
    if (mounts.get(element)?.data !== data) return; // a newer one came meanwhile
    mounts.set(element, { ...family, data });
    render();
    if (!family.slider) return;
    if (family.slider.part) FORGETS.forEach((ms) => setTimeout(keepInAddress, ms, family.slider));
    setTimeout(() => inputOf(family.slider) || !mounts.has(element) || teller(state)?.missing(), PATIENCE);
  };
  state.press = (down) => {
    state.pressed = down;
    if (!down && mounts.delete(IN_USE)) render();
  };
  state.render = render;
  state.unpack = unpack;
  state.ready = (key) => {
    const family = [...mounts.values()].find((each) => each.slider?.key === key);
    return Boolean(family && fitting([family], family));
  };
  return state;
}

// The family of the slider that was moved last, or else any that fits: it must have been drawn for
// the values that the other sliders have now. While the server has not yet sent it, nothing changes.
function fitting(families, active) {
  const fit = (family) =>
    family?.pictures &&
    (!family.slider || inputOf(family.slider)) &&
    family.at.every((other) => rowOf(other) === other.row);
  return families.includes(active) && fit(active) ? active : families.find(fit);
}

function inputOf(slider) {
  return slider && document.querySelector(`.st-key-${slider.key} input[type=range]`);
}

function rowOf(slider) {
  const input = inputOf(slider);
  return input ? Math.round((Number(input.value) - slider.low) / slider.step) : slider?.row ?? 0;
}

async function unpack(bytes) {
  const unzipped = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(unzipped).json();
}

function same(before, now) {
  if (before === now || !(now instanceof Uint8Array)) return before === now;
  return before?.length === now.length && before.every((byte, i) => byte === now[i]);
}

// One observer for what comes and goes and for every slider's number, which React keeps up to date.
function watch(render, moved, state) {
  let rest = 0;
  const observer = new MutationObserver((changes) => {
    render();
    if (!changes.some((change) => change.type === "attributes")) return;
    clearTimeout(rest);
    rest = setTimeout(announce, REST);
  });
  const what = { subtree: true, childList: true, attributes: true, attributeFilter: ["value", "aria-valuetext"] };
  observer.observe(document.body, what);
  document.addEventListener("input", moved, true);
  const near = (event) => {
    if (state.pressed) return;
    const key = sliderNear(event.target, state);
    if (!key) return; // who was asked for stays so: a page that moves under the pointer is no answer
    state.near = key;
    ask(state, ASKED);
  };
  document.addEventListener("pointerover", near, true);
  document.addEventListener("focusin", near, true);
  document.addEventListener("pointerdown", (event) => state.press(Boolean(event.target.closest?.("[data-testid=stSlider], .slider"))), true);
  for (const over of ["pointerup", "pointercancel"]) addEventListener(over, () => state.press(false), true);
  document.addEventListener("keydown", moved, true);
  document.addEventListener("pointerdown", (event) => takeHold(event, state), true);
  document.addEventListener("pointermove", (event) => tellValues(event), true);
  document.addEventListener("pointerdown", (event) => event.target.type === "range" && stop(state), true);
  document.addEventListener("click", (event) => (tellValues(event), pressed(event, state)), true);
  document.addEventListener("keydown", cursorKey, true);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(ground, 100, true));
  new MutationObserver(() => ground(true)).observe(document.querySelector("[data-testid=stApp]") ?? document.body, {
    attributes: true,
  });
  addEventListener("scroll", stick, true);
  return observer;
}

// A closer look at a slider is another slider to Streamlit, which forgets the address of the first
// after it has learned that of the second.
async function keepInAddress({ key }) {
  const input = inputOf({ key });
  if (!input || new URLSearchParams(location.search).has(key)) return;
  const [number, step] = [Number(input.value), Number(input.step)];
  const beside = number + step <= Number(input.max) ? number + step : number - step;
  for (const each of [beside, number]) { // what stays the same is not written down
    setSlider(key, each);
    commit(key);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

// Whoever came last speaks to the server.
function teller(state) {
  return [...state.tells.values()].at(-1);
}

// A slider that is about to be used needs its family; only the main one's is there from the first.
// Asked for again once the server rests without an answer, as another slider's last move may have
// reached it only after the question.
function ask(state, times, first = true) {
  clearTimeout(state.again);
  if (!state.near || state.ready(state.near) || !times) return;
  const told = first || !document.querySelector("[data-test-script-state=running]");
  if (told) teller(state)?.near(state.near);
  state.again = setTimeout(() => ask(state, times - told, false), AGAIN);
}

// The other slider that the pointer is at: at its own box, or at a picture whose mark moves it.
function sliderNear(target, state) {
  const others = [...state.families.values()].flatMap((family) => family.at ?? []).map((other) => other.key);
  const mark = target.closest?.("[data-picture] svg")?.querySelector("[data-hold]");
  const held = mark ? Object.values(JSON.parse(mark.dataset.hold)) : [];
  if (held.length === 1) return others.find((key) => key === held[0]);
  return others.find((key) => target.closest?.(`.st-key-${key}`));
}

function putWords(place, text) {
  fill(place, text);
  place.said = text;
}

// Whether a place lies outside of what can be seen; one that is met for the first time does not.
const AWAY = new IntersectionObserver((places) => {
  for (const each of places) each.target.away = !each.isIntersecting;
  if (places.some((each) => each.isIntersecting)) stage.render();
});

function isAway(place) {
  if (place.away === undefined) {
    place.away = false;
    AWAY.observe(place);
  }
  return place.away;
}

// The headline is as tall as its longest words need, so that nothing below it moves under the finger.
function keepHeight(place, said) {
  if (place.keptFor === said) return;
  place.keptFor = said;
  takeHeight(place);
  WIDTHS.observe(place);
}

const WIDTHS = new ResizeObserver((places) => {
  for (const { target } of places) if (target.keptAt !== target.clientWidth) takeHeight(target);
});

function takeHeight(place) {
  place.keptAt = place.clientWidth;
  const length = (words) => words.replace(/<[^>]*>/g, "").length;
  const longest = [...place.keptFor].sort((a, b) => length(b) - length(a)).slice(0, LONGEST);
  const copy = place.cloneNode();
  copy.style.cssText = `position: absolute; visibility: hidden; width: ${place.keptAt}px`;
  place.after(copy);
  const heights = longest.map((words) => ((copy.innerHTML = words), copy.offsetHeight));
  copy.remove();
  place.style.minHeight = `${Math.max(...heights)}px`;
}

function announce() {
  const status = document.querySelector("[data-status]");
  const title = document.querySelector("h1[data-live]");
  if (status && title) status.textContent = title.textContent;
}

// The page's own colours, for pictures: its ground, and whether that is dark. To ask for a colour
// costs a browser the styles of the whole page: not while its looks stay as they are.
function ground(anew = false) {
  const app = document.querySelector("[data-testid=stApp]");
  if (!anew && app && app === ground.app && app.className === ground.looks) return;
  [ground.app, ground.looks] = [app, app?.className];
  const color = app ? getComputedStyle(app).backgroundColor : "rgb(255, 255, 255)";
  const root = document.documentElement;
  if (root.style.getPropertyValue("--ground") === color) return;
  root.style.setProperty("--ground", color);
  const [red, green, blue] = color.match(/[\d.]+/g).map(Number);
  root.dataset.ground = 0.3 * red + 0.6 * green + 0.1 * blue < 128 ? "dark" : "light";
}

// When the headline has scrolled out of sight, the strip says it.
function stick() {
  const title = document.querySelector("h1[data-live]");
  const strip = document.querySelector(".st-key-strip");
  if (title && strip) strip.toggleAttribute("data-stuck", title.getBoundingClientRect().bottom < GONE);
}
