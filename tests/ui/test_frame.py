"""What stands around a page: what its first visit leaves is no work for the collector later."""

import gc
from collections.abc import Iterator
from itertools import count

import pytest
from streamlit.testing.v1 import AppTest

from focal_ui.frame import frame

MANY = 20_000
KEEPS_MUCH = """
import streamlit as st
from focal_ui.frame import frame

def page():
    st.session_state.setdefault("kept", []).extend([] for _ in range({many}))

frame.show(page, key={key!r})
"""
keys = (f"page {number}" for number in count())


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """What a test has frozen can be freed again."""
    yield
    gc.unfreeze()


def visit(key: str) -> AppTest:
    page = AppTest.from_string(KEEPS_MUCH.format(many=MANY, key=key)).run()
    assert not page.exception
    return page


def frozen_by(act) -> int:
    before = gc.get_freeze_count()
    act()
    return gc.get_freeze_count() - before


def test_what_a_page_keeps_from_its_first_visit_is_not_walked_through_again():
    assert frozen_by(lambda: visit(next(keys))) > MANY


def test_later_visits_freeze_nothing_more():
    key = next(keys)
    page = visit(key)
    assert frozen_by(lambda: (page.run(), visit(key))) <= 0


def test_a_library_that_a_later_visit_loads_is_frozen_then(monkeypatch):
    key = next(keys)
    page = visit(key)
    monkeypatch.setattr(frame, "LOADED_LATE", ("pandas", "json"))
    assert frozen_by(page.run) > MANY
    assert frozen_by(page.run) <= 0
