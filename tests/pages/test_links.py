"""What a visitor types into the address: used, or named in one line, never obeyed."""

import html
import re

import pytest

from focal_ui.controls import by_page
from pages.see import curve
from tests.helpers import (
    PAGES,
    ends,
    failed,
    headline,
    knobs_on,
    name_of,
    page_named,
    value_of,
    where,
)

every_page = pytest.mark.parametrize("module", PAGES, ids=name_of)
UNUSABLE = {
    "a word": "abc",
    "too large": "99",
    "too small": "-1",
    "nan": "nan",
    "infinite": "inf",
    "empty": "",
    "ten thousand letters": "x" * 10_000,
    "ten thousand digits": "9" * 10_000,
    "a tag": "<script>alert(1)</script>",
    "a picture": "![](http://x/y.png)",
    "a link": "[x](http://x/)",
    "code": "`a`<b>`c`",
    "a formula": "$x$ :red[x] **x**",
    "a new line": "\n\n# x\n- x",
    "no text at all": "\0\x1b",
}
KEYS = ("gamma", "alpha", "p_t", "population")


def default_of(key, module=None):
    """The default of a control, on this page or else on the first that has it."""
    knobs = by_page.ON_PAGE[name_of(module or where(key)[0])]
    return next(getattr(knob, "default", None) for knob in knobs if knob.key == key)


def warnings(visit):
    return [html.unescape(line.value) for line in visit.warning]


@every_page
@pytest.mark.parametrize("text", UNUSABLE.values(), ids=UNUSABLE)
def test_an_unusable_link_opens_the_defaults_and_is_named_in_a_line_each(module, text, open_page):
    visit = open_page(module, **dict.fromkeys(KEYS, text))
    assert not failed(visit)
    lines = warnings(visit)
    assert len(lines) == len(KEYS)
    assert all(sum(key in line for line in lines) == 1 for key in KEYS)
    for key in knobs_on(visit) & set(KEYS):
        nothing_chosen = key == "population" and text == ""
        assert value_of(visit, key) == (None if nothing_chosen else default_of(key, module))


@pytest.mark.parametrize("text", UNUSABLE.values(), ids=UNUSABLE)
def test_what_a_link_says_is_neither_markdown_nor_long(text, open_page):
    for line in (line.value for line in open_page(PAGES[0], gamma=text, population=text).warning):
        bare = re.sub(r"`[^`]*`", "", line)
        assert not re.search(r"[<\[!$*`\\]", bare)
        assert "\n" not in line
        assert len(line) < 600


@pytest.mark.parametrize("key", by_page.KNOBS)
def test_a_key_that_is_given_twice_is_named_and_the_page_shows_what_it_says(key, open_page):
    module, state = where(key)
    given = ends(key)[:2]
    visit = open_page(module, **state, **{key: given})
    assert not failed(visit)
    (warning,) = warnings(visit)
    assert key in warning
    assert "2 times" in warning
    says_default = "default" in warning
    assert not says_default or value_of(visit, key) == default_of(key)


@pytest.mark.parametrize("key", by_page.KNOBS)
def test_nonsense_opens_the_default_of_every_knob_and_names_it(key, open_page):
    module, state = where(key)
    visit = open_page(module, **state, **{key: "nonsense"})
    assert not failed(visit)
    (warning,) = warnings(visit)
    assert key in warning
    assert value_of(visit, key) == default_of(key)


@pytest.mark.parametrize(
    "text",
    ["3", "3.0", "3e0", "+3", " 3", "3.04", "2.03", "0.5" + "0" * 60, "٣", "2_0", "1_0", "0.5_0"],
)
def test_the_page_shows_what_it_says_it_opened_with(text, open_page):
    visit = open_page(where("gamma")[0], gamma=text)
    said = [re.search(r"opened with (\S+)\.$", line).group(1) for line in warnings(visit)]
    assert [float(number) for number in said] in ([], [value_of(visit, "gamma")])


@pytest.mark.parametrize(
    ("key", "text", "shown"),
    [("gamma", "2.034", 2.03), ("alpha", "0.2504", 0.25), ("p_t", ".33333", 0.333)],
)
def test_a_value_between_two_steps_snaps_and_is_named(key, text, shown, open_page):
    visit = open_page(where(key)[0], **{key: text})
    (warning,) = warnings(visit)
    assert key in warning
    assert f"opened with {shown:g}" in warning
    assert value_of(visit, key) == shown


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("hide", "gama"),
        ("hide", "a," * 5000),
        ("answers", "hiden"),
        ("projector", "yes"),
        ("q_gamma_zero", "Z"),
    ],
)
def test_a_setting_that_means_nothing_is_named_in_one_line(key, text, open_page):
    visit = open_page(curve, **{key: text})
    assert not failed(visit)
    (line,) = warnings(visit)
    assert key in line
    assert len(line) < 150


@pytest.mark.parametrize(
    ("page", "link", "key", "shown"),
    [
        ("easy_negatives", {"population": "Stubborn", "gamma": "2"}, "population", "89.7%"),
        ("easy_negatives", {"population": "Spread", "look": "By hardness"}, "look", "87.9%"),
        ("easy_negatives", {"population": "Own spread"}, "population", "87.9%"),
        ("curve", {"view": "Slope", "axis": "Log"}, "view", "0.9"),
        ("first_step", {"normaliser": "locations"}, "normaliser", "0.01"),
        ("challenges", {"level": "Level 1: who pays"}, "level", "0 of 5"),
    ],
)
def test_an_old_link_opens_what_it_opened_before_options_had_new_names(
    page, link, key, shown, open_page
):
    visit = open_page(page_named(page), **link)
    assert not failed(visit)
    assert not visit.warning
    assert value_of(visit, key) == by_page.KNOBS[key].meant(link[key]) != link[key]
    assert shown in headline(visit)


def test_a_control_that_an_old_link_brings_is_there(open_page):
    link = {"population": "Your own", "negatives": "1M", "negative_p_t": "0.99"}
    visit = open_page(page_named("easy_negatives"), **link)
    assert {"negatives", "negative_p_t"} <= knobs_on(visit)
    assert "0.536%" in headline(visit)  # 1,000,000 locations at .99, 100 objects at .1
    knobs = {knob.key: knob for knob in by_page.ON_PAGE["easy_negatives"]}
    assert by_page.is_there("easy_negatives", knobs["negatives"], link)


def test_settings_that_are_used_are_not_complained_of(open_page):
    link = {"hide": "alpha,guess_curve", "answers": "hidden", "projector": "true"}
    assert not open_page(curve, **link, q_gamma_zero="A").warning


@every_page
def test_a_key_that_nobody_knows_is_ignored(module, open_page):
    visit = open_page(module, colour="red", utm_source="<script>")
    assert not failed(visit)
    assert not visit.warning
