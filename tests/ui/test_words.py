"""Numbers and a visitor's own text, as they stand on screen."""

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from focal_ui.words import (
    ap_and_spread,
    ap_points,
    lead_and_spread,
    number,
    percent,
    plain,
    points,
    times,
)
from tests.helpers import read_number

any_text = st.text(max_size=200)
printable_text = st.text(max_size=40).filter(str.isprintable)


@pytest.mark.parametrize(
    ("ap", "shown"), [(0.36634, "36.6"), (0.25, "25.0"), (-0.0114, "−1.1"), (-0.0004, "0.0")]
)
def test_average_precision_is_in_points_with_one_decimal(ap, shown):
    assert ap_points(ap) == shown


def test_a_difference_of_average_precisions_has_its_sign_and_its_spread():
    assert ap_and_spread(0.366, 0.0257) == "36.6 ± 2.6"
    assert lead_and_spread(0.0274, 0.0430) == "+2.7 ± 4.3"
    assert lead_and_spread(-0.0114, 0.0274) == "−1.1 ± 2.7"


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.978575, "97.9%"),
        (0.000774, "0.0774%"),
        (0.5, "50%"),
        (0, "0%"),
        (1, "100%"),
        (None, "not defined"),
    ],
)
def test_a_share_is_a_percentage_of_three_digits(share, shown):
    assert percent(share) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (10536.05, "10,536"),
        (36.09, "36.1"),
        (0.0010536, "0.00105"),
        (0.25, "0.25"),
        (100_000, "100,000"),
        (1e6, "1,000,000"),
        (2.5e-7, "2.50·10⁻⁷"),
        (-3.14159, "−3.14"),
        (0, "0"),
        (None, "not defined"),
    ],
)
def test_a_number_has_three_digits_and_its_whole_part(value, shown):
    assert number(value) == shown


@given(st.floats(1e-12, 1e12))
def test_a_shown_number_is_right_to_half_a_unit_of_its_third_digit(value):
    assert read_number(number(value)) == pytest.approx(value, rel=0.0051)


@given(st.floats(1e-12, 1e9), st.floats(1e-12, 1e9))
def test_the_larger_number_never_looks_smaller(one, other):
    small, large = sorted((one, other))
    assert read_number(number(small)) <= read_number(number(large))


@given(st.floats(1e-12, 1e9))
def test_a_shown_number_has_no_idle_zeros(value):
    shown = number(value)
    assert "⁻" in shown or not re.search(r"\.\d*0$|\.$", shown)


def test_infinity_is_said_and_not_computed_with():
    assert number(float("inf")) == "inf"


def test_the_difference_of_two_shares_is_in_points():
    assert points(0.52) == "52 points"


def test_a_ratio_says_times():
    assert times(100.0) == "100×"


@given(any_text)
@example("![](http://x/y.png)")
@example("<script>alert(1)</script>")
@example("a`b`` c ``` <b>")
@example("$x^2$ :red[x] [x](y) **x** _x_ ~~x~~ # x | x \\ ")
@example("\n\n# title\n\n- list\r\n> quote\u2028\u2029")
def test_a_visitors_text_holds_no_markdown_or_html_mark(text):
    shown = plain(text)
    in_code = re.fullmatch(r"`([^`]*)`", shown)  # in a code span nothing but the backtick counts
    bare = "" if in_code else re.sub(r"&#\d+;", "", shown)
    assert not re.search(r"[^\w .,+…]|_", bare)
    assert len(shown.splitlines()) <= 1


@given(any_text)
@example("x" * 10_000)
@example("<" * 10_000)
def test_a_visitors_text_is_cut_short(text):
    assert len(html.unescape(plain(text))) <= 42


@given(printable_text.filter(lambda text: "`" not in text and "&" not in text and text.strip()))
def test_a_short_text_can_still_be_read(text):
    assert html.unescape(plain(text)).strip("`").strip() == text.strip()
