// After a gap the browser may be talking to another server, which has not drawn this page: ask it to.

const DOUBT = 20000; // ms after a gap in which a move may still meet a server without the page
const QUIET = 500; // ms without another move
const MOVES = ["keyup", "pointerup", "change"];
let doubtful = 0; // until when; kept here, as Streamlit calls again after each run of the script

export default function ({ setTriggerValue }) {
  const app = document.querySelector("[data-testid=stApp]");
  if (!app) return undefined;
  const ask = () => setTriggerValue("back", true);
  let away = false;
  let waiting = 0;

  const look = () => {
    const connected = app.getAttribute("data-test-connection-state") === "CONNECTED";
    if (connected && away) {
      doubtful = performance.now() + DOUBT;
      ask();
    }
    away = !connected;
  };
  const askAgain = () => {
    if (performance.now() > doubtful) return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, QUIET);
  };
  const watch = new MutationObserver(look);
  watch.observe(app, { attributes: true, attributeFilter: ["data-test-connection-state"] });
  MOVES.forEach((move) => document.addEventListener(move, askAgain, true));
  return () => {
    watch.disconnect();
    clearTimeout(waiting);
    MOVES.forEach((move) => document.removeEventListener(move, askAgain, true));
  };
}
