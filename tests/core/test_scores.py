"""Scores that somebody brings: what counts, what is left out, and that all of it stays finite."""

import math

import numpy as np
import pytest
from hypothesis import example as by_hand
from hypothesis import given
from hypothesis import strategies as st

from focal_core import scores as core
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import (
    break_even_gamma,
    budget,
    by_slope,
    cumulative_share,
    gamma_for_share,
)
from focal_core.columns import Fault
from focal_core.labels import label_choices
from focal_core.likely import Kind, Reading, guess_reading
from focal_core.population import SIMPLE
from focal_core.received import UnreadableError
from focal_core.scores import Verdict, read_scores, verdict
from focal_core.table import read_table

FOCAL = FocalLoss(2.0)
LOSSES = [CROSS_ENTROPY, FOCAL, FocalLoss(5.0), FocalLoss(2.0, 0.25), FocalLoss(2.0, 1.0)]
AS_P, AS_LOGITS = Reading(0, 1, Kind.PROBABILITY), Reading(0, 1, Kind.LOGIT)


def read(text, reading=AS_P):
    return read_scores(read_table(text), reading)


def test_probabilities_become_logits_with_their_targets_and_lines():
    scores = read("p,y\n0.9,1\n\n0.2,0\n")
    assert scores.logits == pytest.approx([math.log(9), math.log(0.25)], rel=1e-6)
    assert scores.targets.tolist() == [True, False]
    assert scores.lines.tolist() == [2, 4]
    assert scores.probabilities == pytest.approx([0.9, 0.2], rel=1e-6)


def test_logits_are_taken_as_they_are():
    assert read("z,y\n2.5,1\n-3,0\n", AS_LOGITS).logits.tolist() == [2.5, -3]


def test_what_is_kept_is_small():
    scores = read("p,y\n0.9,1\n0.2,0\n")
    assert (scores.logits.dtype, scores.targets.dtype) == (np.float32, np.bool)


def test_a_row_counts_once_in_its_class():
    population = read("p,y\n0.9,1\n0.2,0\n0.3,0\n").population()
    assert (population.negatives.count, population.positives.count) == (2, 1)


def test_the_simple_population_line_by_line_pays_what_it_pays_in_the_paper():
    scores = read("p,y\n" + "0.1,0\n" * 100_000 + "0.1,1\n" * 100)
    for gamma, share in [(0, 0.9786), (1, 0.8356), (2, 0.3610)]:
        loss = FocalLoss(gamma)
        assert core.share_of_loss(scores.population(), loss) == pytest.approx(share, abs=5e-5)


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("", Fault.EMPTY),
        ("nan", Fault.NO_NUMBER),
        ("inf", Fault.INFINITE),
        ("1.0001", Fault.OUTSIDE),
        ("-0.0001", Fault.OUTSIDE),
        ("1e308", Fault.OUTSIDE),
        ("-1e308", Fault.OUTSIDE),
    ],
)
def test_a_row_that_cannot_be_used_is_counted_and_named(cell, fault):
    scores = read(f"p,y\n0.9,1\n{cell},0\n0.2,0\n")
    assert scores.left_out.counts == {fault: 1}
    assert scores.left_out.first == ((3, fault),)
    assert scores.lines.tolist() == [2, 4]


@pytest.mark.parametrize("cell", ["", "nan", "NaN"])
def test_a_row_without_a_label_is_counted(cell):
    assert read(f"p,y\n0.9,1\n0.2,{cell}\n").left_out.first == ((3, Fault.NO_LABEL),)


def test_the_first_five_lines_are_named_and_all_are_counted():
    left_out = read("p,y\n0.5,1\n" + "2,0\n,0\n" * 4).left_out
    assert left_out.counts == {Fault.EMPTY: 4, Fault.OUTSIDE: 4}
    assert [line for line, _fault in left_out.first] == [3, 4, 5, 6, 7]
    assert left_out.rows == 8


def test_a_logit_may_be_any_finite_number():
    assert read("z,y\n-3,1\n1.5,0\n1e400,0\n", AS_LOGITS).left_out.counts == {Fault.INFINITE: 1}


def test_exact_zero_and_one_are_taken_and_counted_as_clipped():
    scores = read("p,y\n0,1\n1,0\n0.5,1\n1e-320,0\n")
    assert scores.clipped == 3
    assert not scores.left_out.rows
    assert scores.paid(CROSS_ENTROPY)[:2] == pytest.approx([-math.log(1e-7)] * 2, rel=1e-6)


def test_a_huge_logit_is_clipped():
    scores = read("z,y\n1e308,0\n-1e308,0\n3,1\n", AS_LOGITS)
    assert scores.clipped == 2
    assert scores.logits.tolist() == [1e6, -1e6, 3]


anything = st.floats() | st.sampled_from([1e308, -1e308, 1e-320, -1e-320, 0.0, 1.0, math.nan])


@given(
    st.lists(st.tuples(anything, st.booleans()), min_size=1, max_size=20),
    st.sampled_from(Kind),
    st.sampled_from(LOSSES),
)
@by_hand([(1e308, False), (-1e308, True), (1e-320, True), (math.nan, False)], Kind.LOGIT, FOCAL)
def test_whatever_numbers_come_all_that_is_said_is_finite(rows, kind, loss):
    text = "p,y\n" + "".join(f"{value!r},{target:d}\n" for value, target in rows)
    try:
        scores = read(text, Reading(0, 1, kind))
    except UnreadableError:
        inside = [math.isfinite(v) and (kind is Kind.LOGIT or 0 <= v <= 1) for v, _target in rows]
        assert not any(inside)
        return
    assert scores.lines.size + scores.left_out.rows == len(rows)
    said = list(scores.by_line(loss).values())
    assert np.isfinite(said).all()
    for pays in (budget(scores.population(), loss), budget(scores.population(), loss, by_slope)):
        assert math.isfinite(pays.total)


@pytest.mark.parametrize("target", [0, 1])
def test_one_class_alone_has_totals_but_no_share(target):
    scores = read(f"p,y\n0.9,{target}\n0.2,{target}\n")
    assert not scores.both
    assert budget(scores.population(), FOCAL).total > 0
    assert core.share_of_loss(scores.population(), FOCAL) is None
    assert core.tie_gamma(scores.population(), None) is None


@pytest.mark.parametrize(
    ("text", "reading", "words"),
    [
        ("p,y\nabc,1\ndef,0\n", AS_P, "No row can be used with scores from column p"),
        ("p,y\n0.9,\n", AS_P, "labels from column y"),
        ("p,y\n0.9,1\n", Reading(0, 0, Kind.PROBABILITY), "Column p cannot be score and label"),
        ("p,y\n0.9,cat\n", AS_P, "Column y has other labels than 0 and 1"),
        ("p,y\n0.9,2\n", Reading(0, 1, Kind.LOGIT, "3"), "Column y has other labels"),
        ("p,y\n" + "".join(f"0.5,{i}\n" for i in range(51)), AS_P, "Column y has more than 50"),
    ],
)
def test_a_wrong_column_is_named(text, reading, words):
    with pytest.raises(UnreadableError, match=words):
        read(text, reading)


def test_one_column_is_not_enough():
    with pytest.raises(UnreadableError, match="There is one column, p_y"):
        guess_reading(read_table("p_y\n0.1\n"))


@pytest.mark.parametrize("labels", [("0", "1"), ("0.0", "1.0"), ("0", ""), ("1", "1e0"), ("", "")])
def test_zero_and_one_need_no_choice_of_the_object(labels):
    column = read_table("p,y\n" + "".join(f"0.5,{label}\n" for label in labels)).columns[1]
    assert label_choices(column) == ()


@pytest.mark.parametrize("labels", [("cat", "none"), ("1", "2"), ("-1", "2")])
def test_other_labels_are_chosen_from(labels):
    table = read_table("p,y\n" + "".join(f"0.5,{label}\n" for label in labels))
    assert label_choices(table.columns[1]) == labels
    scores = read_scores(table, Reading(0, 1, Kind.PROBABILITY, labels[0]))
    assert scores.targets.tolist() == [True, False]


@pytest.mark.parametrize(
    ("text", "score", "label", "kind"),
    [
        ("p,y\n0.9,1\n0.2,0\n", 0, 1, Kind.PROBABILITY),
        ("y,p\n1,0.9\n0,0.2\n", 1, 0, Kind.PROBABILITY),
        ("id,name,z,y\n7,a,2.5,1\n8,b,-3,0\n9,c,-4,0\n", 2, 3, Kind.LOGIT),  # an id counts the rows
        ("class,z\ncat,2.5\nnone,-3\nnone,-5\n", 1, 0, Kind.LOGIT),
        ("p,class\n0.9,cat\n0.2,none\n", 0, 1, Kind.PROBABILITY),
        ("p,y\n0.9,1\n0.2,0\n0.5,0\n7,0\n", 0, 1, Kind.PROBABILITY),
    ],
)
def test_a_likely_reading_is_guessed(text, score, label, kind):
    assert guess_reading(read_table(text)).reading == Reading(score, label, kind)


def test_the_hardest_line_is_the_one_whose_truth_gets_least():
    scores = read("p,y\n0.4,1\n0.7,0\n0.1,0\n0.9,1\n")
    assert scores.lines[scores.hardest(FOCAL, 2)].tolist() == [3, 2]


def test_of_equal_lines_the_earlier_comes_first():
    assert read("p,y\n" + "0.3,0\n" * 50).hardest(FOCAL, 3).tolist() == [0, 1, 2]


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_the_lines_add_up_to_the_budget(loss):
    scores = core.example()
    table = scores.by_line(loss)
    assert sum(table["focal_loss"]) == pytest.approx(budget(scores.population(), loss).total)
    slopes = budget(scores.population(), loss, by_slope).total
    assert sum(map(abs, table["gradient"])) == pytest.approx(slopes)


def test_the_loss_of_a_line_follows_from_the_score_and_target_beside_it():
    table = read("p,y\n0.9,1\n0.2,0\n").by_line(FocalLoss(2.0, 0.25))
    assert table["probability"] == [0.9, 0.2]
    assert table["focal_loss"] == pytest.approx(
        [-0.25 * 0.1**2 * math.log(0.9), -0.75 * 0.2**2 * math.log(0.8)], rel=1e-6
    )


def test_the_tie_under_alpha_is_where_background_would_carry_alpha():
    population = core.example().population()
    for alpha in (None, 0.25, 0.4, 0.7):
        gamma = core.tie_gamma(population, alpha)
        if gamma is not None:
            share = core.share_of_loss(population, FocalLoss(gamma, alpha))
            assert share == pytest.approx(0.5, abs=1e-9)
    assert core.tie_gamma(population, None) is not None
    assert core.tie_gamma(population, 0.0) is core.tie_gamma(population, 1.0) is None


def test_without_class_weights_the_tie_is_the_break_even_gamma():
    population = SIMPLE.population()
    assert core.tie_gamma(population, None) == break_even_gamma(population)


def test_nothing_that_all_visitors_share_holds_on_to_the_scores():
    before = gamma_for_share.cache_info().currsize
    core.tie_gamma(read("p,y\n0.9,1\n0.2,0\n").population(), None)
    assert gamma_for_share.cache_info().currsize == before


@pytest.mark.parametrize("alpha", [None, 0.25, 0.9])
@pytest.mark.parametrize("gamma", [0.0, 2.0])
def test_the_weighted_share_follows_from_the_unweighted_one(alpha, gamma):
    population = core.example().population()
    unweighted = core.share_of_loss(population, FocalLoss(gamma))
    assert core.weighted_share(unweighted, alpha) == pytest.approx(
        core.share_of_loss(population, FocalLoss(gamma, alpha))
    )


def test_a_weighted_share_may_not_be_defined():
    assert core.weighted_share(None, 0.5) is None
    assert core.weighted_share(1.0, 1.0) is None


def test_the_example_is_what_its_docstring_says():
    scores = core.example()
    assert (scores.background, scores.objects) == (4_000, 40)
    assert np.count_nonzero(scores.probabilities[~scores.targets] > 0.9) == 3
    assert not scores.left_out.rows
    assert core.example_scores() == core.example_scores()
    assert guess_reading(read_table(core.example_scores())).reading == AS_P


def test_a_column_that_counts_the_rows_is_not_taken_for_the_score():
    lines = "\n".join(f"{n},{0.1 + 0.2 * (n % 4):g},{n % 2}" for n in range(8))
    reading = guess_reading(read_table(f",score,label\n{lines}")).reading
    assert (reading.score, reading.label) == (1, 2)


@given(
    st.lists(st.tuples(st.floats(-40, 40), st.booleans()), min_size=1, max_size=300),
    st.lists(st.floats(0, 5), min_size=1, max_size=3),
)
def test_the_sums_of_many_gammas_are_those_of_each(rows, gammas):
    scores = read("z,y\n" + "\n".join(f"{z},{int(y)}" for z, y in rows), AS_LOGITS)
    population = scores.population()
    rows = core.HardestFirst.of(scores)
    for gamma in gammas:
        loss, said = FocalLoss(gamma), rows.sums(gamma)
        for found, wanted in (
            (said.loss, budget(population, loss)),
            (said.slope, budget(population, loss, by_slope)),
        ):
            assert (found.negatives, found.positives) == pytest.approx(
                (wanted.negatives, wanted.positives), rel=1e-9, abs=1e-300
            )
        curve = cumulative_share(population.negatives, 0, loss)
        hardest = None if curve is None else curve.of_hardest(core.HARDEST_PART)
        assert said.hardest_part == (None if hardest is None else pytest.approx(hardest, rel=1e-6))


@pytest.mark.parametrize(
    ("plain", "focal", "said"),
    [
        (0.3, 0.01, Verdict.LITTLE_TO_FADE),
        (0.49, 0.49, Verdict.LITTLE_TO_FADE),
        (0.98, 0.36, Verdict.FADES),
        (0.97, 0.88, Verdict.STAYS),
        (0.5, 0.5, Verdict.STAYS),
    ],
)
def test_a_verdict_tells_whether_background_fades(plain, focal, said):
    assert verdict(plain, focal) is said


@pytest.mark.parametrize(
    ("plain", "focal", "name"), [(1.2, 0.3, "plain_share"), (0.9, -1, "focal_share")]
)
def test_a_share_that_is_none_is_refused_by_name(plain, focal, name):
    with pytest.raises(ValueError, match=name):
        verdict(plain, focal)


def shown(text):
    table = read_table(text)
    return read_scores(table, guess_reading(table).reading)


@pytest.mark.parametrize(
    ("heading", "row", "score"),
    [
        ("prob_0,prob_1,label", "{q},{p},{y}", "prob_1"),
        (",y_true,proba_0,proba_1", "{i},{y},{q},{p}", "proba_1"),
        ("y_true,y_pred,y_prob", "{y},{y},{p}", "y_prob"),
        ("id,score,is_object", "{i},{p},{y}", "score"),
    ],
)
def test_the_score_of_the_object_is_found_among_other_numbers(heading, row, score):
    lines = [
        row.format(i=i, p=p, q=round(1 - p, 2), y=int(p > 0.5))
        for i, p in enumerate([0.9, 0.2, 0.1, 0.8, 0.3] * 10)
    ]
    table = read_table("\n".join([heading, *lines]))
    assert table.columns[guess_reading(table).reading.score].name == score
    assert not read_scores(table, guess_reading(table).reading).upside_down


def test_objects_that_score_lower_than_background_are_noticed():
    upside_down = shown("p,y\n" + "0.1,1\n0.8,0\n" * 10)
    assert upside_down.upside_down
    assert not shown("p,y\n" + "0.8,1\n0.1,0\n" * 10).upside_down
    assert not shown("p,y\n" + "0.1,1\n" * 10).upside_down  # one class alone


def test_one_short_row_is_left_out_and_counted():
    scores = shown("p,y\n" + "0.8,1\n0.1,0\n" * 10 + "0.3\n" + "0.8,1\n0.1,0\n" * 10)
    assert scores.targets.size == 40
    assert scores.left_out.counts == {Fault.CELLS: 1}
    assert scores.left_out.first == ((22, Fault.CELLS),)


def test_a_stray_label_is_left_out_and_counted():
    scores = shown("p,y\n" + "0.8,1\n0.1,0\n" * 30 + "0.3,2\n0.4,foo\n")
    assert (scores.objects, scores.background) == (30, 30)
    assert scores.left_out.counts == {Fault.NO_LABEL: 2}


def test_a_third_class_is_no_stray_label():
    table = read_table("p,y\n" + "0.8,1\n0.1,0\n0.3,2\n" * 10)
    assert label_choices(table.columns[1]) == ("1", "0", "2")


@pytest.mark.parametrize(("yes", "no"), [("True", "False"), ("true", "FALSE"), ("1", "0")])
def test_who_writes_true_and_false_is_not_asked_for_the_object(yes, no):
    scores = shown("p,y\n" + f"0.8,{yes}\n0.1,{no}\n0.2,{no}\n" * 5)
    assert (scores.objects, scores.background) == (5, 10)
    assert not scores.left_out.rows


def test_minus_one_beside_one_alone_is_background():
    scores = read("p,y\n0.9,1\n0.2,-1\n0.3,+1\n")
    assert scores.targets.tolist() == [True, False, True]


@pytest.mark.parametrize("mark", ["-1", "255", "None", "NA", "null"])
def test_what_is_marked_as_ignored_is_no_background_however_often(mark):
    scores = read("p,y\n0.9,1\n0.2,0\n" + f"0.5,{mark}\n" * 50)
    assert scores.targets.tolist() == [True, False]
    assert scores.left_out.counts == {Fault.NO_LABEL: 50}


def test_a_label_without_meaning_is_left_out_where_the_object_is_named_too():
    table = read_table("p,y\n0.9,cat\n0.2,dog\n0.5,NA\n")
    scores = read_scores(table, Reading(0, 1, Kind.PROBABILITY, "cat"))
    assert (scores.targets.tolist(), scores.left_out.rows) == ([True, False], 1)


ROWS = [(0.93, 1), (0.41, 0), (0.08, 0), (0.66, 1), (0.27, 0)]


@pytest.mark.parametrize(
    ("head", "row", "score"),
    [
        ("y_true,y_pred,y_prob", "{y},{hard},{p}", "y_prob"),
        ("y_pred,y_true,y_prob", "{hard},{y},{p}", "y_prob"),
        (",y_true,y_prob", "{id},{y},{p}", "y_prob"),
        ("id,p,y", "{id},{p},{y}", "p"),
        ("t_cat,t_dog,s_cat,s_dog", "{y},{hard},{p},0.5", "s_cat"),
        ("prob_0,prob_1,label", "{rest},{p},{y}", "prob_1"),
        ("empty,p,y", ",{p},{y}", "p"),
    ],
)
def test_the_score_is_found_among_other_columns(head, row, score):
    ids = [892, 17, 401, 5, 230]
    lines = [
        row.format(y=y, p=p, rest=round(1 - p, 2), hard=int(p > 0.5), id=at)
        for (p, y), at in zip(ROWS, ids, strict=True)
    ]
    table = read_table("\n".join([head, *lines]))
    guess = guess_reading(table).reading
    assert table.columns[guess.score].name == score
    assert read_scores(table, guess).targets.tolist() == [True, False, False, True, False]


def test_scores_from_0_to_100_are_per_cent():
    rows = [(5 * i, int(i > 10)) for i in range(21)]
    table = read_table("p,y\n" + "".join(f"{p},{y}\n" for p, y in rows))
    guess = guess_reading(table).reading
    assert guess.kind is Kind.PERCENT
    assert read_scores(table, guess).probabilities[1:20] == pytest.approx(
        [p / 100 for p, _y in rows[1:20]], rel=1e-5
    )


def test_the_certainty_of_a_winner_is_not_taken_for_the_score_of_an_object_in_silence():
    sure = "".join(f"0.{50 + i},{i % 2}\n" for i in range(40))
    assert read("p,y\n" + sure).never_low
    assert not read("p,y\n0.4,1\n" + sure).never_low
    assert not read("p,y\n0.9,1\n0.6,0\n").never_low
