"""Words with a little Markdown, as HTML and as they are read aloud."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from focal_ui.stage.prose import to_html, to_text


@pytest.mark.parametrize(
    ("words", "html", "text"),
    [
        ("makes up **36.1%** of", "makes up <b>36.1%</b> of", "makes up 36.1% of"),
        ("in *Simple* it is", "in <em>Simple</em> it is", "in Simple it is"),
        (
            "at $p_t$ = 0.9",
            'at <span class="formula"><i>p</i><sub>t</sub></span> = 0.9',
            "at pt = 0.9",
        ),
        (
            r"by $(1-p_t)^\gamma$",
            'by <span class="formula">(1−<i>p</i><sub>t</sub>)<sup>γ</sup></span>',
            "by (1−pt)γ",
        ),
        ("2 * 3 * 4", "2 * 3 * 4", "2 * 3 * 4"),
        ("FL* and CE*", "FL* and CE*", "FL* and CE*"),
    ],
)
def test_marks_become_tags(words, html, text):
    assert to_html(words) == html
    assert to_text(words) == text


@given(st.text(alphabet="<>&\"'abc /=", max_size=40))
def test_no_words_can_become_a_tag(words):
    assert "<" not in to_html(words)
    assert to_text(words) == words
