"""The bugs to run: what is written is what is run, and it is wrong where the app says so."""

import math

import pytest

from focal_ui.learning import question_bank
from focal_ui.learning.bugs import ALPHA, BUGS, GAMMA
from focal_ui.words import number

every_bug = pytest.mark.parametrize("bug", BUGS.values(), ids=BUGS)
NAMES = {"log": math.log, "log10": math.log10, "gamma": GAMMA, "alpha": ALPHA, "sum": sum}


def test_each_bug_to_spot_can_be_run():
    assert [q.key for q in question_bank.of("spot the bug")] == list(BUGS)


@every_bug
def test_the_code_gives_the_numbers_beside_it(bug):
    table = bug.table()
    for of, wrong, right in zip(*table.values(), strict=True):
        names = {**NAMES, bug.of: of}
        assert eval(bug.wrong, names) == pytest.approx(wrong, rel=1e-9, abs=1e-15)
        assert eval(bug.right, names) == pytest.approx(right, rel=1e-9, abs=1e-15)


@every_bug
def test_a_bug_does_harm(bug):
    _of, wrong, right = bug.table().values()
    assert any(number(w) != number(r) for w, r in zip(wrong, right, strict=True))
