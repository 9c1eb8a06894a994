// After a gap the browser may be talking to another server, which has not drawn this page: ask it to.
// It drops what is moved before it has: so when the page has come from there, ask once more, with
// all sliders as they stand by then. Where Streamlit has given up for good, only loading the page
// again helps; its address holds what was set.

const LOADED_AGAIN = "focal_loss_lab_loaded_again";
const PAUSE = 20_000; // milliseconds: what fails at once again is not loaded for ever

function loadAgain() {
  const last = Number(sessionStorage.getItem(LOADED_AGAIN));
  if (Date.now() - last < PAUSE) return;
  sessionStorage.setItem(LOADED_AGAIN, Date.now());
  location.reload();
}

export default function ({ data, setTriggerValue }) {
  const app = document.querySelector("[data-testid=stApp]");
  if (!app) return undefined;
  document.documentElement.lang = data.language;
  const ask = () => setTriggerValue("back", true);
  const before = app.dataset.session; // kept where the next server's watcher finds it
  app.dataset.session = data.session;
  if (before && before !== data.session) ask();

  let away = false;
  const look = () => {
    const state = app.getAttribute("data-test-connection-state");
    if (state === "DISCONNECTED_FOREVER") loadAgain();
    const connected = state === "CONNECTED";
    if (connected && away) ask();
    away = !connected;
  };
  const watch = new MutationObserver(look);
  look();
  watch.observe(app, { attributes: true, attributeFilter: ["data-test-connection-state"] });
  return () => watch.disconnect();
}
