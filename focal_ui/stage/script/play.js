// Buttons that move a slider by themselves, as a finger would: the server hears of the end.

const PACE = 3000; // ms from end to end, but no place is shown for less than 40 ms or more than 700

function pressed(event, state) {
  if (event.target.closest?.("[data-testid=stSidebarNav] a")) return shutMenu();
  if (event.target.closest?.("[class*=st-key-show_guess] button")) return showGuess();
  const button = event.target.closest?.("button.move");
  if (!button) return;
  if (button.dataset.fly) return fly(button.dataset.fly, button.dataset.into);
  if (state.playing) return stop(state);
  play(button, state);
}

async function play(button, state) {
  const key = button.dataset.play;
  const mine = (state.playing = { button });
  button.setAttribute("aria-pressed", "true");
  state.near = key;
  ask(state, ASKED);
  for (let waited = 0; !state.ready(key) && waited < 8000 && state.playing === mine; waited += 50) await rest(50);
  const family = [...state.families.values()].find((each) => each.slider?.key === key);
  if (state.playing !== mine || !family || !state.ready(key)) return stop(state);
  state.active = family;
  const { low, step } = family.slider;
  const to = Number(button.dataset.to);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const from = still ? to : rowOf(family.slider) < to ? rowOf(family.slider) : 0;
  const pause = Math.min(700, Math.max(40, PACE / Math.max(1, to)));
  for (let row = from; row <= to && state.playing === mine; row++) {
    setSlider(key, low + row * step);
    if (row < to) await rest(pause);
  }
  if (state.playing === mine) commit(key);
  stop(state);
}

// On a phone the menu lies over the page: it goes once a page is chosen.
function shutMenu() {
  if (innerWidth >= 768) return;
  setTimeout(() => document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click(), 100);
}

// Guess and answer come into view once the server has moved the picture to what was asked.
async function showGuess() {
  const seen = (mark) => mark.getClientRects().length && getComputedStyle(mark).visibility === "visible";
  const button = document.activeElement;
  const elsewhere = (focused) => focused && ![button, document.body].includes(focused) && !focused.closest("[data-picture]");
  let calm = 0; // the picture may be drawn once more when the server's answer comes
  for (let waited = 0; waited < 6000 && calm < 10; waited += 100, calm++) {
    await rest(100);
    const svg = [...document.querySelectorAll("[data-picture] [data-guess]")].find(seen)?.closest("svg");
    if (elsewhere(document.activeElement)) return; // the visitor has gone on
    if (svg === document.activeElement) continue;
    calm = 0;
    if (!svg) continue;
    svg.scrollIntoView({ block: "center", behavior: "instant" });
    if (!svg.hasAttribute("tabindex")) svg.setAttribute("tabindex", "-1");
    svg.focus({ preventScroll: true });
  }
}

function stop(state) {
  state.playing?.button.removeAttribute("aria-pressed");
  state.playing = null;
}

function rest(ms) {
  return new Promise((done) => setTimeout(done, ms));
}
