"""The paper's tables: the values that it prints, and what holds between them."""

import dataclasses

import pytest

from focal_core import paper
from focal_core.paper import Split

TABLES = (
    paper.TABLE_1A,
    paper.TABLE_1B,
    paper.TABLE_1C,
    paper.TABLE_1D,
    paper.TABLE_1E,
    paper.TABLE_2,
    paper.TABLE_3,
)
every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.number)
SIZES = {"1a": 7, "1b": 7, "1c": 7, "1d": 10, "1e": 10, "2": 9, "3": 4}
LAST_ROWS = {
    "1a": (0.999, 25.1, 41.7, 26.1),
    "1b": (5, 0.25, 32.2, 49.6, 34.8),
    "1c": (4, 3, 33.8, 52.1, 36.2),
    "1d": ("FL", None, None, 36.0, 54.9, 38.7),
    "1e": (101, 800, 37.8, 57.5, 40.8, 20.2, 41.1, 49.2, 198),
    "2": ("RetinaNet, ResNeXt-101", 1, 40.8, 61.1, 44.1, 24.1, 44.2, 51.2),
    "3": ("FL*", 4, 0, 33.9, 51.8, 36.4),
}


def aps(row):
    return (row.ap, row.ap50, row.ap75)


@every_table
def test_a_table_has_all_its_rows(table):
    assert len(table.rows) == SIZES[table.number]


@every_table
def test_the_last_row_is_as_printed(table):
    assert dataclasses.astuple(table.rows[-1]) == LAST_ROWS[table.number]


@every_table
def test_no_row_can_be_changed(table):
    with pytest.raises(dataclasses.FrozenInstanceError):
        table.rows[0].ap = 100.0


@every_table
def test_no_setting_stands_twice(table):
    settings = [
        tuple(
            getattr(row, name)
            for name in table.columns
            if not name.startswith("ap") and name != "milliseconds"
        )
        for row in table.rows
    ]
    assert len(set(settings)) == len(settings)


@every_table
def test_a_looser_overlap_never_scores_less(table):
    for row in table.rows:
        assert 0 <= row.ap <= row.ap50 <= 100
        assert row.ap75 <= row.ap50


@every_table
def test_the_average_of_two_splits_is_never_mixed(table):
    assert table.split is (Split.TEST_DEV if table.number in ("1e", "2") else Split.MINIVAL)


@every_table
def test_a_table_can_be_cited(table):
    assert table.where == f"Lin et al. 2017, Table {table.number}"
    assert table.caption


@pytest.mark.parametrize(
    ("table", "place", "ap"),
    [
        (paper.TABLE_1A, 0, (0, 0, 0)),
        (paper.TABLE_1A, 1, (10.8, 16.0, 11.7)),
        (paper.TABLE_1B, 3, (32.9, 51.7, 35.2)),
        (paper.TABLE_1C, 4, (34.2, 53.1, 36.5)),
        (paper.TABLE_1D, 3, (32.8, 50.3, 35.1)),
        (paper.TABLE_1D, 8, (24.0, 35.5, 25.8)),
        (paper.TABLE_1E, 2, (34.3, 53.2, 36.9)),
        (paper.TABLE_2, 4, (21.6, 44.0, 19.2)),
        (paper.TABLE_2, 7, (39.1, 59.1, 42.3)),
        (paper.TABLE_3, 2, (33.8, 52.7, 36.3)),
    ],
)
def test_values_are_as_printed(table, place, ap):
    assert aps(table.rows[place]) == ap


def test_the_papers_gamma_and_alpha_are_those_of_its_best_row():
    best = paper.TABLE_1B.best
    assert (best.gamma, best.alpha) == (paper.GAMMA.value, paper.ALPHA.value)


def test_gamma_zero_is_cross_entropy_with_its_best_alpha():
    first = paper.TABLE_1B.rows[0]
    assert (first.alpha, *aps(first)) == (paper.TABLE_1A.best.alpha, *aps(paper.TABLE_1A.best))
    assert aps(first) == aps(paper.TABLE_3.rows[0])


def test_the_default_detector_is_one_row_in_three_tables():
    assert aps(paper.TABLE_1B.best) == aps(paper.DEFAULT_ANCHORS) == aps(paper.TABLE_3.rows[1])


@pytest.mark.parametrize(
    ("better", "worse", "gain"),
    [
        (paper.TABLE_1B.best, paper.TABLE_1A.best, 2.9),
        (paper.TABLE_1B.best, paper.PLAIN_CROSS_ENTROPY, 3.8),
        (paper.FOCAL_WITHOUT_MINING, paper.BEST_MINING, 3.2),
        (paper.RETINANET, paper.BEST_ONE_STAGE_BEFORE, 5.9),
        (paper.RETINANET, paper.BEST_TWO_STAGE, 2.3),
        (paper.RETINANET, paper.TABLE_1E.best, 1.3),  # longer training, varying image size
    ],
)
def test_gains_are_those_that_the_papers_text_states(better, worse, gain):
    assert paper.gain(better, worse) == gain


def test_the_best_alpha_never_rises_with_gamma():
    alphas = [row.alpha for row in paper.TABLE_1B.rows]
    assert alphas == sorted(alphas, reverse=True)


def test_larger_images_cost_time_and_raise_ap_at_either_depth():
    for depth in (50, 101):
        rows = [row for row in paper.TABLE_1E.rows if row.depth == depth]
        assert [row.size for row in rows] == [400, 500, 600, 700, 800]
        assert [row.ap for row in rows] == sorted(row.ap for row in rows)
        assert [row.milliseconds for row in rows] == sorted(row.milliseconds for row in rows)


def test_the_other_detectors_are_those_that_figure_2_lists():
    assert [(each.ap, each.milliseconds) for each in paper.FIGURE_2] == [
        (21.6, 25), (28.0, 61), (28.0, 85), (29.9, 85), (31.2, 125), (33.2, 156), (36.2, 172),
    ]  # fmt: skip
    printed = {row.detector: row.ap for row in paper.TABLE_2.rows}
    for each in paper.FIGURE_2:
        assert printed.get(each.detector, each.ap) == each.ap


@pytest.mark.parametrize(
    ("where", "section"),
    [
        (paper.WITHOUT_PRIOR_SOURCE, "§5.1"),
        (paper.ANY_PRIOR_SOURCE, "§4.1 and §5.1"),
        (paper.TOGETHER_SOURCE, "§4.1"),
        (paper.BEST_ALPHAS.where, "§5.1"),
        (paper.ALPHA_HALF_LOSES.where, "§5.1"),
        (paper.HINGE_SOURCE, "§5.1"),
        (paper.NORMALISER_SOURCE, "§4.1"),
        (paper.STABLE_SOURCE, "§3.2"),
    ],
)
def test_a_statement_is_cited_from_the_section_that_makes_it(where, section):
    assert where.startswith(f"{paper.CITED}, {section}")


def test_one_model_scores_differently_on_the_two_splits():
    minival, test_dev = paper.TABLE_1D.rows[-1], paper.TABLE_1E.rows[7]
    assert (minival.ap, test_dev.ap) == (36.0, 36.0)
    assert minival.ap50 != test_dev.ap50


def test_a_row_that_is_asked_for_must_be_the_only_one():
    with pytest.raises(ValueError, match="unpack"):
        paper.TABLE_1D.where_row(lambda row: row.method == "OHEM")
