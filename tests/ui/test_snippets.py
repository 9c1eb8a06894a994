"""Code that a visitor can copy: it runs as it stands and prints the page's number."""

import contextlib
import importlib.util
import io
import math
import sys
from types import ModuleType

import pytest

from focal_core.binary import FocalLoss
from focal_core.budget import budget
from focal_core.long_tail import LongTail
from focal_core.optimum import posterior, risk_minimiser
from focal_core.population import SPREAD, EqualScores, SpreadScores
from focal_core.segmentation import Disc
from focal_core.swap import kept, with_papers_alpha
from focal_ui.controls import populations
from focal_ui.controls.populations import PRESETS
from focal_ui.learning import snippets
from tests.helpers import PAGES, name_of

LOSSES = [FocalLoss(0), FocalLoss(2.0), FocalLoss(5.0), FocalLoss(2.0, 0.25), FocalLoss(0.5, 0.999)]
OWN = {
    "a million": EqualScores(1_000_000, 10_000, 0.99, 0.01),
    "no objects": EqualScores(100, 0, 0.9, 0.1),
    "no background": SpreadScores(0, 100),
    "no spread": SpreadScores(100, 30, -5, 0, 0.5, 0),
    "a million, spread": SpreadScores(1_000_000, 300),
    "300k, spread": SpreadScores(300_000, 10_000, -4.5, 1.3, 1, 0.7),
}


@pytest.fixture(autouse=True, scope="module")
def torchvision():
    """Where torchvision is not installed, its documented formula stands in for it."""
    if importlib.util.find_spec("torchvision"):
        yield
        return
    ops = ModuleType("torchvision.ops")
    ops.sigmoid_focal_loss = _sigmoid_focal_loss
    whole = ModuleType("torchvision")
    whole.ops = ops
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "torchvision", whole)
        patch.setitem(sys.modules, "torchvision.ops", ops)
        yield


def _sigmoid_focal_loss(inputs, targets, alpha=0.25, gamma=2, reduction="none"):
    import torch  # noqa: PLC0415

    cross_entropy = torch.nn.functional.binary_cross_entropy_with_logits(
        inputs, targets, reduction="none"
    )
    p = torch.sigmoid(inputs)
    p_t = p * targets + (1 - p) * (1 - targets)
    loss = cross_entropy * (1 - p_t) ** gamma
    if alpha >= 0:
        loss = (alpha * targets + (1 - alpha) * (1 - targets)) * loss
    return {"none": loss, "mean": loss.mean(), "sum": loss.sum()}[reduction]


def printed(program: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "snippet", "exec"), {"__name__": "__main__"})
    return out.getvalue()


def share_snippets(recipe, loss):
    share = budget(recipe.population(), loss).negative_share
    return snippets.background_share(recipe, loss, share), share


@pytest.mark.parametrize("gamma", [0, 0.5, 2, 5])
@pytest.mark.parametrize("p_t", [0.01, 0.5, 0.99])
def test_the_programs_for_one_example_print_its_focal_loss(p_t, gamma):
    loss = FocalLoss(gamma)
    value = -((1 - p_t) ** gamma) * math.log(p_t)
    made = snippets.one_loss(p_t, loss, value)
    assert {name: printed(text) for name, text in made.programs.items()} == dict.fromkeys(
        made.programs, f"{value:.6g}\n"
    )


@pytest.mark.parametrize("recipe", [*PRESETS.values(), *OWN.values()], ids=[*PRESETS, *OWN])
def test_the_programs_for_a_population_print_backgrounds_share(recipe):
    made, share = share_snippets(recipe, FocalLoss(2.0))
    assert {name: printed(text) for name, text in made.programs.items()} == dict.fromkeys(
        made.programs, f"{share:.6f}\n"
    )


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_the_programs_follow_gamma_and_alpha(loss):
    made, share = share_snippets(PRESETS[populations.HARD], loss)
    assert made.result == f"{share:.6f}"
    assert {printed(text) for text in made.programs.values()} == {f"{share:.6f}\n"}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("gamma", [0.0, 2.0])
@pytest.mark.parametrize(
    ("alpha", "truth", "shown"),
    [
        (None, 0.9, "0.9000"),
        (0.25, 0.9, "0.9000"),
        (0.0, 1.0, "1.0000"),
        (1.0, 0.0, "0.0000"),
        (0.0, 0.9, "nan"),
        (1.0, 0.9, "nan"),
    ],
)
def test_the_programs_find_the_true_probability_or_say_that_it_is_lost(alpha, truth, shown, gamma):
    """A class of weight 0 has no gradient: one prediction for all, however probable each is."""
    loss = FocalLoss(gamma, alpha)
    answer = float(risk_minimiser(truth, loss))
    made = snippets.recalibration(answer, loss, float(posterior(answer, loss)))
    assert made.result == shown
    assert {printed(text) for text in made.programs.values()} == {f"{shown}\n"}


@pytest.mark.parametrize("recipe", [EqualScores(0, 0), SpreadScores(0, 0)], ids=repr)
def test_where_there_is_no_loss_the_programs_say_so_as_the_page_does(recipe):
    made, _share = share_snippets(recipe, FocalLoss(2.0))
    assert {printed(text) for text in made.programs.values()} == {f"{made.result}\n"}


def test_the_formula_holds_the_values_of_the_page():
    formula = snippets.one_loss(0.9, FocalLoss(2), 0.00105361).formula
    assert formula.endswith(r"-(1-0.9)^{2}\,\ln 0.9 = 0.00105361")


def test_the_formula_of_a_share_holds_both_class_weights():
    formula = share_snippets(PRESETS[populations.EASY], FocalLoss(2, 0.25))[0].formula
    assert r"\alpha_1 = 0.25,\ \alpha_0 = 0.75" in formula


@pytest.mark.parametrize("module", PAGES, ids=name_of)
def test_every_program_of_a_page_prints_what_the_page_says(module, walk):
    said = {(text, s.result) for s in walk(module).snippets for text in s.programs.values()}
    wrong = [(text, result) for text, result in said if printed(text) != f"{result}\n"]
    assert wrong == []


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_the_plain_pytorch_program_needs_nothing_of_ours_and_can_be_trained_with(loss):
    import torch  # noqa: PLC0415

    made, _share = share_snippets(PRESETS[populations.EASY], loss)
    program = made.programs[snippets.PLAIN_TORCH]
    assert "focal_core" not in program
    defined: dict = {}
    exec(program.split("p_background")[0], defined)
    logits = torch.tensor([-2.2, 0.3, 4.0], dtype=torch.float64, requires_grad=True)
    targets = torch.tensor([0.0, 1.0, 1.0], dtype=torch.float64)
    each = defined["sigmoid_focal_loss"](logits, targets)
    assert each.tolist() == pytest.approx(loss.value([-2.2, 0.3, 4.0], [0, 1, 1]).tolist())
    each.sum().backward()
    slopes = loss.gradient([-2.2, 0.3, 4.0], [0, 1, 1])
    assert logits.grad.tolist() == pytest.approx(slopes.tolist())


@pytest.mark.parametrize("gamma", [0.0, 2.0, 5.0])
def test_the_programs_of_settings_and_trouble_print_its_numbers(gamma):
    loss, weighted = FocalLoss(gamma), with_papers_alpha(gamma)
    tail, disc = LongTail(), Disc()
    left = kept(SPREAD.population(), weighted).everything
    rarest = float(tail.shares(loss, tail.by_frequency())[-1])
    boundary = disc.shares(loss).boundary
    for made, result in (
        (snippets.gradient_left(SPREAD, weighted, left), left),
        (snippets.gradient_left(SPREAD, loss, 1.0), kept(SPREAD.population(), loss).everything),
        (snippets.rarest_share(tail, loss, rarest), rarest),
        (snippets.boundary_share(disc, loss, boundary), boundary),
    ):
        for program in made.programs.values():
            assert printed(program) == f"{result:.6f}\n"
