"""Numbers and a visitor's own text, as they stand on screen, in the visitor's language."""

import html
import pickle
import re
import threading

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from focal_ui import words
from focal_ui.words import (
    _,
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


@pytest.fixture(params=["es", "zh_Hans", "en_XA"])
def tag(request):
    """A language, spoken during the test."""
    with words.speaking(request.param):
        yield request.param


@pytest.mark.parametrize(
    ("said", "in_spanish", "in_chinese"),
    [
        (lambda: number(10536.05), "10.536", "10,536"),
        (lambda: number(0.0010536), "0,00105", "0.00105"),
        (lambda: number(-2.5e-7), "−2,50·10⁻⁷", "−2.50·10⁻⁷"),
        (lambda: percent(0.978575), "97,9\u202f%", "97.9%"),
        (lambda: percent(7.55e-11), "7,55·10⁻⁹\u202f%", "7.55·10⁻⁹%"),
        (lambda: times(1.25), "1,25 veces", "1.25 倍"),
        (lambda: ap_and_spread(0.366, 0.0257), "36,6 ± 2,6", "36.6 ± 2.6"),
        (lambda: words.count(91_000), "91.000", "91,000"),
        (lambda: words.short(0.25), "0,25", "0.25"),
        (lambda: words.label("36%"), "36\u202f%", "36%"),
        (lambda: words.listed(["a", "b", "c"]), "a, b y c", "a、b 和 c"),
        (lambda: words.listed(["零", "**1**", "二"]), "零, **1** y 二", "零、**1** 和二"),
        (lambda: words.listed(["0,1", "0,2", "0,3"]), "0,1; 0,2 y 0,3", "0,1\uff1b0,2\uff1b0,3"),
        (lambda: words.listed(["a, b", "c", "d"]), "a, b; c; y d", "a, b\uff1bc\uff1bd"),
        (lambda: words.listed(["a, b", "c"]), "a, b y c", "a, b\uff1bc"),
        (lambda: words.in_a_row(["a", "b"]), "a; b", "a\uff1bb"),
        (lambda: words.entry("FL", "1"), "FL: 1", "FL\uff1a1"),
        (lambda: words.part_of("FL", "1"), "FL, 1", "FL\uff0c1"),
        (lambda: words.sentences("A.", "", "B."), "A. B.", "A.B."),
    ],
)
def test_numbers_and_lists_are_written_as_in_the_language(said, in_spanish, in_chinese):
    with words.speaking("es"):
        assert said() == in_spanish
    with words.speaking("zh_Hans"):
        assert said() == in_chinese


def test_a_number_in_a_message_is_written_as_in_its_language():
    message = "At γ = {gamma:g}, {share:.0%} of {n:,}"
    assert _(message).format(gamma=2.5, share=0.5, n=12_345) == "At γ = 2.5, 50% of 12,345"
    with words.speaking("es"):
        joined = "(" + _(message) + " " + _("and {x:g}") + ")"
        filled = joined.format(gamma=2.5, share=0.5, n=12_345, x=0.25)
        negative = _("{x:g}").format(x=-2.5)
        sentences = words.sentences(_(message), _("And {x:g}."))
        in_sentences = sentences.format(gamma=2.5, share=0.5, n=12_345, x=0.25)
    assert filled == "(At γ = 2,5, 50\u202f% of 12.345 and 0,25)"
    assert negative == "−2,5"
    assert in_sentences == "At γ = 2,5, 50\u202f% of 12.345 And 0,25."


def test_a_message_is_a_text_like_any_other(tag):
    said = _("a message that no catalogue holds")
    assert type(pickle.loads(pickle.dumps(said))) is str
    assert {said: 1}[str(said)] == 1
    assert _("") == ""
    assert tag == words.language()


def test_what_is_kept_in_one_language_is_not_shown_in_another():
    made = []

    @words.kept(maxsize=8)
    def share(value):
        made.append(words.language())
        return percent(value)

    for tag in ("en", "es", "en", "es"):
        with words.speaking(tag):
            assert share(0.5) == ("50%" if tag == "en" else "50\u202f%")
    assert made == ["en", "es"]
    share.cache_clear()
    assert share(0.5) == "50%"
    assert made == ["en", "es", "en"]


def test_what_is_made_later_speaks_the_language_of_when_it_was_asked_for():
    with words.speaking("es"):
        later = words.as_now(lambda: percent(0.5))
    assert later() == "50\u202f%"
    assert percent(0.5) == "50%"


def test_a_thread_that_was_not_told_its_language_asks_once(monkeypatch):
    asked, said = [], []

    def ask():
        asked.append(1)
        return "es"

    monkeypatch.setattr(words, "_ask", [ask])
    thread = threading.Thread(target=lambda: said.extend((percent(0.5), percent(0.25))))
    thread.start()
    thread.join()
    assert said == ["50\u202f%", "25\u202f%"]
    assert asked == [1]


@pytest.mark.parametrize(("n", "said"), [(1, "1 point"), (2, "2 points"), (0, "0 points")])
def test_a_plural_goes_with_its_number(n, said):
    assert words.ngettext("{n} point", "{n} points", n).format(n=n) == said
    with words.speaking("en_XA"):
        assert words.ngettext("point", "points", n) == ("þóóííñť" if n == 1 else "þóóííñťš")
