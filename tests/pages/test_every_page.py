"""What holds for every page of the app, whatever it is about."""

import re
from itertools import pairwise

import pytest

from focal_ui.controls import by_page, knobs
from focal_ui.frame import page_parts
from pages.see import start
from tests.helpers import (
    PAGES,
    PICTURED,
    charts,
    failed,
    guesses_on,
    headline,
    knobs_on,
    name_of,
    pictures,
    said_at,
    value_of,
    words,
)

every_page = pytest.mark.parametrize("module", PAGES, ids=name_of)
every_pictured_page = pytest.mark.parametrize("module", PICTURED, ids=name_of)
SECRET = "/home/somebody/secret.py: gamma exploded"


@pytest.fixture
def open_all(open_page):
    """Open a page with every expander open."""

    def open_it(module):
        shut = open_page(module)
        keys = [drawer.proto.id.rpartition("-")[2] for drawer in shut.expander]
        return open_page(module, opened=keys)

    return open_it


@every_page
def test_a_page_can_be_drawn_at_both_ends_of_each_of_its_knobs(module, walk):
    assert [state for state, visit in walk(module).visits if failed(visit)] == []


@every_page
def test_the_list_of_controls_names_those_of_the_page_and_when_they_are_there(module, walk):
    knobs = by_page.ON_PAGE[name_of(module)]
    for state, visit in walk(module).visits:
        there = knobs_on(visit)
        for knob in knobs:
            expected = by_page.is_there(name_of(module), knob, state)
            assert (knob.key in there) == expected, (knob, state)
        assert there <= {knob.key for knob in knobs}


@every_page
def test_a_link_that_a_page_can_use_is_not_complained_of(module, walk):
    assert [state for state, visit in walk(module).visits if visit.warning] == []


@every_page
def test_a_page_always_has_one_title(module, walk):
    titles = {len(visit.title) + len(said_at(visit, "h1")) for _state, visit in walk(module).visits}
    assert titles == {1}


@every_pictured_page
def test_the_title_holds_a_number(module, walk):
    for state, visit in walk(module).visits:
        title = headline(visit)
        if state.get(knobs.PART.key, knobs.RESULT) == knobs.RESULT:  # the others say what they are
            assert re.search(r"\d|not defined", title), state
        assert not re.search(r"[{}]|None|nan|inf\b", title), state


@every_page
def test_no_text_of_a_page_has_loose_ends(module, walk):
    for state, visit in walk(module).visits:
        assert not re.search(r"\bNone\b|\bnan\b|\binf\b", _prose(visit)), state


@every_pictured_page
def test_a_page_always_shows_a_picture(module, walk, monkeypatch):
    assert walk(module).exhibits
    for state, visit in walk(module).visits:
        nothing_runs = state.get(knobs.PART.key) in (knobs.LIVE_RUN, knobs.HOW_SURE)
        assert pictures(visit) or nothing_runs, state
        assert not charts(visit), state  # Plotly draws only where nothing else can


@every_page
def test_the_link_moves_the_slider(module, walk):
    for state, visit in walk(module).visits:
        for key, text in state.items():
            if visit.slider and key in {slider.key for slider in visit.slider}:
                assert value_of(visit, key) == float(text)


@every_page
def test_every_expander_opens(module, open_all):
    visit = open_all(module)
    assert not failed(visit)
    assert all(drawer.proto.expanded for drawer in visit.expander)
    assert [drawer.label for drawer in visit.expander if not drawer.children] == []


@every_pictured_page
def test_a_shut_expander_costs_nothing(module, open_page, open_all):
    assert len(open_page(module).code) < len(open_all(module).code)


@every_pictured_page
def test_a_page_offers_its_code_its_sources_and_questions(module, open_page):
    labels = [drawer.label for drawer in open_page(module).expander]
    assert labels.count("Check yourself") == 1
    assert labels.count("Code for these settings") == 1
    assert labels[-1] == "Sources"


@every_pictured_page
def test_the_code_of_a_page_is_shown_as_it_was_made(module, open_page, shown):
    visit = open_page(module, opened=["code"])
    made = shown.snippets[-1]
    programs = {program.strip() for program in made.programs.values()}
    assert programs <= {block.value.strip() for block in visit.code}
    assert made.result in words(visit)


@every_pictured_page
def test_every_picture_has_its_table(module, open_page, shown):
    visit = open_page(module)
    buttons = [button for button in visit.button if button.key and button.key.endswith("_table")]
    assert len(buttons) == len(pictures(visit))
    for button in buttons:
        visit.button(key=button.key).click().run()
    shown.exhibits.clear()
    visit.run()
    tables = [*visit.table, *visit.dataframe]
    titles = [tuple(map(str, table.value.columns)) for table in tables]
    for exhibit in shown.exhibits:
        assert tuple(exhibit.table) in titles


@every_pictured_page
def test_each_answer_is_met_with_its_reason(module, open_page, shown):
    visit = open_page(module, opened=["check_yourself", "more_questions"])
    questions = list(shown.questions)
    assert questions
    for question in questions:
        for letter, option in question.lettered.items():
            visit.radio(key=question.link_key).set_value(letter).run()
            mark = page_parts.RIGHT if option.right else page_parts.WRONG
            assert f"{mark} {option.reason}" in words(visit)


@every_page
def test_no_answer_is_given_away(module, open_page, shown):
    visit = open_page(module, opened=["check_yourself"])
    assert shown.questions or module not in PICTURED
    assert [
        option.reason
        for question in shown.questions
        for option in question.options
        if option.reason in words(visit)
    ] == []


@every_page
def test_a_guess_is_optional_and_answered_when_made(module, open_page):
    visit = open_page(module)
    for key in guesses_on(visit):
        assert "You said" not in words(visit)
        for option in by_page.KNOBS[key].options:
            visit.segmented_control(key=key).set_value(option).run()
            assert not failed(visit)
            assert f"You said {option}" in words(visit)


@every_page
def test_the_headline_does_not_give_the_guess_away(module, open_page):
    visit = open_page(module)
    title = headline(visit)
    for key in guesses_on(visit):
        for option in by_page.KNOBS[key].options:
            visit.segmented_control(key=key).set_value(option).run()
            answers = re.findall(r"You said .+? it is \*\*(.+?)\*\*", words(visit))
            assert len(answers) == 1
            assert answers[0] not in title


@every_page
def test_a_guess_is_marked_on_the_picture_of_what_was_asked_and_on_no_other(
    module, open_page, shown
):
    visit = open_page(module)
    for key in guesses_on(visit):
        option = by_page.KNOBS[key].options[0]
        visit.segmented_control(key=key).set_value(option).run()
        asked = [button for button in visit.button if button.key == f"show_{key}"]
        if asked:
            shown.exhibits.clear()
            asked[0].click().run()
        assert not failed(visit)
        (exhibit,) = [e for e in shown.exhibits if {"answer", "your guess"} <= notes(e)]
        answers = re.findall(r"it is \*\*([\d.,]+)%?\*\*", words(visit))
        assert answers[0] in exhibit.sentence or holds(exhibit, float(answers[0].replace(",", "")))


def notes(exhibit) -> set[str]:
    noted = exhibit.figure["layout"]["annotations"]
    return {note["text"] for note in noted if note.get("visible", True)}


def holds(exhibit, value: float) -> bool:
    """Whether a number of the table reads like this, or a sum, or what lies between neighbours."""
    columns = [
        [cell for cell in cells if isinstance(cell, int | float)]
        for cells in exhibit.table.values()
    ]
    near = 0.006 * value
    sums = [sum(column) for column in columns]
    pairs = [pair for column in columns for pair in pairwise([*column, *column[-1:]])]
    return any(
        min(pair) * scale - near <= value <= max(pair) * scale + near
        for scale in (1, 100)
        for pair in (*pairs, *zip(sums, sums, strict=True))
        if abs(pair[0] - pair[1]) * scale <= 0.2 * value
    )


@every_page
def test_pictures_may_wait_for_the_guess(module, open_page):
    visit = open_page(module, answers="after")
    guesses = guesses_on(visit)
    assert not visit.warning
    if guesses:
        assert not charts(visit)
        assert not pictures(visit)
        assert headline(visit) == "First your guess, then the pictures"
        option = by_page.KNOBS[guesses[0]].options[0]
        visit.segmented_control(key=guesses[0]).set_value(option).run()
    if module in PICTURED:
        assert pictures(visit)


@every_page
def test_without_focusing_no_page_speaks_of_a_change(module, open_page):
    visit = open_page(module, gamma="0")
    for text in (headline(visit), words(visit)):
        assert not re.search(r"(?<![\d.])1×|from \**([\d,.]+)\** to \**\1\b|the loss by 1 ", text)


@every_page
def test_a_page_that_fails_says_so_in_our_words_and_hides_the_cause(
    module, open_page, monkeypatch, caplog
):
    monkeypatch.setattr(module, "page", _fail)
    visit = open_page(module)
    assert "could not be drawn" in visit.error[0].value
    assert [button.label for button in visit.button if "Start again" in button.label]
    assert not visit.exception
    assert "secret" not in repr(visit)
    assert SECRET in caplog.text  # who runs the server can read it


def test_a_fault_in_the_core_ends_in_our_words_too(open_page, monkeypatch):
    monkeypatch.setattr(start, "scored_scene", _fail)
    visit = open_page(start)
    assert "could not be drawn" in visit.error[0].value
    assert "secret" not in repr(visit)
    assert not visit.exception


def test_the_other_pages_still_work_when_one_fails(open_page, monkeypatch):
    monkeypatch.setattr(start, "scored_scene", _fail)
    other = next(page for page in PAGES if page is not start)
    assert failed(open_page(start))
    assert not failed(open_page(other))


def _fail(*_args, **_kwargs):
    raise RuntimeError(SECRET)


def _prose(visit) -> str:
    """All text but formulas."""
    texts = [words(visit), *(caption.value for caption in visit.caption)]
    return re.sub(r"\$[^$]*\$", "", "\n".join(texts))
