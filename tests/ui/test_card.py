"""The table that a visitor takes home."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from focal_ui.stage.card import as_csv

text = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=20)
FORMULAS = ["=1+1", "+1", "-1+cmd", "@SUM(A1)", "\tx", "\rx", "=HYPERLINK(A1)"]


def read(table) -> list[list[str]]:
    return list(csv.reader(io.StringIO(as_csv(table), newline="")))


def test_the_first_line_holds_the_headings_and_each_row_a_line():
    table = {"γ": [0.0, 2.0], "share": [0.9786, 0.361]}
    assert read(table) == [["γ", "share"], ["0.0", "0.9786"], ["2.0", "0.361"]]


@given(st.lists(st.tuples(st.floats(allow_nan=False), st.integers()), min_size=1, max_size=5))
def test_numbers_come_back_to_the_last_digit(rows):
    floats, whole = zip(*rows, strict=True)
    heading, *cells = read({"float": floats, "whole": whole})
    assert heading == ["float", "whole"]
    assert [(float(a), int(b)) for a, b in cells] == rows


@given(st.lists(text.filter(lambda t: not t.startswith(tuple("=+-@\t'"))), min_size=1))
def test_words_with_commas_and_quotes_come_back(cells):
    assert read({"words": cells, "count": [1] * len(cells)})[1:] == [[cell, "1"] for cell in cells]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_starts_a_formula(formula):
    assert read({"words": [formula], "n": [1]})[1][0][0] == "'"


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_heading_starts_a_formula(formula):
    assert read({formula: [1], "n": [1]})[0][0][0] == "'"


def test_a_negative_number_stays_a_number():
    assert read({"logit": [-2.5], "n": [1]})[1] == ["-2.5", "1"]


def test_what_is_not_defined_is_an_empty_cell():
    assert read({"share": [None], "n": [1]})[1] == ["", "1"]


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="zip"):
        as_csv({"one": [1], "two": [1, 2]})
