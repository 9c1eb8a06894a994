"""Only letters that differ are put into the page: at each place it stands as if written anew."""

import pytest

pytestmark = pytest.mark.browser

# At each place of the slider: what stands in the page that differs from the same markup, parsed.
DIFFERENCES = """([key, all]) => {
  const input = document.querySelector(`.st-key-${key} input[type=range]`);
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  const family = [...focalStage.families.values()].find(each => each.slider?.key === key);
  const differ = [];
  let compared = 0;
  const compare = (element, markup) => {
    const anew = element.cloneNode();
    anew.innerHTML = markup;
    compared += 1;
    if (anew.innerHTML !== element.innerHTML) differ.push([element.innerHTML, anew.innerHTML]);
  };
  for (const row of [...Array(51).keys(), 25, 0, 50]) {
    set.call(input, family.slider.low + row * family.slider.step);
    focalStage.render(all);
    for (const place of document.querySelectorAll("[data-live]")) {
      if (!all && place.away) continue;
      const said = family.words[place.dataset.live];
      if (said) compare(place, said[said.length > 1 ? row : 0]);
    }
    for (const [key, picture] of Object.entries(family.pictures))
      for (const svg of document.querySelectorAll(`[data-picture=${key}] svg[role=img]`)) {
        if (!all && svg.closest("[data-picture]").away) continue;
        for (const change of (picture.changes ?? []).filter(each => each.texts))
          compare(svg.querySelector(`[data-mark="${change.mark}"]`), change.texts[row]);
        const heard = document.createElement("p");
        const said = family.words[`${key}_sentence`];
        heard.innerHTML = said[said.length > 1 ? row : 0];
        if (svg.ariaLabel !== heard.textContent) differ.push([svg.ariaLabel, heard.textContent]);
      }
  }
  return { compared, differ };
}"""


@pytest.mark.parametrize("place", ["curve", "easy_negatives"])
def test_words_stand_as_if_written_anew_at_every_place(visit, place):
    visit.open(f"/{place}")
    visit.page.wait_for_function("globalThis.focalStage?.ready('gamma')")
    in_view, everywhere = (
        visit.page.evaluate(DIFFERENCES, ["gamma", everything]) for everything in (False, True)
    )
    assert everywhere["compared"] >= in_view["compared"] > 100
    assert not in_view["differ"]
    assert not everywhere["differ"]


def test_what_translates_the_page_is_overwritten_not_overlooked(visit):
    """A browser that translates puts elements of its own around letters."""
    visit.open("/easy_negatives")
    visit.page.wait_for_function("globalThis.focalStage?.ready('gamma')")
    visit.slider("gamma").press("ArrowRight")
    visit.page.evaluate(
        """() => {
          const bold = document.querySelector("h1[data-live] b");
          bold.innerHTML = `<font>${bold.textContent}</font>`;
        }"""
    )
    found = visit.page.evaluate(DIFFERENCES, ["gamma", True])
    assert not found["differ"]


def test_what_lies_below_the_window_follows_before_it_is_seen(visit):
    """It is put once the slider rests for a moment, or when it is scrolled to."""
    visit.open("/easy_negatives")
    visit.page.wait_for_function("globalThis.focalStage?.ready('gamma')")
    explanation = visit.page.locator("p[data-live=explanation]")
    before = explanation.inner_text()
    visit.slider("gamma").press("ArrowRight")
    fitting = """() => {
      const family = [...focalStage.families.values()].find(each => each.slider?.key === "gamma");
      const input = document.querySelector(".st-key-gamma input[type=range]");
      const row = Math.round((input.value - family.slider.low) / family.slider.step);
      const said = document.createElement("p");
      said.innerHTML = family.words.explanation[row];
      return document.querySelector("p[data-live=explanation]").innerHTML === said.innerHTML;
    }"""
    visit.page.wait_for_function(fitting)
    assert explanation.inner_text() != before
    visit.page.evaluate("document.querySelector('p[data-live=explanation]').said = ''")
    visit.page.evaluate("document.querySelector('p[data-live=explanation]').textContent = ''")
    explanation.scroll_into_view_if_needed()
    visit.page.wait_for_function(fitting)
