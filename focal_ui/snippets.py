"""Code that a visitor can copy and run: the page's own number, computed with the page's own values.

Each program prints one number; a test runs them all and compares it with the page's.
"""

from dataclasses import dataclass

from focal_core.binary import FocalLoss
from focal_core.population import EqualScores, Recipe, SpreadScores
from focal_ui.words import _

NUMPY, TORCH = "NumPy", "PyTorch"


@dataclass(frozen=True)
class Snippets:
    """A formula, programs by name, and what each program prints."""

    formula: str
    programs: dict[str, str]
    result: str


def one_loss(p_t: float, loss: FocalLoss, result: float) -> Snippets:
    """The focal loss of one example."""
    formula = (
        rf"\mathrm{{FL}}(p_t) = -(1-p_t)^{{\gamma}}\,\ln p_t"
        rf" = -(1-{p_t:g})^{{{loss.gamma:g}}}\,\ln {p_t:g} = {result:.6g}"
    )
    numpy = f"""\
import numpy as np

p_t, gamma = {p_t:g}, {loss.gamma:g}
focal_loss = -((1 - p_t) ** gamma) * np.log(p_t)
print(f"{{focal_loss:.6g}}")
"""
    torch = f"""\
import torch
from torch.nn.functional import logsigmoid

logit = torch.tensor({p_t:g}).double().logit()  # of an object: p = p_t
gamma = {loss.gamma:g}
focal_loss = -torch.sigmoid(-logit) ** gamma * logsigmoid(logit)
print(f"{{focal_loss.item():.6g}}")
"""
    return Snippets(formula, {NUMPY: numpy, TORCH: torch}, f"{result:.6g}")


def background_share(recipe: Recipe, loss: FocalLoss, result: float | None) -> Snippets:
    """Background's share of the total loss."""
    alpha = "" if loss.alpha is None else r"\alpha_t\,"
    formula = (
        rf"\frac{{\sum_{{y=0}} \mathrm{{FL}}}}{{\sum_{{y=0}} \mathrm{{FL}} + \sum_{{y=1}} "
        rf"\mathrm{{FL}}}},\qquad \mathrm{{FL}} = -{alpha}(1-p_t)^{{{loss.gamma:g}}}\,\ln p_t"
    )
    if loss.alpha is not None:
        formula += rf",\qquad \alpha_1 = {loss.alpha:g},\ \alpha_0 = {1 - loss.alpha:g}"
    programs = {
        NUMPY: f"import numpy as np\n\n{_numpy_scores(recipe)}\n{_NUMPY_LOSS}\n{_totals(loss)}",
        TORCH: f"import numpy as np\nimport torch\nfrom torch.nn.functional import logsigmoid\n\n"
        f"{_numpy_scores(recipe)}\n{_TORCH_LOSS}\n{_totals(loss)}",
    }
    shown = _("not defined") if result is None else f"{result:.6f}"
    return Snippets(formula, programs, shown)


_NUMPY_LOSS = """\
def focal_loss(toward_truth, gamma):  # toward_truth: logit of the true class
    log_pt, log_miss = -np.logaddexp(0, -toward_truth), -np.logaddexp(0, toward_truth)
    return -np.exp(gamma * log_miss) * log_pt
"""
_TORCH_LOSS = """\
def focal_loss(toward_truth, gamma):  # toward_truth: logit of the true class
    toward_truth = torch.from_numpy(np.asarray(toward_truth))
    return -torch.sigmoid(-toward_truth) ** gamma * logsigmoid(toward_truth)
"""


def _numpy_scores(recipe: Recipe) -> str:
    if isinstance(recipe, SpreadScores):
        return f"""\
rng = np.random.default_rng({recipe.seed})
background = -rng.normal({recipe.negative_mean:g}, {recipe.negative_spread:g}, {recipe.negatives})
objects = rng.normal({recipe.positive_mean:g}, {recipe.positive_spread:g}, {recipe.positives})
count_background = count_objects = 1
"""
    if isinstance(recipe, EqualScores):
        return f"""\
p_background, p_objects = {recipe.negative_p_t:g}, {recipe.positive_p_t:g}
background = np.array([np.log(p_background / (1 - p_background))])
objects = np.array([np.log(p_objects / (1 - p_objects))])
count_background, count_objects = {recipe.negatives}, {recipe.positives}
"""
    raise TypeError(f"no program draws a {type(recipe).__name__}")


def _totals(loss: FocalLoss) -> str:
    background, objects = ("", "")
    if loss.alpha is not None:
        background, objects = f"{1 - loss.alpha:g} * ", f"{loss.alpha:g} * "
    return f"""
gamma = {loss.gamma:g}
paid_by_background = {background}count_background * focal_loss(background, gamma).sum()
paid_by_objects = {objects}count_objects * focal_loss(objects, gamma).sum()
share = paid_by_background / (paid_by_background + paid_by_objects)
print(f"{{float(share):.6f}}")
"""
