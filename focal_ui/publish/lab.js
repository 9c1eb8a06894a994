// The lab without a server: what Python would do on a page is looked up in files that it has made.
// The state stands in the address, with the app's keys and values; the stage's own script draws.

const { page, links, guess, say, scores, embedded, lang } = JSON.parse(document.getElementById("lab").textContent);
const pieces = new Map(); // name -> what the file of this name brought
const families = new Map(); // name -> the family that the file of this name brought, unpacked
const waiting = new Map(); // name -> who waits for it
const first = new Map(); // place -> its HTML under the page's own link
const tell = { near: (key) => prepare(key), missing() {} };
const QUIET = 250; // ms without a move until the address is written
let shown = 0; // which of the links
let changed = []; // places that differ from the page's own
let mounted = []; // [name, take it away], the guess first
let ticket = 0; // of the newest change of link
let writing = 0;

globalThis.focalLab = (name, brought) => {
  pieces.set(name, brought);
  waiting.get(name)?.(brought);
};
globalThis.focalLab.linkTo = (key) => `${location.href.split("#")[0]}#${query({ ...stateOf(), picture: key })}`;
globalThis.focalLab.frameOf = (key) => {
  const where = new URL(`embed/${page}_${key}.html`, location.href.split("#")[0]);
  return `${where}#${query(stateOf())}`;
};

// A file of data comes as a script: from a disk no page may read its neighbours.
function piece(name) {
  if (pieces.has(name)) return Promise.resolve(pieces.get(name));
  return new Promise((done) => {
    waiting.set(name, done);
    const script = Object.assign(document.createElement("script"), { src: `${root()}data/${name}.js` });
    script.onerror = () => notice([say.missing]);
    document.head.append(script);
  });
}

const root = () => (embedded ? "../" : "");
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const ranges = () => all("input[type=range][data-key]");
const choices = () => all("fieldset[data-key]");
const numbers = () => all("input[type=number][data-key]");
const link = () => links[shown];
const query = (state) => new URLSearchParams(state).toString().replaceAll("%2C", ",").replaceAll("%25", "%25");

// What is set, as a link says it: only what is not the default.
function stateOf() {
  const state = { ...kept() };
  for (const input of ranges()) if (Number(input.value) !== Number(input.dataset.default)) state[input.dataset.key] = textOf(input);
  for (const group of choices()) {
    const chosen = group.querySelector("input:checked")?.value ?? "";
    if (chosen && chosen !== group.dataset.default) state[group.dataset.key] = chosen;
    else delete state[group.dataset.key];
  }
  for (const input of numbers()) {
    if (input.value !== "") state[input.dataset.key] = input.value;
    else delete state[input.dataset.key];
  }
  return state;
}

// What the address says of things that this page, or this part of it, does not show now.
function kept() {
  const here = new Set(all("[data-key]").filter((each) => each.type === "range").map((each) => each.dataset.key));
  return Object.fromEntries(Object.entries(asked()).filter(([key]) => !here.has(key) && key !== "picture"));
}

// What the address says; an option that has another name by now is called by that.
function asked() {
  const said = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  for (const group of choices()) {
    const names = JSON.parse(group.dataset.renamed ?? "{}");
    const given = said[group.dataset.key];
    if (given in names) said[group.dataset.key] = names[given];
  }
  return said;
}

function textOf(input) {
  return input.dataset.labels ? JSON.parse(input.dataset.labels)[input.value] : String(Number(Number(input.value).toFixed(6)));
}

function write(push) {
  const state = query(stateOf());
  const where = location.href.split("#")[0] + (state ? `#${state}` : "");
  if (where !== location.href) history[push ? "pushState" : "replaceState"](null, "", where);
  const inTheApp = query({ ...stateOf(), ...(lang && { lang }) });
  all("a[data-app]").forEach((way) => (way.href = `${way.href.split("?")[0]}${inTheApp ? `?${inTheApp}` : ""}`));
  all("a[data-language]").forEach((way) => (way.href = `${way.href.split("#")[0]}${state ? `#${state}` : ""}`));
}

// The address into the page: the link that keeps its choices, then sliders, answers and looks.
async function read() {
  const state = asked();
  const told = [];
  const wanted = choicesIn(state, told);
  await show(nearestLink(wanted, told));
  for (const input of ranges()) putRange(input, state[input.dataset.key], told);
  for (const group of choices()) {
    const option = state[group.dataset.key];
    const input = all("input", group).find((each) => each.value === option);
    if (input && !input.disabled) input.checked = true;
    else if (option === undefined && !isLinked(group.dataset.key)) all("input", group).forEach((each) => (each.checked = each.value === group.dataset.default));
    else if (option !== undefined && !input && !isLinked(group.dataset.key) && group.dataset.why) told.push(complaint(group.dataset.key, option, group.dataset.why));
    answered(group.dataset.key);
  }
  for (const input of numbers()) {
    input.value = state[input.dataset.key] ?? "";
    answered(input.dataset.key);
  }
  looks(state);
  notice(told);
  settle();
  write(false);
  if (state.picture) document.getElementById(`picture-${state.picture}`)?.scrollIntoView({ block: "center" });
}

const isLinked = (key) => links.some((each) => key in each.link);

function choicesIn(state, told) {
  const wanted = {};
  for (const [key, option] of Object.entries(state)) if (isLinked(key)) wanted[key] = option;
  return wanted;
}

// The kept link that shares most with what is wanted; what it cannot keep is named.
function nearestLink(wanted, told, newest) {
  const score = (each) =>
    Object.entries(each.link).reduce((sum, [key, option]) => sum + (wanted[key] === option ? (key === newest ? 100 : 1) : -0.9), 0);
  let best = 0;
  links.forEach((each, i) => score(each) > score(links[best]) && (best = i));
  for (const [key, option] of Object.entries(wanted)) {
    if (links[best].link[key] === option) continue;
    if (isDefault(key, option)) continue;
    const known = links.some((each) => each.link[key] === option);
    if (known) told.push(complaint(key, option, say.together));
    else told.push(complaint(key, option, whyNot(key, option)));
  }
  return best;
}

// An option of the app that is not kept here, or none at all.
function whyNot(key, option) {
  const group = document.querySelector(`fieldset[data-key="${key}"]`);
  const known = group && all("input", group).some((each) => each.value === option);
  return group && !known ? group.dataset.why : say.not_kept;
}

function isDefault(key, option) {
  return all(`[data-key="${key}"]`).some((each) => each.dataset.default === option);
}

function putRange(input, given, told) {
  const names = input.dataset.labels ? JSON.parse(input.dataset.labels) : null;
  const fallback = Number(input.dataset.default);
  let number = given === undefined ? fallback : names ? names.indexOf(given) : given.trim() === "" ? NaN : Number(given);
  const low = Number(input.min);
  if (!(number >= low && number <= Number(input.max))) {
    told.push(complaint(input.dataset.key, given, input.dataset.why));
    number = fallback;
  }
  const step = Number(input.step);
  const snapped = Number((low + Math.round((number - low) / step) * step).toFixed(6));
  if (Math.abs(snapped - number) > 1e-9) told.push(complaint(input.dataset.key, given, say.not_kept));
  setTo(input, snapped);
}

function setTo(input, number) {
  input.value = number;
  say_value(input);
}

// The words of the value; the stage's script watches this attribute.
function say_value(input) {
  const text = textOf(input);
  input.setAttribute("aria-valuetext", text);
  const output = document.querySelector(`output[for="${input.id}"]`);
  if (output) output.textContent = text;
}

function complaint(key, given, why) {
  return `${key} = ${given} ${why}`;
}

function notice(lines) {
  const place = document.getElementById("notice");
  place.hidden = !lines.length;
  place.replaceChildren(...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line })));
}

// Another link: the places that differ, then its families.
async function show(next) {
  const mine = ++ticket;
  if (next !== shown) {
    // All of it is here before anything changes: no number of another setting is seen meanwhile.
    const coming = mainOf(links[next]);
    const [places] = await Promise.all([links[next].places ? piece(links[next].places) : {}, coming?.id && unpacked(coming.id)]);
    if (mine !== ticket) return;
    const values = Object.fromEntries(ranges().map((each) => [each.dataset.key, each.value]));
    for (const name of changed) put(name, first.get(name));
    for (const [name, html] of Object.entries(places)) {
      if (!first.has(name)) first.set(name, placeOf(name)?.innerHTML ?? "");
      put(name, html);
    }
    changed = Object.keys(places);
    shown = next;
    for (const input of ranges()) if (input.dataset.key in values) setTo(input, values[input.dataset.key]);
    unmount();
  }
  const main = mainOf(link());
  if (main) await bring(main);
}

// The family that a link is shown with: its main slider's, for the values that the others have.
function mainOf(link) {
  const main = link.families.find((each) => each.slider === link.main) ?? link.families[0];
  return main && (exact(main.slider, link) ?? main);
}

const placeOf = (name) => document.querySelector(`.st-key-${name}`);

function put(name, html) {
  const place = placeOf(name);
  if (place) place.innerHTML = html;
}

// Families: which of a slider's hold for the values of the others, or come nearest.
function rowsNow() {
  return Object.fromEntries(ranges().map((each) => [each.dataset.key, Math.round((Number(each.value) - Number(each.min)) / Number(each.step))]));
}

function distance(family, now = rowsNow()) {
  return Object.entries(family.at).reduce((sum, [key, row]) => sum + Math.abs((now[key] ?? row) - row), 0);
}

const of = (slider, within = link()) => within.families.filter((each) => each.slider === slider);
const exact = (slider, within) => of(slider, within).find((each) => distance(each) === 0);
const nearest = (slider) => of(slider).sort((a, b) => distance(a) - distance(b))[0];

async function bring(family) {
  const mine = ticket;
  if (!family.id) return;
  const brought = await unpacked(family.id);
  if (mine !== ticket || mounted.some(([name]) => name === family.id)) return;
  mounted.push([family.id, mount(brought)]);
}

function unpacked(name) {
  if (!families.has(name)) families.set(name, piece(name).then((text) => focalStage.unpack(bytesFrom(text))));
  return families.get(name);
}

function mount(data) {
  return focalFollow({
    data, parentElement: document.createElement("i"),
    setTriggerValue: (_, key) => tell.near(key), setStateValue: tell.missing,
  });
}

function bytesFrom(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

function unmount() {
  mounted.forEach(([, leave]) => leave());
  mounted = [];
}

// A slider is about to be used: its family comes, and once it moves the others go where it holds.
async function prepare(key) {
  const family = exact(key) ?? nearest(key);
  if (!family) return;
  await bring(family);
  if (focalStage.playing) settle(key);
}

function settle(key) {
  const family = key ? (exact(key) ?? nearest(key)) : (exact(link().main) ?? link().families.find((each) => distance(each) === 0) ?? nearest(link().main));
  if (!family) return;
  const told = [];
  for (const input of ranges()) {
    const row = family.at[input.dataset.key];
    if (row === undefined || row === rowsNow()[input.dataset.key]) continue;
    const before = textOf(input);
    setTo(input, Number((Number(input.min) + row * Number(input.step)).toFixed(6)));
    told.push(say.moved.replace("{name}", nameOf(input)).replace("{before}", before).replace("{now}", textOf(input)));
  }
  if (told.length) notice(told);
  bring(family);
}

const nameOf = (input) => document.querySelector(`label[for="${input.id}"]`)?.textContent ?? input.dataset.key;

document.addEventListener("input", (event) => {
  const input = event.target;
  if (input.type !== "range" || !input.dataset.key) return;
  if (of(input.dataset.key).length) settle(input.dataset.key);
  say_value(input);
  showOpen();
  clearTimeout(writing);
  writing = setTimeout(() => write(false), QUIET);
});

// The stage ends a move of its own with a key, which Streamlit's slider heeds.
document.addEventListener("keydown", (event) => {
  const input = event.target;
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (event.isTrusted || !step || input.type !== "range") return;
  setTo(input, Number((Number(input.value) + step * Number(input.step)).toFixed(6)));
  input.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("change", async (event) => {
  const input = event.target;
  const key = input.closest("[data-key]")?.dataset.key;
  if (!key || input.type === "range") return;
  if (input.type === "radio" && isLinked(key)) {
    const state = { ...stateOf() };
    if (input.value === input.closest("fieldset").dataset.default) delete state[key];
    const told = [];
    const next = nearestLink(choicesIn(state, told), told, key);
    const focus = input.value;
    await show(next);
    for (const input of ranges()) putRange(input, state[input.dataset.key], told);
    matchChoices();
    for (const group of choices()) answered(group.dataset.key);
    notice(told);
    settle();
    write(true);
    showOpen();
    all(`[data-key="${key}"] input`).find((each) => each.value === focus)?.focus();
    return;
  }
  answered(key);
  write(false);
});

// The choices of the link that is shown; answers stay as they were given.
function matchChoices() {
  for (const group of choices()) {
    const key = group.dataset.key;
    if (!isLinked(key)) continue;
    const option = link().link[key] ?? group.dataset.default;
    all("input", group).forEach((each) => (each.checked = each.value === option));
  }
}

// An answer, a guess or a number: what is said of it.
function answered(key) {
  const told = document.querySelector(`[data-told="${key}"]`);
  if (!told) return;
  const field = document.querySelector(`input[type=number][data-key="${key}"]`);
  const given = field ? verdict(field) : document.querySelector(`[data-key="${key}"] input:checked`)?.value;
  const hidden = asked().answers === "hidden";
  for (const each of all("[data-for]", told)) each.hidden = hidden || each.dataset.for !== given;
  for (const each of all("[data-about]", told)) each.hidden = hidden || !given;
  tellScore();
  if (guess?.key === key) showGuess(given && !hidden ? given : null);
}

// How many answers are right, in the headline of a page that counts them.
function tellScore() {
  const told = all("[data-told]");
  const place = document.querySelector("h1 b");
  if (!scores[told.length] || !place) return;
  const right = told.filter((each) => each.querySelector(".right:not([hidden])"));
  place.textContent = scores[told.length][right.length];
}

function verdict(field) {
  if (field.value === "") return null;
  const number = Number(field.value);
  return number >= Number(field.dataset.low) && number <= Number(field.dataset.high) ? "right" : "wrong";
}

// Guess and answer stand on the picture of what was asked.
async function showGuess(given) {
  document.documentElement.toggleAttribute("data-waiting", asked().answers === "after" && !given);
  const name = given && shown === guess.link ? guess.drawn[guess.options.indexOf(given)] : null;
  mounted = mounted.filter(([each, leave]) => each === name || !guess.drawn.includes(each) || leave());
  if (!name || mounted.some(([each]) => each === name)) return;
  const mine = ticket;
  await unpacked(name);
  const shownNow = [name, ...mounted.map(([each]) => each)];
  const brought = await Promise.all(shownNow.map(unpacked));
  if (mine !== ticket) return;
  unmount();
  mounted = shownNow.map((each, i) => [each, mount(brought[i])]);
  focalStage.active = null;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button");
  if (button?.dataset.about) return goTo(JSON.parse(button.dataset.about));
  if (button?.dataset.table) return toggleTable(button);
  if (button?.dataset.csv) return saveCsv(button.dataset.csv);
});

async function goTo(about) {
  const state = { ...stateOf(), ...about };
  history.pushState(null, "", `${location.href.split("#")[0]}#${query(state)}`);
  await read();
  focalStage.active = null;
  focalStage.render();
}

// Tables are kept at some places of the main slider.
async function tableOf(key) {
  const tables = await piece(link().tables);
  const rows = Object.keys(tables[key]).map(Number);
  const now = rowsNow()[link().main] ?? 0;
  const row = rows.sort((a, b) => Math.abs(a - now) - Math.abs(b - now))[0];
  return { text: tables[key][row], row };
}

async function toggleTable(button) {
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  const card = button.closest("[class*=st-key-card_]");
  card.querySelector(".exhibit-table")?.remove();
  if (open) await drawTable(button.dataset.table, card);
}

async function drawTable(key, card) {
  const { text, row } = await tableOf(key);
  const [heads, ...lines] = cellsOf(text);
  const table = document.createElement("table");
  const cells = (names, tag) => names.map((name) => Object.assign(document.createElement(tag), { textContent: name }));
  const caption = table.createCaption();
  const main = document.querySelector(`input[data-key="${link().main}"]`);
  if (main) caption.textContent = say.table_at.replace("{name}", nameOf(main)).replace("{value}", textAt(main, row));
  table.createTHead().insertRow().append(...cells(heads, "th"));
  const body = table.createTBody();
  for (const line of lines) body.insertRow().append(...cells(line.map(short_), "td"));
  const box = Object.assign(document.createElement("div"), { className: "wide-table exhibit-table", tabIndex: 0 });
  box.append(table);
  card.querySelector(".exhibit-table")?.remove();
  card.append(box);
}

function textAt(input, row) {
  return input.dataset.labels ? JSON.parse(input.dataset.labels)[row] : String(Number((Number(input.min) + row * Number(input.step)).toFixed(6)));
}

const short_ = (cell) => (cell !== "" && Number.isFinite(Number(cell)) ? String(Number(Number(cell).toPrecision(6))) : cell);

function cellsOf(text) {
  const lines = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g;
  let line = [];
  for (const [whole, quoted, plain, end] of text.matchAll(cell)) {
    if (!whole && !line.length) break;
    line.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ",") line = (lines.push(line), []);
  }
  return lines;
}

async function saveCsv(key) {
  const { text } = await tableOf(key);
  const file = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([text], { type: "text/csv" })), download: `${key}.csv` });
  file.click();
  setTimeout(() => URL.revokeObjectURL(file.href), 1000);
}

// What is open and depends on the slider: tables, and the code for this state.
function showOpen() {
  for (const button of all("button[data-table][aria-expanded=true]")) drawTable(button.dataset.table, button.closest("[class*=st-key-card_]"));
  const drawer = document.querySelector("details.st-key-code");
  if (drawer?.open) putCode(drawer);
}

async function putCode(drawer) {
  const wanted = link().code;
  if (!wanted) return;
  const { results, formulas, programs } = await piece(wanted);
  if (wanted !== link().code) return putCode(drawer); // another link has been opened meanwhile
  const row = rowsNow()[link().main] ?? 0;
  const result = drawer.querySelector("strong");
  if (result) result.textContent = results[row];
  all("[data-formula]", drawer).forEach((place) => (place.innerHTML = formulas.texts[formulas.rows[row]]));
  all("pre code", drawer).forEach((place, i) => (place.textContent = programAt(programs[i], row)));
}

// A program's text between its numbers, and the numbers of each row.
function programAt({ texts, rows }, row) {
  const [which, ...numbers] = rows[row];
  return texts[which].map((part, i) => part + (numbers[i] ?? "")).join("");
}

document.addEventListener("toggle", (event) => event.target.matches?.("details.st-key-code") && event.target.open && putCode(event.target), true);

// How a link wants the page shown: to a room, without some controls, without the menu.
function looks(state) {
  const rootElement = document.documentElement;
  rootElement.toggleAttribute("data-projector", state.projector === "true");
  const hidden = (state.hide ?? "").split(",").filter(Boolean);
  rootElement.toggleAttribute("data-alone", hidden.includes("menu"));
  all("[data-hidden-by-link]").forEach((each) => (each.hidden = false, each.removeAttribute("data-hidden-by-link")));
  for (const key of hidden) {
    if (!/^\w+$/.test(key)) continue;
    for (const each of all(`.slider.st-key-${key}, fieldset.st-key-${key}`)) {
      each.hidden = true;
      each.setAttribute("data-hidden-by-link", "");
    }
  }
  all("a[data-keeps]").forEach((way) => {
    const [where, own] = way.getAttribute("href").split("#");
    way.dataset.own ??= own ?? "";
    const travels = Object.fromEntries(Object.entries(state).filter(([key]) => ["projector", "hide", "answers"].includes(key)));
    const link = query({ ...travels, ...Object.fromEntries(new URLSearchParams(way.dataset.own)) });
    way.setAttribute("href", where + (link ? `#${link}` : ""));
  });
}

// Inside somebody else's page: how tall this is.
function tellHeight() {
  if (parent === window) return;
  const send = () => parent.postMessage({ focalLossLab: page, height: Math.ceil(document.querySelector("main").getBoundingClientRect().bottom) + 8 }, "*");
  new ResizeObserver(send).observe(document.querySelector("main"));
  send();
}

document.querySelector("#projector")?.addEventListener("change", (event) => {
  const state = { ...stateOf(), projector: String(event.target.checked) };
  if (!event.target.checked) delete state.projector;
  history.replaceState(null, "", `${location.href.split("#")[0]}#${query(state)}`);
  looks(state);
});

addEventListener("hashchange", read);
addEventListener("popstate", read);
const menu = document.querySelector(".menu");
if (menu) menu.open = innerWidth >= 900;
read().then(() => {
  document.documentElement.dataset.ready = "";
  tellHeight();
  const box = document.querySelector("#projector");
  if (box) box.checked = asked().projector === "true";
  const later = globalThis.requestIdleCallback ?? ((run) => setTimeout(run, 1000));
  const rest = links.flatMap((each) => [...each.families.map((family) => family.id), ...[each.places, each.code, each.tables].filter(Boolean)]);
  const next = () => rest.length && piece(rest.shift()).then(() => later(next));
  if (location.protocol !== "file:") later(next); // so that the page works on without a network
});
