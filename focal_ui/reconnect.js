// After a gap the browser may be talking to another server, which has not drawn this page: ask it to.

export default function ({ setTriggerValue }) {
  const app = document.querySelector("[data-testid=stApp]");
  if (!app) return undefined;
  let away = false;
  const look = () => {
    const connected = app.getAttribute("data-test-connection-state") === "CONNECTED";
    if (connected && away) setTriggerValue("back", true);
    away = !connected;
  };
  const watch = new MutationObserver(look);
  watch.observe(app, { attributes: true, attributeFilter: ["data-test-connection-state"] });
  return () => watch.disconnect();
}
