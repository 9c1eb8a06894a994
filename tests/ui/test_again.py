"""What was drawn last is kept for as long as the same is asked for again."""

import numpy as np
import pytest

from focal_ui.stage.svg.again import Memory, alike


def test_the_same_again_is_not_made_anew():
    memory, made = Memory(), []
    for given in ({"x": 1}, {"x": 1}, {"x": 2}, {"x": 1}):
        memory.again("note", given, lambda given=given: made.append(given))
    assert made == [{"x": 1}, {"x": 2}, {"x": 1}]


def test_slots_do_not_answer_for_each_other():
    memory = Memory()
    assert memory.again("left", 1, lambda: "left") == "left"
    assert memory.again("right", 1, lambda: "right") == "right"


@pytest.mark.parametrize(
    ("one", "other", "are_alike"),
    [
        ({"x": np.arange(3)}, {"x": np.arange(3)}, True),
        ({"x": np.arange(3)}, {"x": np.array([0, 1, 3])}, False),
        ({"x": np.arange(3)}, {"x": np.arange(4)}, False),
        ({"x": np.arange(3), "y": 1}, {"x": np.arange(3), "z": 1}, False),
        ([np.arange(3), "a"], [np.arange(3), "a"], True),
        ([np.arange(3)], [np.arange(3), np.arange(3)], False),
        ({"at": {"x": np.arange(3)}}, {"at": {"x": np.arange(3) + 1}}, False),
        ({"x": np.arange(3)}, {"x": None}, False),
        ({"x": np.array([])}, {"x": np.array([])}, True),
        (1, 1.0, True),
        ("a", "b", False),
    ],
)
def test_figures_are_compared_by_value_arrays_among_them(one, other, are_alike):
    assert alike(one, other) is are_alike
