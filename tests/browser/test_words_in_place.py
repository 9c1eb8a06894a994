"""Only letters that differ are put into the page: at each place it stands as if written anew."""

import pytest

pytestmark = pytest.mark.browser

# At each place of the slider: what stands in the page that differs from the same markup, parsed.
DIFFERENCES = """key => {
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
    focalStage.render();
    for (const place of document.querySelectorAll("[data-live]")) {
      const said = family.words[place.dataset.live];
      if (said) compare(place, said[said.length > 1 ? row : 0]);
    }
    for (const [key, picture] of Object.entries(family.pictures))
      for (const svg of document.querySelectorAll(`[data-picture=${key}] svg[role=img]`)) {
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
    found = visit.page.evaluate(DIFFERENCES, "gamma")
    assert found["compared"] > 300
    assert not found["differ"]


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
    found = visit.page.evaluate(DIFFERENCES, "gamma")
    assert not found["differ"]
