"""Code that a visitor can copy and run: the page's own number, computed with the page's own values.

Each program prints one number; a test runs them all and compares it with the page's.
"""

import textwrap
from dataclasses import dataclass

from focal_core.anchors import Pyramid
from focal_core.binary import FocalLoss
from focal_core.first_step import FirstStep
from focal_core.long_tail import LongTail
from focal_core.noise import NoisyLabels
from focal_core.population import LARGEST_DRAW, EqualScores, Examples, Recipe, SpreadScores
from focal_core.segmentation import Disc
from focal_core.softmax import SoftmaxFocalLoss
from focal_core.training.recorded import TrainedScores
from focal_core.training.scored_scene import EDGES, SceneScores
from focal_core.training.slug import slug
from focal_ui.words import _, later

SCRATCH = later("From scratch")
NUMPY, TORCH, TORCHVISION = later("NumPy"), later("PyTorch"), later("torchvision")
PLAIN_TORCH = later("Plain PyTorch")  # to paste into a training loop: it needs nothing of ours


@dataclass(frozen=True)
class Snippets:
    """A formula, programs by name, and what each program prints."""

    formula: str
    programs: dict[str, str]
    result: str


def one_loss(p_t: float, loss: FocalLoss, result: float) -> Snippets:
    """The focal loss of one object."""
    formula = (
        rf"\mathrm{{FL}}(p_t) = -(1-p_t)^{{\gamma}}\,\ln p_t"
        rf" = -(1-{p_t:g})^{{{loss.gamma:g}}}\,\ln {p_t:g} = {result:.6g}"
    )
    programs = {
        name: f"{head}\nlogit = np.log({p_t:g} / (1 - {p_t:g}))  # an object: p = p_t\n"
        'print(f"{float(focal_loss(np.array([logit]), 1)[0]):.6g}")\n'
        for name, head in _heads(loss).items()
    }
    return Snippets(formula, programs, f"{result:.6g}")


def one_gradient(p_t: float, loss: FocalLoss, result: float) -> Snippets:
    """The size of the gradient, by the logit, of one object's loss."""
    formula = (
        r"\left|\frac{d\,\mathrm{FL}}{dx}\right| = (1-p_t)^{\gamma}"
        r"\left(1-p_t-\gamma\,p_t \ln p_t\right)"
        rf" = {result:.6g}\quad(p_t={p_t:g},\ \gamma={loss.gamma:g})"
    )
    programs = {
        SCRATCH: f"""\
import numpy as np

p_t, gamma = {p_t:g}, {loss.gamma:g}
gradient = (1 - p_t) ** gamma * (1 - p_t - gamma * p_t * np.log(p_t))
print(f"{{gradient:.6g}}")
""",
        NUMPY: f"""\
import numpy as np
from focal_core.binary import FocalLoss

logit = np.log({p_t:g} / (1 - {p_t:g}))  # an object: p = p_t
gradient = abs(FocalLoss(gamma={loss.gamma:g}).gradient(logit, 1))
print(f"{{gradient:.6g}}")
""",
    }
    programs |= {
        name: f"""\
import torch
{_IMPORTS[name]}

p = torch.tensor([{p_t:g}], dtype=torch.float64)  # an object: p = p_t
logit = p.logit().requires_grad_()
sigmoid_focal_loss(logit, torch.ones_like(logit), alpha=-1, gamma={loss.gamma:g}).sum().backward()
print(f"{{logit.grad.abs().item():.6g}}")
"""
        for name in (TORCH, TORCHVISION)
    }
    return Snippets(formula, programs, f"{result:.6g}")


def background_share(recipe: Recipe, loss: FocalLoss, result: float | None) -> Snippets:
    """Background's share of the total loss."""
    alpha = "" if loss.alpha is None else r"\alpha_t\,"
    formula = (
        rf"\frac{{\sum_{{y=0}} \mathrm{{FL}}}}{{\sum_{{y=0}} \mathrm{{FL}} + \sum_{{y=1}} "
        rf"\mathrm{{FL}}}},\qquad \mathrm{{FL}} = -{alpha}(1-p_t)^{{{loss.gamma:g}}}\,\ln p_t"
    )
    if loss.alpha is not None:
        formula += rf",\qquad \alpha_1 = {loss.alpha:g},\ \alpha_0 = {1 - loss.alpha:g}"
    ending = f"""
{_scores(recipe)}
loss_of_background = count_background * float(focal_loss(background, 0).sum())
loss_of_objects = count_objects * float(focal_loss(objects, 1).sum())
total = loss_of_background + loss_of_objects
print(f"{{loss_of_background / total:.6f}}" if total else "{_("not defined")}")
"""
    programs = {name: head + ending for name, head in _heads(loss).items()}
    shown = _("not defined") if result is None else f"{result:.6f}"
    return Snippets(formula, programs, shown)


def scene_share(model: str, step: int, seed: int, loss: FocalLoss, result: float) -> Snippets:
    """Easy background's share of the loss of a recorded scene."""
    easy = rf"\text{{{_('easy background')}}}"
    formula = (
        rf"\frac{{\sum_{{{easy}}} \mathrm{{FL}}}}{{\sum \mathrm{{FL}}}},\qquad "
        rf"\mathrm{{FL}} = -(1-p_t)^{{{loss.gamma:g}}}\,\ln p_t"
    )
    programs = {
        SCRATCH: f"""\
import numpy as np

{_recorded(model, step, seed)}
loss = np.logaddexp(0, wrong) * np.exp(-{loss.gamma:g} * np.logaddexp(0, -wrong))
sums = counts @ loss
print(f"{{sums[0] / sums.sum():.6f}}")
""",
        NUMPY: f"""\
from focal_core.binary import FocalLoss
from focal_core.training.scored_scene import scored_scene

sums = scored_scene("{model}", step={step}, seed={seed}).paid(FocalLoss(gamma={loss.gamma:g}))
print(f"{{sums.shares[0]:.6f}}")
""",
    }
    return Snippets(formula, programs, f"{result:.6f}")


def own_scores(loss: FocalLoss, result: float | None, *, example: bool) -> Snippets:
    """Background's share of the loss of single scores: the shipped ones, or those of a file."""
    weight = "" if loss.alpha is None else r"\alpha_t\,"
    formula = (
        rf"\frac{{\sum_{{y=0}} \mathrm{{FL}}}}{{\sum \mathrm{{FL}}}},\qquad "
        rf"\mathrm{{FL}} = -{weight}(1-p_t)^{{{loss.gamma:g}}}\,\ln p_t"
    )
    ending = f"""
{_EXAMPLE_SCORES if example else _FILE_OF_SCORES}
loss_of_background = float(focal_loss(background, 0).sum())
loss_of_objects = float(focal_loss(objects, 1).sum())
total = loss_of_background + loss_of_objects
defined = background.size and objects.size and total
print(f"{{loss_of_background / total:.5f}}" if defined else "{_("not defined")}")
"""
    programs = {name: head + ending for name, head in _heads(loss).items()}
    return Snippets(formula, programs, _("not defined") if result is None else f"{result:.5f}")


def first_step(start: FirstStep, loss: FocalLoss, divisor: float, result: float) -> Snippets:
    """The loss that a training log prints before the first step."""
    formula = (
        rf"b = -\ln\frac{{1-\pi}}{{\pi}} = {start.bias:.4g},\qquad "
        rf"\frac{{N\,\mathrm{{FL}}(1-\pi) + P\,\mathrm{{FL}}(\pi)}}{{{divisor:g}}} = {result:.6g}"
    )
    ending = f"""
prior = {start.prior:g}
bias = -np.log((1 - prior) / prior)
x = np.array([bias])  # the logit of every anchor
total = {start.negatives} * focal_loss(x, 0) + {start.positives} * focal_loss(x, 1)
print(f"{{float(total[0]) / {divisor:g}:.6g}}")
"""
    programs = {name: head + ending for name, head in _heads(loss).items()}
    return Snippets(formula, programs, f"{result:.6g}")


def many_classes(
    logits: tuple[float, ...], target: int, loss: SoftmaxFocalLoss, result: float
) -> Snippets:
    """The softmax form for one example."""
    weight = 1.0 if loss.alpha is None else loss.alpha[target]
    formula = (
        r"\mathrm{FL} = -\sum_{i=1}^{C} \alpha_i (1-p_i)^{\gamma}\, t_i \ln p_i"
        rf" = -{weight:g}\,(1-p_{{{target + 1}}})^{{{loss.gamma:g}}} \ln p_{{{target + 1}}}"
        rf" = {result:.6g}"
    )
    programs = {
        SCRATCH: f"""\
import numpy as np

logits = np.array({list(logits)})
p = np.exp(logits - logits.max())
p /= p.sum()
print(f"{{{weight:g} * (1 - p[{target}]) ** {loss.gamma:g} * -np.log(p[{target}]):.6g}}")
""",
        NUMPY: f"""\
from focal_core.softmax import SoftmaxFocalLoss

loss = SoftmaxFocalLoss(gamma={loss.gamma:g}, alpha={loss.alpha})
print(f"{{loss.value({list(logits)}, {target}):.6g}}")
""",
        TORCH: f"""\
import torch
from focal_core.torch_losses import softmax_focal_loss

logits = torch.tensor([{list(logits)}], dtype=torch.float64)
alpha = {None if loss.alpha is None else f"torch.tensor({list(loss.alpha)}, dtype=torch.float64)"}
loss = softmax_focal_loss(logits, torch.tensor([{target}]), alpha, {loss.gamma:g}, "sum")
print(f"{{loss.item():.6g}}")
""",
    }
    return Snippets(formula, programs, f"{result:.6g}")


def background_of_sigmoids(logits: tuple[float, ...], loss: FocalLoss, result: float) -> Snippets:
    """One background anchor under one sigmoid per class."""
    formula = (
        r"\mathrm{FL} = -\sum_{i=1}^{K} p_i^{\gamma} \ln(1-p_i)"
        rf" = {result:.6g} \quad (\gamma = {loss.gamma:g},\ K = {len(logits)})"
    )
    programs = {
        SCRATCH: f"""\
import numpy as np

p = 1 / (1 + np.exp(-np.array({list(logits)})))
print(f"{{np.sum(-(p ** {loss.gamma:g}) * np.log(1 - p)):.6g}}")
""",
        NUMPY: f"""\
from focal_core.binary import FocalLoss

loss = FocalLoss(gamma={loss.gamma:g})
print(f"{{loss.value({list(logits)}, 0).sum():.6g}}")
""",
        TORCH: f"""\
import torch
from focal_core.torch_losses import sigmoid_focal_loss

logits = torch.tensor({list(logits)}, dtype=torch.float64)
loss = sigmoid_focal_loss(logits, torch.zeros_like(logits), None, {loss.gamma:g}, "sum")
print(f"{{loss.item():.6g}}")
""",
    }
    return Snippets(formula, programs, f"{result:.6g}")


def noise_share(labels: NoisyLabels, loss: FocalLoss, result: float) -> Snippets:
    """The share of the gradient that wrong labels make up."""
    wrong, right, positives = (f"{count:g}" for count in labels.counts)
    formula = (
        r"\frac{n_w\,s(p_w)}{n_w\,s(p_w) + n_r\,s(p_r) + n_o\,s(p_o)},\qquad "
        r"s(p_t) = (1-p_t)^{\gamma}(1-p_t-\gamma\,p_t \ln p_t)"
    )
    learned, positive = f"{labels.learned_p_t:g}", f"{labels.positive_p_t:g}"
    programs = {
        SCRATCH: f"""\
import numpy as np

p_t = np.array([1 - {learned}, {learned}, {positive}])  # wrong labels, right ones, objects
counts = np.array([{wrong}, {right}, {positives}])
gamma = {loss.gamma:g}
gradients = counts * (1 - p_t) ** gamma * (1 - p_t - gamma * p_t * np.log(p_t))
print(f"{{gradients[0] / gradients.sum():.6f}}")
""",
        NUMPY: f"""\
from focal_core.binary import FocalLoss
from focal_core.noise import NoisyLabels

gradient = NoisyLabels(noise={labels.noise:g}).pull(FocalLoss(gamma={loss.gamma:g}))
print(f"{{gradient.wrong_labels:.6f}}")
""",
    }
    return Snippets(formula, programs, f"{result:.6f}")


def gradient_left(recipe: Recipe, loss: FocalLoss, result: float) -> Snippets:
    """What is left of cross entropy's summed gradient under focal loss."""
    formula = (
        r"\frac{\sum \left|d\,\mathrm{FL}/dx\right|}{\sum \left|d\,\mathrm{CE}/dx\right|},\qquad "
        r"\left|\frac{d\,\mathrm{FL}}{dx}\right| = \alpha_t (1-p_t)^{\gamma}"
        r"\left(1-p_t-\gamma\,p_t \ln p_t\right)"
    )
    gamma, alpha = loss.gamma, 1.0 if loss.alpha is None else loss.alpha
    other = 1.0 if loss.alpha is None else round(1 - loss.alpha, 6)
    programs = {
        SCRATCH: f"""\
import numpy as np

{_scores(recipe)}
def gradient(toward_truth, weight, gamma):
    p_t = 1 / (1 + np.exp(-toward_truth))
    return weight * (1 - p_t) ** gamma * (1 - p_t - gamma * p_t * np.log(p_t))

def summed(weight_background, weight_objects, gamma):
    return (count_background * gradient(-background, weight_background, gamma).sum()
            + count_objects * gradient(objects, weight_objects, gamma).sum())

print(f"{{summed({other:g}, {alpha:g}, {gamma:g}) / summed(1, 1, 0):.6f}}")
""",
        NUMPY: f"""\
import numpy as np
from focal_core.binary import CROSS_ENTROPY, FocalLoss

{_scores(recipe)}
def summed(loss):
    return (count_background * np.abs(loss.gradient(background, 0)).sum()
            + count_objects * np.abs(loss.gradient(objects, 1)).sum())

focal = FocalLoss(gamma={gamma:g}, alpha={loss.alpha})
print(f"{{summed(focal) / summed(CROSS_ENTROPY):.6f}}")
""",
    }
    return Snippets(formula, programs, f"{result:.6f}")


def rarest_share(tail: LongTail, loss: FocalLoss, result: float) -> Snippets:
    """What part of the loss the rarest class makes up under weights by inverse frequency."""
    formula = (
        r"\frac{w_K\, n_K\, \mathrm{FL}(p_K)}{\sum_k w_k\, n_k\, \mathrm{FL}(p_k)},\qquad "
        rf"w_k = \frac{{n_1}}{{n_k}},\quad \gamma = {loss.gamma:g}"
    )
    counts = [int(n) for n in tail.counts]
    ends = (
        f"np.log({tail.easy:g} / (1 - {tail.easy:g})), np.log({tail.hard:g} / (1 - {tail.hard:g}))"
    )
    programs = {
        SCRATCH: f"""\
import numpy as np

counts = np.array({counts})
weights = counts[0] / counts
logits = np.linspace({ends}, {tail.classes})
p_t = 1 / (1 + np.exp(-logits))  # easy where the class is frequent, hard where it is rare
loss = weights * counts * (1 - p_t) ** {loss.gamma:g} * -np.log(p_t)
print(f"{{loss[-1] / loss.sum():.6f}}")
""",
        NUMPY: f"""\
from focal_core.binary import FocalLoss
from focal_core.long_tail import LongTail

tail = LongTail()
print(f"{{tail.shares(FocalLoss(gamma={loss.gamma:g}), tail.by_frequency())[-1]:.6f}}")
""",
    }
    return Snippets(formula, programs, f"{result:.6f}")


def boundary_share(disc: Disc, loss: FocalLoss, result: float) -> Snippets:
    """What part of the gradient the pixels at an object's boundary make up."""
    formula = (
        r"\frac{n_b\,s(p_b)}{\sum_i n_i\,s(p_i)},\qquad "
        r"s(p_t) = (1-p_t)^{\gamma}(1-p_t-\gamma\,p_t \ln p_t)"
        rf",\quad \gamma = {loss.gamma:g}"
    )
    p_t = f"{disc.background_p_t:g}, {disc.boundary_p_t:g}, {disc.interior_p_t:g}"
    programs = {
        SCRATCH: f"""\
import numpy as np

side, band, gamma = {disc.side}, {disc.band:g}, {loss.gamma:g}
radius = side * np.sqrt({disc.foreground:g} / np.pi)
outer, inner = np.pi * (radius + band) ** 2, np.pi * (radius - band) ** 2
counts = np.array([side**2 - outer, outer - inner, inner])  # background, boundary, inside
p_t = np.array([{p_t}])
gradients = counts * (1 - p_t) ** gamma * (1 - p_t - gamma * p_t * np.log(p_t))
print(f"{{gradients[1] / gradients.sum():.6f}}")
""",
        NUMPY: f"""\
from focal_core.binary import FocalLoss
from focal_core.segmentation import Disc

print(f"{{Disc({disc.foreground:g}).shares(FocalLoss(gamma={loss.gamma:g})).boundary:.6f}}")
""",
    }
    return Snippets(formula, programs, f"{result:.6f}")


def recalibration(output: float, loss: FocalLoss, result: float) -> Snippets:
    """From the prediction at the loss's optimum to the true probability."""
    alpha = 0.5 if loss.alpha is None else loss.alpha
    formula = (
        r"\eta = \frac{B}{A + B},\quad A = \alpha\,S(q),\ B = (1-\alpha)\,S(1-q),\quad "
        r"S(v) = (1-v)^{\gamma}(1-v-\gamma\,v \ln v)"
    )
    programs = {
        SCRATCH: f"""\
import numpy as np

q, gamma, alpha = {output!r}, {loss.gamma:g}, {alpha:g}

def gradient(v):
    of_the_factor = gamma * v * np.log(v) if v > 0 else 0  # its limit
    return (1 - v) ** gamma * (1 - v - of_the_factor)

up, down = alpha * gradient(q), (1 - alpha) * gradient(1 - q)
# Where a class has weight 0, a prediction of 0 or 1 does not tell the true probability.
print(f"{{down / (up + down):.4f}}" if up + down > 0 else "nan")
""",
        NUMPY: f"""\
from focal_core.binary import FocalLoss
from focal_core.optimum import posterior

print(f"{{posterior({output!r}, FocalLoss(gamma={loss.gamma:g}, alpha={loss.alpha})):.4f}}")
""",
    }
    return Snippets(formula, programs, f"{result:.4f}")


def recorded_gain(first: str, second: str, result: float) -> Snippets:
    """What one recorded configuration gained over another, in points of AP, paired by seed."""
    formula = r"\frac{100}{n} \sum_{s=1}^{n} \left(\mathrm{AP}_{1,s} - \mathrm{AP}_{2,s}\right)"
    program = f"""\
from focal_core.training.recorded import recording

runs = recording()
gained = runs.difference({first!r}, {second!r})
print(f"{{100 * gained.mean:.1f}}")
"""
    return Snippets(formula, {NUMPY: program}, f"{100 * result:.1f}")


def anchor_count(size: int, pyramid: Pyramid, result: int) -> Snippets:
    """All anchors of a square image."""
    formula = (
        rf"{pyramid.per_cell} \sum_{{s \in \{{{', '.join(map(str, pyramid.strides))}\}}}} "
        rf"\left\lceil \frac{{{size}}}{{s}} \right\rceil^2 = {result:,}"
    )
    programs = {
        SCRATCH: f"""\
import math

strides = {pyramid.strides}
print({pyramid.per_cell} * sum(math.ceil({size} / stride) ** 2 for stride in strides))
""",
        NUMPY: f"""\
from focal_core.anchors import Pyramid

pyramid = Pyramid(
    strides={pyramid.strides},
    sizes={pyramid.sizes},
    scales={pyramid.scales},
    ratios={pyramid.ratios},
)
print(pyramid.count({size}, {size}))
""",
    }
    return Snippets(formula, programs, str(result))


_EXAMPLE_SCORES = """\
rng = np.random.default_rng(2)
drawn = [rng.normal(-4, 1.2, 3997), rng.normal(3, 0.5, 3), rng.normal(-0.3, 1.5, 40)]
p = np.round(1 / (1 + np.exp(-np.concatenate(drawn))), 6)  # as in the file of the example
logits = np.log(p / (1 - p))
background, objects = logits[:4000], logits[4000:]
"""
_FILE_OF_SCORES = """\
lines = np.genfromtxt("loss_by_line.csv", delimiter=",", names=True)  # the page's download
logits, is_object = np.atleast_1d(lines["logit"]), np.atleast_1d(lines["target"]) == 1
background, objects = logits[~is_object], logits[is_object]
"""
_IMPORTS = {
    TORCH: "from focal_core.torch_losses import sigmoid_focal_loss",
    TORCHVISION: "from torchvision.ops import sigmoid_focal_loss",
}


def _heads(loss: FocalLoss) -> dict[str, str]:
    """Programs that define focal_loss(logits, target), each in its own way."""
    gamma, alpha = loss.gamma, loss.alpha
    weights = "" if alpha is None else f"({alpha:g} if target else {1 - alpha:g}) * "
    scratch = f"""\
import numpy as np

def focal_loss(logits, target):
    toward_label = logits if target else -logits
    log_pt, log_miss = -np.logaddexp(0, -toward_label), -np.logaddexp(0, toward_label)
    return -{weights}np.exp({gamma:g} * log_miss) * log_pt
"""
    ours = f"""\
import numpy as np
from focal_core.binary import FocalLoss

focal_loss = FocalLoss(gamma={gamma:g}, alpha={alpha}).value
"""
    weighted = "" if alpha is None else f"torch.where(targets == 1, {alpha:g}, {1 - alpha:g}) * "
    plain_torch = f"""\
import numpy as np
import torch
import torch.nn.functional as F

def sigmoid_focal_loss(logits, targets):
    cross_entropy = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    one_minus_pt = -torch.expm1(-cross_entropy)
    return {weighted}one_minus_pt ** {gamma:g} * cross_entropy

def focal_loss(logits, target):
    logits = torch.tensor(logits)
    return sigmoid_focal_loss(logits, torch.full_like(logits, target))
"""
    heads = {SCRATCH: scratch, PLAIN_TORCH: plain_torch, NUMPY: ours}
    for name, line in _IMPORTS.items():
        heads[name] = f"""\
import numpy as np
import torch
{line}

def focal_loss(logits, target):
    logits = torch.tensor(logits)
    targets = torch.full_like(logits, target)
    return sigmoid_focal_loss(logits, targets, {-1 if alpha is None else alpha}, {gamma:g})
"""
    return heads


def _scores(recipe: Recipe) -> str:
    if isinstance(recipe, SpreadScores):
        drawn = min(recipe.negatives, LARGEST_DRAW)
        return f"""\
rng = np.random.default_rng({recipe.seed})
background = rng.normal({recipe.negative_mean:g}, {recipe.negative_spread:g}, {drawn})
objects = rng.normal({recipe.positive_mean:g}, {recipe.positive_spread:g}, {recipe.positives})
count_background, count_objects = {recipe.negatives / max(drawn, 1):g}, 1
"""
    if isinstance(recipe, EqualScores):
        return f"""\
p_background, p_objects = {recipe.negative_p_t:g}, {recipe.positive_p_t:g}  # p_t of each class
background = np.array([np.log((1 - p_background) / p_background)])
objects = np.array([np.log(p_objects / (1 - p_objects))])
count_background, count_objects = {recipe.negatives}, {recipe.positives}
"""
    if isinstance(recipe, TrainedScores):
        scores = recipe.population()
        return f"""\
background = {_repeated(scores.negatives)}
objects = {_repeated(scores.positives)}
count_background = count_objects = 1
"""
    if isinstance(recipe, SceneScores):
        return f"""\
{_recorded(recipe.name, recipe.step, recipe.seed)}
background, objects = np.repeat(wrong, counts[:4].sum(axis=0)), np.repeat(-wrong, counts[4])
count_background = count_objects = 1
"""
    raise TypeError(f"no program draws a {type(recipe).__name__}")


def _recorded(model: str, step: int, seed: int) -> str:
    """How many outputs of a recorded scene have each logit."""
    return f"""\
with np.load("focal_core/data/scenes/{slug(model)}.npz") as kept:
    at = kept["places"].tolist().index([{step}, {seed}])  # step of training, seed of the scene
    counts = kept["counts"][at]  # plain, look-alikes, near objects, objects' others, objects' own
edges = np.linspace({EDGES[0]:g}, {EDGES[-1]:g}, counts.shape[1] + 1)
wrong = (edges[1:] + edges[:-1]) / 2  # the logit of the wrong answer: 1 - p_t = sigmoid(wrong)"""


def _repeated(examples: Examples) -> str:
    """Evenly spaced logits and how many have each, without the empty ends."""
    filled = examples.counts.nonzero()[0]
    kept = slice(filled[0], filled[-1] + 1)
    logits, counts = examples.logits[kept], examples.counts[kept]
    step = examples.logits[1] - examples.logits[0]
    numbers = textwrap.fill(", ".join(f"{count:.0f}" for count in counts), 88)
    return f"""\
np.repeat({logits[0]:g} + {step:g} * np.arange({len(logits)}), [
{textwrap.indent(numbers, "    ")}
])"""
