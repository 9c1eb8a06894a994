"""Guess first: the gap in words, and on the figure."""

import copy

import pytest

from focal_ui.controls.knobs import (
    GUESS_ALPHA,
    GUESS_ANCHORS,
    GUESS_CALIBRATION,
    GUESS_CLASSES,
    GUESS_CURVE,
    GUESS_EASY,
    GUESS_NOISE,
    GUESS_SLOPE,
    GUESS_START,
    GUESS_TRAIN,
)
from focal_ui.frame import theme
from focal_ui.learning.prediction import Guess, draw_on
from focal_ui.stage.view import Exhibit
from focal_ui.words import number, percent, points


def guess(said: float, answer: float) -> Guess:
    return Guess(said, answer, percent, points)


@pytest.fixture
def exhibit() -> Exhibit:
    bars = {"type": "bar", "x": [0.2, 0.8], "y": [1, 0]}
    return Exhibit(theme.figure([bars], xaxis=theme.axis()), "Two bars.", {"share": [0.2, 0.8]})


def test_a_guess_that_is_too_low_is_told_the_gap():
    said = guess(0.05, 0.836).in_words
    assert said == "You said 5%; it is **83.6%**: 78.6 points too low. Why?"


def test_a_guess_that_is_too_high_is_told_the_gap():
    assert "25 points too high" in guess(0.5, 0.25).in_words


@pytest.mark.parametrize(("said", "answer"), [(0.84, 0.8356), (0.01, 0.01), (0.36, 0.361)])
def test_a_guess_close_to_the_answer_is_not_called_wrong(said, answer):
    text = guess(said, answer).in_words
    assert "too" not in text
    assert percent(answer) in text


def test_a_gap_of_two_weights_is_a_plain_number():
    text = Guess(0.999, 0.361, number, number).in_words
    assert "0.638 too high" in text
    assert "%" not in text


@pytest.mark.parametrize("axis", ["x", "y"])
def test_guess_and_answer_are_drawn_where_they_lie(exhibit, axis):
    drawn = draw_on(exhibit, guess(0.5, 0.25), axis=axis).figure["layout"]["shapes"]
    assert sorted(shape[f"{axis}0"] for shape in drawn) == [0.25, 0.5]
    assert all(shape[f"{axis}0"] == shape[f"{axis}1"] for shape in drawn)


@pytest.mark.parametrize("axis", ["x", "y"])
def test_guess_and_answer_have_their_names_beside_them(exhibit, axis):
    notes = draw_on(exhibit, guess(0.5, 0.25), axis=axis).figure["layout"]["annotations"]
    assert {note["text"]: note[axis] for note in notes} == {"answer": 0.25, "your guess": 0.5}


def test_a_mark_stands_in_the_panel_that_it_speaks_of(exhibit):
    shapes = draw_on(exhibit, guess(0.5, 0.25), axis="x", panel="2").figure["layout"]["shapes"]
    assert {(shape["xref"], shape["yref"]) for shape in shapes} == {("x2", "y2 domain")}


def test_the_figure_without_the_guess_stays_as_it_was(exhibit):
    before = copy.deepcopy(exhibit.figure)
    draw_on(exhibit, guess(0.5, 0.25), axis="x")
    assert exhibit.figure == before


def test_a_guess_changes_neither_the_sentence_nor_the_table_nor_the_bars(exhibit):
    drawn = draw_on(exhibit, guess(0.5, 0.25), axis="x")
    assert (drawn.sentence, drawn.table) == (exhibit.sentence, exhibit.table)
    assert drawn.figure["data"] == exhibit.figure["data"]


def test_without_a_guess_the_figure_is_shown_as_it_is(exhibit):
    assert draw_on(exhibit, None, axis="x") is exhibit


def test_a_figure_of_another_state_is_not_marked(exhibit):
    drawn = draw_on(exhibit, guess(0.5, 0.25), axis="x", there=False).figure["layout"]
    marks = [*drawn["shapes"], *drawn["annotations"]]
    assert [mark["visible"] for mark in marks] == [False] * 4


@pytest.mark.parametrize(
    ("choice", "answer"),
    [
        (GUESS_START, 0.116),  # easy background's recorded share at gamma 2, from float64
        (GUESS_CURVE, 0.81),  # 0.9**2
        (GUESS_ALPHA, 0.361),  # background's share at gamma 2
        (GUESS_EASY, 0.876),  # the same with spread scores
        (GUESS_SLOPE, 1.676),  # 0.5 / (0.25 (0.5 + 2 * 0.5 ln 2)): card 7's formula at p_t = 0.5
        (GUESS_CLASSES, 0.1364),  # (1 - 0.66524) * 0.40761
        (GUESS_NOISE, 0.7788),  # a tenth of the labels of card 17
        (GUESS_CALIBRATION, 0.597),  # card 15, gamma 5
        (GUESS_ANCHORS, 120_087),  # card 1, 800 x 800
        (GUESS_TRAIN, 0.422),  # what the recorded runs of OHEM reach
    ],
    ids=lambda value: getattr(value, "key", None),
)
def test_one_option_of_a_guess_is_right(choice, answer):
    values = [
        float(option.removesuffix("%").replace(",", "")) / (100 if option.endswith("%") else 1)
        for option in choice.options
    ]
    close = [Guess(value, answer, number, number).in_words for value in values]
    assert sum("and it is" in words for words in close) == 1
