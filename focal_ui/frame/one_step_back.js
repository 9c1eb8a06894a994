// Streamlit writes a new page's address twice, the second time without the parameters that the page
// does not use, so that Back would need two presses (streamlit/streamlit#9049 tells how it comes).
// Who stays on a page has made no step.
const step = history.pushState;
history.pushState = function (state, unused, url) {
  const stays = url && new URL(url, location.href).pathname === location.pathname;
  return (stays ? history.replaceState : step).call(this, state, unused, url);
};
