"""The PyTorch losses: the reference table, derivatives of every order, limits, refusals."""

import csv
import inspect
import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.autograd import gradcheck, gradgradcheck

from focal_core import torch_chunks
from focal_core.binary import FocalLoss
from focal_core.softmax import SoftmaxFocalLoss as NumpySoftmaxFocalLoss
from focal_core.torch_batch import Batch, Law
from focal_core.torch_closed_form import closed_form
from focal_core.torch_losses import (
    SigmoidFocalLoss,
    SoftmaxFocalLoss,
    sigmoid_focal_loss,
    softmax_focal_loss,
)

TABLE = Path(__file__).parents[1] / "data" / "oracle.csv"
GAMMAS = [0.0, 0.5, 1.0, 2.0, 3.7]
INF = math.inf


pytestmark = pytest.mark.usefixtures("one_thread")


def double(values):
    return torch.tensor(values, dtype=torch.float64)


# --- the reference table -------------------------------------------------------------------------


@cache
def sigmoid_rows():
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["form"] == "sigmoid"]


def groups(*, certain):
    """Rows of one gamma and alpha as arrays: logits, targets, loss, d1, d2."""
    found = {}
    for row in sigmoid_rows():
        if (float(row["target"]) in {0, 1}) == certain:
            found.setdefault((float(row["gamma"]), row["alpha"]), []).append(row)
    for (gamma, alpha), rows in found.items():
        names = ("logit", "target", "loss", "d1", "d2")
        columns = [np.array([float(row[name]) for row in rows]) for name in names]
        yield gamma, float(alpha) if alpha else None, *columns


def relative_error(actual, reference, tiny):
    """Largest relative error; where the reference is below tiny the result must be so too."""
    actual = actual.detach().double().numpy()
    normal = np.abs(reference) >= tiny
    assert np.all(np.abs(actual[~normal]) <= 1.01 * tiny)
    return float(np.max(np.abs(actual - reference)[normal] / np.abs(reference)[normal]))


@pytest.mark.parametrize(
    ("dtype", "tiny", "eps"), [(torch.float64, 1e-306, 6), (torch.float32, 1e-36, 12)]
)
def test_value_and_slope_agree_with_the_table(dtype, tiny, eps):
    """Targets 0 and 1: to 6 eps in float64 and 12 eps in float32, down to the smallest numbers."""
    tolerance = eps * torch.finfo(dtype).eps
    for gamma, alpha, logits, targets, loss, d1, _ in groups(certain=True):
        inputs = torch.tensor(logits, dtype=dtype, requires_grad=True)
        values = sigmoid_focal_loss(inputs, torch.tensor(targets, dtype=dtype), alpha, gamma)
        values.sum().backward()
        assert relative_error(values, loss, tiny) <= tolerance
        assert relative_error(inputs.grad, d1, tiny) <= tolerance


def test_curvature_by_autograd_agrees_with_the_table():
    """To 100 eps: the second derivative goes through exp(gamma ln u)."""
    for gamma, alpha, logits, targets, _, d1, d2 in groups(certain=True):
        inputs = double(logits).requires_grad_()
        loss = sigmoid_focal_loss(inputs, double(targets), alpha, gamma, "sum")
        (slope,) = torch.autograd.grad(loss, inputs, create_graph=True)
        (bend,) = torch.autograd.grad(slope.sum(), inputs)
        assert relative_error(slope, d1, 1e-290) < 100 * np.finfo(float).eps
        # Curvature changes its sign: near there compare with the slope.
        size = np.maximum(np.abs(d2), 0.1 * np.abs(d1))
        error = np.abs(bend.numpy() - d2)[size > 1e-290]
        assert np.max(error / size[size > 1e-290]) < 100 * np.finfo(float).eps


def test_soft_targets_agree_with_the_table():
    """p_t mixed by the target, times BCE; slopes to the size of their parts."""
    for gamma, alpha, logits, targets, loss, d1, _ in groups(certain=False):
        inputs = double(logits).requires_grad_()
        values = sigmoid_focal_loss(inputs, double(targets), alpha, gamma)
        values.sum().backward()
        assert relative_error(values, loss, 1e-306) < 7 * np.finfo(float).eps
        size = np.maximum(np.abs(d1), loss)  # the parts are of the loss's size and cancel
        assert np.all(np.abs(inputs.grad.numpy() - d1) <= 50 * np.finfo(float).eps * size)


@pytest.mark.parametrize("alpha", [None, 0.0, 0.01, 0.25, 0.9, 1.0])
@pytest.mark.parametrize("gamma", GAMMAS)
def test_torch_agrees_with_numpy_in_both_ways_of_computing(gamma, alpha):
    logits = np.linspace(-30, 30, 241)
    loss = FocalLoss(gamma, alpha)
    for target in (0.0, 1.0, 0.3):
        targets = np.full(241, target)
        inputs = double(logits).requires_grad_()
        value, slope = loss.value_and_gradient(logits, targets)
        values = sigmoid_focal_loss(inputs, double(targets), alpha, gamma)
        values.sum().backward()
        np.testing.assert_allclose(values.detach(), value, rtol=2e-15)
        np.testing.assert_allclose(inputs.grad, slope, rtol=2e-15, atol=1e-15 * (target == 0.3))
        batch = Batch(inputs.detach(), double(targets), None)
        law = Law(gamma, alpha, total=False)
        closed = torch_chunks.in_chunks(batch, law, slope=True)
        outside = closed_form(batch, law, slope=False)[0]
        np.testing.assert_allclose(closed[0], outside, rtol=2e-15)


def test_the_sum_over_many_chunks_is_the_sum_of_the_parts():
    size = 2 * torch_chunks.CHUNK + 17
    generator = torch.Generator().manual_seed(0)
    inputs = (3 * torch.randn(size, generator=generator)).requires_grad_()
    targets = (torch.rand(size, generator=generator) < 0.1).float()
    targets[-1] = 0.5  # only the last chunk has a soft target
    loss = FocalLoss(2, 0.25)
    value, slope = loss.value_and_gradient(inputs.detach().double().numpy(), targets.numpy())
    total = sigmoid_focal_loss(inputs, targets, reduction="sum")
    total.backward()
    assert total.item() == pytest.approx(value.sum(), rel=1e-6)
    np.testing.assert_allclose(inputs.grad, slope, rtol=2e-6, atol=1e-8)
    none = sigmoid_focal_loss(inputs, targets)
    np.testing.assert_allclose(none.detach(), value, rtol=2e-6)


def test_easy_negatives_keep_their_digits():
    """100,000 negatives at -20 cost 2.06e-4 under cross entropy; the usual formula says 0."""
    inputs = torch.full((100_000,), -20.0)
    total = sigmoid_focal_loss(inputs, torch.zeros(100_000), None, 0, "sum")
    assert total.item() == pytest.approx(1e5 * math.log1p(math.exp(-20)), rel=1e-6)


# --- derivatives ---------------------------------------------------------------------------------


@pytest.fixture
def logits():
    return double([-3.0, -1.2, -0.1, 0.4, 1.7, 4.0]).requires_grad_()


TARGETS = {
    "certain": [0.0, 1.0, 0.0, 1.0, 1.0, 0.0],
    "soft": [0.0, 0.2, 0.5, 0.9, 1.0, 0.7],
}


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("targets", TARGETS.values(), ids=TARGETS)
def test_first_and_second_derivatives(logits, targets, gamma, reduction):
    weight = double([1.0, 2.0, 0.5, 0.0, 1.0, 3.0])

    def loss(inputs):
        return sigmoid_focal_loss(inputs, double(targets), 0.25, gamma, reduction, weight=weight)

    assert gradcheck(loss, logits)
    assert gradgradcheck(loss, logits)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_derivatives_by_targets_and_weights(logits, gamma):
    targets = double([0.1, 0.2, 0.4, 0.9, 0.8, 0.7]).requires_grad_()
    weight = double([1.0, 2.0, 0.5, 0.1, 1.0, 3.0]).requires_grad_()

    def loss(inputs, targets, weight):
        return sigmoid_focal_loss(inputs, targets, 0.25, gamma, weight=weight)

    assert gradcheck(loss, (logits, targets, weight))
    assert gradgradcheck(loss, (logits, targets, weight))


def test_the_derivative_by_a_certain_target_is_that_of_the_formula():
    """d/dt of (p (1 - t) + q t)**2 (c_0 - t x) at t = 0 is 2 p (q - p) c_0 - p**2 x."""
    x = 0.7
    targets = double([0.0]).requires_grad_()
    sigmoid_focal_loss(double([x]), targets, None, 2, "sum").backward()
    p, q = 1 / (1 + math.exp(-x)), 1 / (1 + math.exp(x))
    expected = 2 * p * (q - p) * math.log1p(math.exp(x)) - p**2 * x
    assert targets.grad.item() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_function_transforms_agree_with_autograd(logits, gamma):
    targets = double(TARGETS["soft"])

    def loss(inputs, targets):
        return sigmoid_focal_loss(inputs, targets, 0.25, gamma, "sum")

    (slope,) = torch.autograd.grad(loss(logits, targets), logits, create_graph=True)
    (bend,) = torch.autograd.grad(slope.sum(), logits)
    inputs, slope = logits.detach(), slope.detach()
    torch.testing.assert_close(torch.func.grad(loss)(inputs, targets), slope)
    each = torch.func.vmap(torch.func.grad(loss))(inputs, targets)
    torch.testing.assert_close(each, slope)
    torch.testing.assert_close(torch.func.hessian(loss)(inputs, targets).diagonal(), bend)
    ones = torch.ones_like(inputs)
    _, along = torch.func.jvp(lambda x: loss(x, targets), (inputs,), (ones,))
    torch.testing.assert_close(along, slope.sum())
    assert gradcheck(lambda x: loss(x, targets), logits, check_forward_ad=True)


def test_a_second_backward_pass_over_one_graph_gives_the_same(logits):
    loss = sigmoid_focal_loss(logits, double(TARGETS["certain"]), reduction="mean")
    (first,) = torch.autograd.grad(loss, logits, retain_graph=True)
    (second,) = torch.autograd.grad(3 * loss, logits)
    torch.testing.assert_close(second, 3 * first)


def test_softmax_derivatives_of_both_orders():
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(2, 3, 2, generator=generator, dtype=torch.float64, requires_grad=True)
    targets = torch.tensor([[0, 2], [-100, 1]])
    alpha = double([0.5, 2.0, 0.0])
    for gamma in (0.0, 0.5, 2.0):
        for smoothing in (0.0, 0.2):
            for reduction in ("none", "mean"):

                def loss(inputs, alpha, how=(gamma, reduction, smoothing)):
                    return softmax_focal_loss(
                        inputs, targets, alpha, how[0], how[1], label_smoothing=how[2]
                    )

                assert gradcheck(lambda x, loss=loss: loss(x, alpha), inputs)
            assert gradgradcheck(lambda x, loss=loss: loss(x, alpha), inputs)
            assert gradcheck(loss, (inputs, (alpha + 0.1).requires_grad_()))


def test_softmax_runs_under_function_transforms():
    inputs, targets = double([[2.0, 1.0, 0.0], [0.5, -1.0, 3.0]]), torch.tensor([0, 1])

    def loss(inputs, target):
        return softmax_focal_loss(inputs[None], target[None], None, 2, "sum")

    each = torch.func.vmap(torch.func.grad(loss))(inputs, targets)
    expected = NumpySoftmaxFocalLoss(2).gradient(inputs.numpy(), targets.numpy())
    torch.testing.assert_close(each, torch.tensor(expected))


# --- softmax: the table and NumPy ----------------------------------------------------------------


def softmax_cases():
    cases = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["form"] == "softmax":
                cases.setdefault(row["case"], []).append(row)
    return cases.values()


def test_softmax_agrees_with_the_table():
    """Value and gradient to 5e-14 for one-hot targets, 1e-12 where labels are smoothed."""
    for rows in softmax_cases():
        first = rows[0]
        smoothing = float(first["smoothing"])
        alpha = None if first["alpha"] == "" else double([float(row["alpha"]) for row in rows])
        inputs = double([[float(row["logit"]) for row in rows]]).requires_grad_()
        loss = softmax_focal_loss(
            inputs,
            torch.tensor([int(first["target"])]),
            alpha,
            float(first["gamma"]),
            label_smoothing=smoothing,
        )
        loss.backward()
        gradient = np.array([float(row["d1"]) for row in rows])
        rtol, atol = (5e-14, 1e-306) if smoothing == 0 else (1e-12, 1e-15)
        np.testing.assert_allclose(loss.item(), float(first["loss"]), rtol=rtol, atol=atol)
        np.testing.assert_allclose(inputs.grad[0], gradient, rtol=rtol, atol=atol)


@pytest.mark.parametrize("classes", [3, 40])
@pytest.mark.parametrize("size", [0.1, 2, 5, 30])
def test_few_and_many_classes_agree_with_numpy(classes, size):
    generator = torch.Generator().manual_seed(0)
    inputs = size * torch.randn(50, classes, generator=generator, dtype=torch.float64)
    targets = torch.randint(classes, (50,), generator=generator)
    alpha = tuple(np.linspace(0.5, 2, classes))
    for gamma in GAMMAS:
        leaf = inputs.clone().requires_grad_()
        values = softmax_focal_loss(leaf, targets, alpha, gamma, "none")
        values.sum().backward()
        value, gradient = NumpySoftmaxFocalLoss(gamma, alpha).value_and_gradient(
            inputs.numpy(), targets.numpy()
        )
        np.testing.assert_allclose(values.detach(), value, rtol=1e-13)
        np.testing.assert_allclose(leaf.grad, gradient, rtol=1e-13)


def test_ignored_examples_have_no_loss_no_gradient_and_no_place_in_the_mean():
    inputs = torch.tensor([[INF, math.nan], [1.0, 2.0]], requires_grad=True)
    loss = softmax_focal_loss(inputs, torch.tensor([-100, 0]))
    loss.backward()
    alone = softmax_focal_loss(inputs[1:], torch.tensor([0]))
    assert loss.item() == alone.item()
    assert inputs.grad[0].tolist() == [0, 0]
    assert softmax_focal_loss(inputs, torch.tensor([7, 7]), ignore_index=7).item() == 0


def test_the_mean_divides_by_examples_and_not_by_their_weights():
    inputs, targets = double([[2.0, 0.0], [0.0, 1.0]]), torch.tensor([0, 0])
    values = softmax_focal_loss(inputs, targets, (3.0, 1.0), 2, "none")
    assert softmax_focal_loss(inputs, targets, (3.0, 1.0), 2) == values.sum() / 2


# --- limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize("gamma", [0.0, 0.1, 0.5, 1.0, 2.0, 1e300])
@pytest.mark.parametrize("by_targets", [False, True], ids=["fused", "plain"])
def test_infinite_and_huge_logits_give_the_limit(gamma, by_targets):
    inputs = torch.tensor([INF, -INF, INF, -INF, 1e30, -1e30, 200.0, -200.0], requires_grad=True)
    targets = torch.tensor([1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0], requires_grad=by_targets)
    values = sigmoid_focal_loss(inputs, targets, None, gamma)
    (slopes,) = torch.autograd.grad(values.sum(), inputs, create_graph=True)
    (bends,) = torch.autograd.grad(slopes.sum(), inputs)
    expected = torch.tensor([0, 0, INF, INF, 1e30, 1e30, 0, 0])
    torch.testing.assert_close(values.detach(), expected)
    torch.testing.assert_close(slopes.detach(), torch.tensor([0.0, 0, 1, -1, 1, -1, 0, 0]))
    assert bends.tolist() == [0] * 8
    (fused,) = torch.autograd.grad(sigmoid_focal_loss(inputs, targets, None, gamma).sum(), inputs)
    torch.testing.assert_close(fused, slopes.detach())


@pytest.mark.parametrize("logits", [[INF, 0, 0], [0, INF, 0], [-INF, 0, 0], [INF] * 3, [-INF] * 3])
@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_infinite_logits_of_a_softmax_give_the_limit(logits, gamma):
    inputs = torch.tensor([logits], dtype=torch.float32, requires_grad=True)
    loss = softmax_focal_loss(inputs, torch.tensor([0]), None, gamma)
    loss.backward()
    value, gradient = NumpySoftmaxFocalLoss(gamma).value_and_gradient(logits, 0)
    assert loss.item() == pytest.approx(float(value))
    np.testing.assert_allclose(inputs.grad[0], gradient, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("logits", [[INF, 0, 0], [0, INF, 0], [-INF, 0, 0], [INF] * 3, [-INF] * 3])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_a_gradient_to_differentiate_has_the_same_limits(logits, smoothing, gamma):
    inputs = torch.tensor([logits], dtype=torch.float32, requires_grad=True)
    values = softmax_focal_loss(inputs, torch.tensor([0]), None, gamma, label_smoothing=smoothing)
    (usual,) = torch.autograd.grad(values, inputs, retain_graph=True)
    (again,) = torch.autograd.grad(values, inputs, create_graph=True)
    torch.testing.assert_close(again.detach(), usual)
    (bends,) = torch.autograd.grad(again[0, 0], inputs)
    assert not bends.isnan().any()


@pytest.mark.parametrize("gamma", [300.0, 1e15, 1e300])
@pytest.mark.parametrize("by_targets", [False, True], ids=["fused", "plain"])
def test_an_infinite_logit_misses_a_soft_target_infinitely_even_at_a_huge_gamma(gamma, by_targets):
    """u**gamma is a constant above 0 there, however small, and cross entropy infinite."""
    inputs = torch.tensor([INF, -INF, INF, -INF], requires_grad=True)
    targets = torch.tensor([0.25, 0.25, 0.75, 1 - 1e-6], requires_grad=by_targets)
    values = sigmoid_focal_loss(inputs, targets, None, gamma)
    assert values.tolist() == [INF] * 4
    (slopes,) = torch.autograd.grad(values.sum(), inputs)
    assert not slopes.isnan().any()


def test_weight_zero_costs_nothing_even_at_an_infinite_loss():
    inputs = torch.tensor([INF, 1.0], requires_grad=True)
    weight = torch.tensor([0.0, 1.0])
    total = sigmoid_focal_loss(inputs, torch.zeros(2), reduction="sum", weight=weight)
    total.backward()
    alone = sigmoid_focal_loss(inputs[1:], torch.zeros(1), reduction="sum")
    torch.testing.assert_close(total, alone)
    assert inputs.grad[0] == 0
    assert sigmoid_focal_loss(torch.tensor([INF]), torch.zeros(1), alpha=1).item() == 0


def test_nan_propagates():
    for reduction in ("none", "sum"):
        loss = sigmoid_focal_loss(torch.tensor([math.nan]), torch.zeros(1), reduction=reduction)
        assert math.isnan(loss.item())


# --- types, shapes, reductions -------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_types_are_computed_in_float32(dtype):
    """The sum of 100,000 examples at 5 is 370,494, too much for float16."""
    inputs = torch.full((100_000,), 5.0, dtype=dtype, requires_grad=True)
    targets = torch.zeros_like(inputs)
    total = sigmoid_focal_loss(inputs, targets, reduction="sum")
    total.backward()
    assert total.dtype == torch.float32
    assert total.item() == pytest.approx(370_494, abs=0.5)
    assert inputs.grad.dtype == dtype
    assert sigmoid_focal_loss(inputs, targets, reduction="mean").dtype == torch.float32
    assert sigmoid_focal_loss(inputs, targets).dtype == dtype
    classes = inputs[:6].reshape(3, 2)
    labels = torch.tensor([0, 1, 0])
    assert softmax_focal_loss(classes, labels).dtype == torch.float32
    assert softmax_focal_loss(classes, labels, reduction="none").dtype == dtype


@pytest.mark.parametrize("dtype", [torch.bool, torch.int64, torch.uint8, torch.float64])
def test_targets_of_any_real_type(dtype):
    inputs, targets = torch.tensor([0.5, -2.0]), torch.tensor([1.0, 0.0])
    actual = sigmoid_focal_loss(inputs, targets.to(dtype))
    torch.testing.assert_close(actual, sigmoid_focal_loss(inputs, targets))


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_nothing_costs_nothing(reduction):
    inputs = torch.zeros(0, 3, requires_grad=True)
    loss = sigmoid_focal_loss(inputs, torch.zeros(0, 3), reduction=reduction)
    loss.backward()
    assert loss.item() == 0
    assert inputs.grad.shape == (0, 3)
    none = sigmoid_focal_loss(inputs, torch.zeros(0, 3))
    assert none.shape == (0, 3)
    classes = softmax_focal_loss(inputs, torch.zeros(0, dtype=torch.int64), reduction=reduction)
    assert classes.item() == 0


def test_strided_logits_and_broadcast_weights():
    inputs = torch.arange(12.0).reshape(3, 4).T.requires_grad_()
    targets = torch.eye(4)[:, :3]
    weight = torch.tensor([[1.0], [2.0], [0.0], [4.0]])
    weighed = sigmoid_focal_loss(inputs, targets, weight=weight)
    torch.testing.assert_close(weighed, weight * sigmoid_focal_loss(inputs, targets))
    leaf = inputs.detach().contiguous().requires_grad_()
    sigmoid_focal_loss(leaf, targets, reduction="mean", weight=weight).backward()
    (grad,) = torch.autograd.grad(weighed.mean(), inputs)
    torch.testing.assert_close(grad, leaf.grad)


def test_the_sum_is_divided_by_the_positives_but_by_no_less_than_one():
    """Scenario S: 100,000 negatives at p_t 0.9, 100 positives at 0.1, alpha 0.25: 1.2565 each."""
    inputs = torch.full((100_100,), -math.log(9))
    targets = torch.zeros(100_100)
    targets[:100] = 1
    for positives in (100, torch.tensor(100)):
        loss = sigmoid_focal_loss(inputs, targets, reduction="sum", normalizer=positives)
        assert loss.item() == pytest.approx(1.2565, abs=5e-5)
    whole = sigmoid_focal_loss(inputs, targets, reduction="sum")
    for none in (0, torch.tensor(0)):
        assert sigmoid_focal_loss(inputs, targets, reduction="sum", normalizer=none) == whole
    classes = (inputs[:2, None] * torch.tensor([[1.0, 0.0]]), torch.tensor([0, 1]))
    total = softmax_focal_loss(*classes, reduction="sum")
    assert softmax_focal_loss(*classes, reduction="sum", normalizer=4) == total / 4


def test_the_arguments_stand_where_torchvision_has_them():
    """torchvision.ops.sigmoid_focal_loss(inputs, targets, alpha, gamma, reduction)."""
    parameters = list(inspect.signature(sigmoid_focal_loss).parameters.values())[:5]
    assert [(p.name, p.default) for p in parameters[2:]] == [
        ("alpha", 0.25),
        ("gamma", 2),
        ("reduction", "none"),
    ]
    assert [p.name for p in parameters[:2]] == ["inputs", "targets"]
    inputs, targets = torch.tensor([1.0]), torch.tensor([0.0])
    off = sigmoid_focal_loss(inputs, targets, -1, 0, "sum")
    assert off == sigmoid_focal_loss(inputs, targets, None, 0, "sum")
    assert off.item() == pytest.approx(math.log1p(math.e))


def test_no_gradient_is_prepared_where_none_is_asked_for():
    inputs = torch.tensor([1.0], requires_grad=True)
    with torch.no_grad():
        assert not sigmoid_focal_loss(inputs, torch.zeros(1)).requires_grad
    with torch.inference_mode():
        sigmoid_focal_loss(inputs, torch.zeros(1))
    assert sigmoid_focal_loss(inputs, torch.zeros(1)).requires_grad


# --- modules, compilers --------------------------------------------------------------------------


def test_modules_give_what_the_functions_give():
    inputs, targets = torch.tensor([[0.5, -2.0]]), torch.tensor([[1.0, 0.0]])
    module = SigmoidFocalLoss(0.5, 1, "mean")
    assert module(inputs, targets) == sigmoid_focal_loss(inputs, targets, 0.5, 1, "mean")
    assert "alpha=0.5, gamma=1, reduction='mean'" in repr(module)
    several = SoftmaxFocalLoss([1, 2], 1, "sum", ignore_index=5, label_smoothing=0.1)
    labels = torch.tensor([1])
    assert several(inputs, labels) == softmax_focal_loss(
        inputs, labels, [1, 2], 1, "sum", ignore_index=5, label_smoothing=0.1
    )
    assert "alpha" in several.state_dict()
    assert not list(several.parameters())


def test_a_compiled_loss_is_the_same_loss():
    inputs = torch.linspace(-20, 20, 41).requires_grad_()
    targets = (torch.arange(41) % 3 == 0).float()
    expected = sigmoid_focal_loss(inputs, targets, reduction="sum")
    (slope,) = torch.autograd.grad(expected, inputs)
    compiled = torch.compile(SigmoidFocalLoss(reduction="sum"), fullgraph=True)
    actual = compiled(inputs, targets)
    actual.backward()
    torch.testing.assert_close(actual, expected)
    torch.testing.assert_close(inputs.grad, slope)


def test_the_softmax_loss_can_be_captured_for_a_compiler():
    inputs = torch.tensor([[2.0, 1.0, 0.0], [0.0, 3.0, INF]], requires_grad=True)
    targets = torch.tensor([0, 1])
    compiled = torch.compile(SoftmaxFocalLoss(), fullgraph=True, backend="aot_eager")
    actual, expected = compiled(inputs, targets), softmax_focal_loss(inputs, targets)
    (slope,) = torch.autograd.grad(expected, inputs)
    actual.backward()
    torch.testing.assert_close(actual, expected)
    torch.testing.assert_close(inputs.grad, slope)


@pytest.mark.parametrize("strict", [True, False])
def test_both_losses_can_be_exported(strict):
    inputs, targets = torch.randn(4, 3), torch.eye(4)[:, :3]
    program = torch.export.export(SigmoidFocalLoss(), (inputs, targets), strict=strict)
    torch.testing.assert_close(
        program.module()(inputs, targets), sigmoid_focal_loss(inputs, targets)
    )
    labels = torch.tensor([0, 1, 2, 0])
    program = torch.export.export(SoftmaxFocalLoss(), (inputs, labels), strict=strict)
    torch.testing.assert_close(program.module()(inputs, labels), softmax_focal_loss(inputs, labels))


# --- refusals ------------------------------------------------------------------------------------

ONE, ZERO = torch.tensor([1.0]), torch.tensor([0.0])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"gamma": -1}, ValueError, "gamma must be a number at least 0, got -1"),
        ({"gamma": math.nan}, ValueError, "gamma must be"),
        ({"gamma": INF}, ValueError, "gamma must be"),
        ({"gamma": torch.ones(2)}, ValueError, "gamma must be"),
        ({"gamma": True}, ValueError, "gamma must be"),
        ({"alpha": 2}, ValueError, "alpha must be a number from 0 to 1, got 2"),
        ({"alpha": -0.5}, ValueError, "alpha must be a number from 0 to 1"),
        ({"alpha": [0.5, 0.5]}, ValueError, "alpha must be"),
        ({"reduction": "xyz"}, ValueError, "Invalid reduction 'xyz'"),
        ({"normalizer": 3}, ValueError, "Invalid reduction 'none'"),
        ({"normalizer": 3, "reduction": "mean"}, ValueError, "Invalid reduction 'mean'"),
        ({"normalizer": -3, "reduction": "sum"}, ValueError, "normalizer must be a number"),
        (
            {"normalizer": torch.ones(2), "reduction": "sum"},
            ValueError,
            "normalizer must be one number",
        ),
        ({"targets": torch.zeros(2)}, ValueError, r"\(1,\).*\(2,\)"),
        ({"weight": torch.zeros(3)}, ValueError, r"weight of shape \(3,\)"),
        ({"inputs": torch.tensor([1j])}, TypeError, "inputs must be real numbers"),
        ({"targets": torch.tensor([1j])}, TypeError, "targets must be real numbers"),
        ({"inputs": torch.tensor([1])}, TypeError, "inputs must be a floating point tensor"),
        ({"inputs": [1.0]}, TypeError, "inputs must be a tensor, got list"),
        ({"targets": np.array([1.0])}, TypeError, "targets must be a tensor, got ndarray"),
    ],
)
def test_the_sigmoid_loss_refuses(arguments, error, message):
    with pytest.raises(error, match=message):
        sigmoid_focal_loss(**{"inputs": ONE, "targets": ZERO, **arguments})


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"gamma": -1}, ValueError, "gamma must be a number at least 0"),
        ({"alpha": 0.25}, ValueError, "alpha must be None or a sequence"),
        ({"alpha": (1, -1)}, ValueError, "each at least 0, got"),
        ({"alpha": (1, 1, 1)}, ValueError, "alpha must hold one weight per class: 2 classes"),
        ({"alpha": torch.ones(3)}, ValueError, "alpha must hold one weight per class: 2 classes"),
        ({"label_smoothing": 1}, ValueError, "label_smoothing must be a number from 0 to 1, 1 exc"),
        ({"reduction": "xyz"}, ValueError, "Invalid reduction 'xyz'"),
        ({"targets": torch.tensor([0.0])}, TypeError, "targets must be integer class numbers"),
        ({"targets": torch.tensor([True])}, TypeError, "targets must be integer class numbers"),
        ({"targets": torch.tensor([2])}, IndexError, "from 0 to 1 or ignore_index -100, got 2"),
        ({"targets": torch.tensor([-1])}, IndexError, "got -1"),
        ({"targets": torch.tensor([0, 1])}, ValueError, r"need targets of shape \(N, ...\)"),
        ({"inputs": torch.zeros(1, 1)}, ValueError, r"\(N, K, ...\) with K at least 2"),
        ({"inputs": torch.zeros(2)}, ValueError, r"\(N, K, ...\) with K at least 2"),
        ({"inputs": torch.zeros(1, 2, dtype=torch.complex64)}, TypeError, "must be real"),
    ],
)
def test_the_softmax_loss_refuses(arguments, error, message):
    with pytest.raises(error, match=message):
        softmax_focal_loss(
            **{"inputs": torch.zeros(1, 2), "targets": torch.tensor([0]), **arguments}
        )


@pytest.mark.parametrize(
    "make",
    [
        lambda: SigmoidFocalLoss(alpha=3),
        lambda: SigmoidFocalLoss(gamma=-1),
        lambda: SigmoidFocalLoss(reduction="avg"),
        lambda: SoftmaxFocalLoss(alpha=[1]),
        lambda: SoftmaxFocalLoss(label_smoothing=2),
    ],
)
def test_a_module_refuses_when_it_is_made(make):
    with pytest.raises(ValueError, match="must be"):
        make()
