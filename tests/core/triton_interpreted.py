"""The Triton kernels, run on a CPU by Triton's interpreter.

`test_triton_kernels` runs this file in a process of its own: the interpreter must be chosen before
Triton is imported, for the whole process.
"""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from focal_core import torch_sigmoid, torch_softmax, torch_triton
from focal_core import triton_kernels as kernels
from focal_core.torch_batch import Batch, Law
from focal_core.torch_losses import sigmoid_focal_loss, softmax_focal_loss
from tests.core.test_torch_losses import groups, relative_error, softmax_cases

EPS = 2.0**-23
INF, NAN = math.inf, math.nan
GAMMAS = [0.0, 0.5, 1.0, 2.0, 3.7]
QUICK = settings(max_examples=20, deadline=None)

# NumPy, which stands in for the GPU here, warns of the infinities that the kernels are made for.
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


@pytest.fixture(autouse=True)
def _one_thread_and_a_compiler_that_has_seen_nothing():
    torch.set_num_threads(1)
    torch.compiler.reset()


def sigmoid(inputs, targets, gamma=2.0, alpha=None, weight=None, *, total=False, scale=1.0):
    return kernels.sigmoid_value_and_slope(
        inputs, targets, gamma, alpha, weight, total=total, scale=scale, slope=True
    )


def softmax(inputs, labels, gamma=2.0, alpha=None, *, total=False, scale=1.0, ignore_index=-100):
    return kernels.softmax_value_and_slope(
        inputs,
        labels,
        gamma,
        alpha,
        ignore_index=ignore_index,
        total=total,
        scale=scale,
        slope=True,
    )


def on_a_cpu(loss, inputs, targets, alpha=None, gamma=2.0, **more):
    """Values and slopes of the losses that users call, in float64."""
    leaf = inputs.double().requires_grad_()
    if targets.is_floating_point():
        targets = targets.double()
    values = loss(leaf, targets, alpha, gamma, "none", **more)
    (slopes,) = torch.autograd.grad(values.sum(), leaf)
    return values.detach(), slopes


def logits_of(*shape, seed=0, spread=4.0, dtype=torch.float32):
    generator = torch.Generator().manual_seed(seed)
    return (spread * torch.randn(shape, generator=generator)).to(dtype)


# --- sigmoid: the reference table and the CPU ----------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float32, torch.bool])
def test_value_and_slope_agree_with_the_table(dtype):
    """Certain targets, as numbers or as truth values, to 12 eps down to the smallest numbers."""
    for gamma, alpha, logits, targets, loss, d1, _ in groups(certain=True):
        inputs = torch.tensor(logits, dtype=torch.float32)
        values, slopes = sigmoid(inputs, torch.tensor(targets).to(dtype), gamma, alpha)
        assert relative_error(values, loss, 1e-36) <= 12 * EPS
        assert relative_error(slopes, d1, 1e-36) <= 12 * EPS


def test_soft_targets_agree_with_the_table():
    """p_t mixed by the target, times BCE; slopes to the size of their parts, which cancel."""
    for gamma, alpha, logits, targets, loss, d1, _ in groups(certain=False):
        inputs = torch.tensor(logits, dtype=torch.float32)
        values, slopes = sigmoid(inputs, torch.tensor(targets), gamma, alpha)
        assert relative_error(values, loss, 1e-36) <= 12 * EPS
        size = np.maximum(np.abs(d1), loss)
        error = np.abs(slopes.double().numpy() - d1)
        assert np.all(error <= 12 * EPS * size + 1e-36)


LOGITS = st.lists(st.floats(-200, 200, width=32), min_size=1, max_size=20).map(torch.tensor)
ANY_GAMMA = st.sampled_from([0.0, 1.0, 2.0]) | st.floats(0, 8)


@QUICK
@given(LOGITS, ANY_GAMMA, st.sampled_from([None, 0.0, 0.01, 0.25, 0.9, 1.0]), st.floats(0, 1))
def test_any_target_agrees_with_the_cpu(logits, gamma, alpha, target):
    targets = torch.full_like(logits, target)
    values, slopes = sigmoid(logits, targets, gamma, alpha)
    expected, expected_slopes = on_a_cpu(sigmoid_focal_loss, logits, targets, alpha, gamma)
    torch.testing.assert_close(values.double(), expected, rtol=3e-6, atol=1e-36)
    size = torch.maximum(expected_slopes.abs(), expected) + 1e-30
    assert ((slopes - expected_slopes).abs() <= 3e-6 * size).all()


@QUICK
@given(LOGITS, ANY_GAMMA, st.sampled_from([0.0, 0.25, 0.5, 1.0]))
def test_turning_logit_target_and_alpha_changes_nothing_but_the_slope_s_sign(logits, gamma, target):
    targets = torch.full_like(logits, target)
    value, slope = sigmoid(logits, targets, gamma, 0.25)
    turned, turned_slope = sigmoid(-logits, 1 - targets, gamma, 0.75)
    torch.testing.assert_close(turned, value, rtol=4 * EPS, atol=0)
    torch.testing.assert_close(-turned_slope, slope, rtol=4 * EPS, atol=1e-6)


@QUICK
@given(LOGITS, st.floats(0, 8), st.floats(0, 8))
def test_a_larger_gamma_costs_less_and_no_loss_is_negative(logits, one, other):
    targets = torch.arange(len(logits)) % 2
    less, more = (
        sigmoid(logits, targets, gamma)[0] for gamma in (max(one, other), min(one, other))
    )
    assert (less <= more * (1 + 1e-5)).all()
    assert (less >= 0).all()


def test_easy_negatives_keep_their_digits():
    """A negative at -20 costs ln(1 + e**-20) under cross entropy; the usual formula says 0."""
    values, _ = sigmoid(torch.tensor([-20.0]), torch.zeros(1), 0.0)
    assert values.item() == pytest.approx(math.log1p(math.exp(-20)), rel=3e-7)


# --- sigmoid: limits -----------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float32, torch.uint8])
@pytest.mark.parametrize("gamma", [0.0, 0.1, 0.5, 1.0, 2.0, 1e15])
def test_infinite_and_huge_logits_give_the_limit(gamma, dtype):
    inputs = torch.tensor([INF, -INF, INF, -INF, 1e30, -1e30, 200.0, -200.0])
    targets = torch.tensor([1, 0, 0, 1, 0, 1, 1, 0], dtype=dtype)
    values, slopes = sigmoid(inputs, targets, gamma)
    assert values.tolist() == pytest.approx([0, 0, INF, INF, 1e30, 1e30, 0, 0])
    assert slopes.tolist() == [0, 0, 1, -1, 1, -1, 0, 0]


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, 300.0, 1e15])
def test_an_infinite_logit_misses_a_soft_target_infinitely(gamma):
    inputs = torch.tensor([INF, -INF, INF, -INF])
    values, slopes = sigmoid(inputs, torch.tensor([0.25, 0.25, 0.75, 1 - 1e-6]), gamma)
    assert values.tolist() == [INF] * 4
    assert not slopes.isnan().any()


def test_what_weighs_nothing_costs_nothing_whatever_stands_there():
    inputs = torch.tensor([INF, NAN, 3.0, 1.0, 1.0])
    targets = torch.tensor([0.0, 1.0, -1.0, NAN, 0.0])
    weight = torch.tensor([0.0, 0.0, 0.0, 0.0, 2.0])
    alone, slope = sigmoid(inputs[4:], targets[4:], alpha=0.25)
    for total in (False, True):
        values, slopes = sigmoid(inputs, targets, alpha=0.25, weight=weight, total=total)
        assert values.sum().item() == pytest.approx(2 * alone.item())
        assert slopes.tolist() == pytest.approx([0, 0, 0, 0, 2 * slope.item()])
    for targets, alpha in ((torch.zeros(1), 1.0), (torch.ones(1, dtype=torch.bool), 0.0)):
        values, slopes = sigmoid((0.5 - targets.float()) * INF, targets, alpha=alpha)
        assert (values.item(), slopes.item()) == (0, 0)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_nan_propagates(gamma):
    for inputs, targets in (([NAN], [0.0]), ([NAN], [True]), ([1.0], [NAN])):
        for total in (False, True):
            values, slopes = sigmoid(
                torch.tensor(inputs), torch.tensor(targets), gamma, 0.25, total=total
            )
            assert values.isnan().all()
            assert slopes.isnan().all()


# --- types, strides, sums ------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("gamma", GAMMAS)
def test_every_type_of_logits_is_computed_in_float32_and_rounded_once(gamma, dtype):
    """The interpreter cuts a float32 off where a GPU rounds it to bfloat16: a whole eps."""
    inputs = logits_of(60, dtype=dtype)
    targets = torch.arange(60) % 5 == 0
    values, slopes = sigmoid(inputs, targets, gamma, 0.25)
    expected, expected_slopes = on_a_cpu(sigmoid_focal_loss, inputs, targets, 0.25, gamma)
    assert values.dtype == slopes.dtype == dtype
    limits, cut = torch.finfo(dtype), 1 if dtype == torch.bfloat16 else 0.5
    for found, wanted in ((values, expected), (slopes, expected_slopes)):
        torch.testing.assert_close(
            found.double(), wanted, rtol=3e-6 + limits.eps * cut, atol=limits.smallest_normal
        )
    total, _ = sigmoid(inputs, targets, gamma, 0.25, total=True)
    assert total.dtype == torch.float32
    assert total.item() == pytest.approx(expected.sum().item(), rel=3e-6)


@pytest.mark.parametrize(
    "dtype",
    [
        torch.bool,
        torch.uint8,
        torch.int8,
        torch.int16,
        torch.int32,
        torch.int64,
        torch.float16,
        torch.bfloat16,
        torch.float64,
    ],
)
def test_targets_and_weights_of_every_type_are_read_as_they_are(dtype):
    inputs, targets = logits_of(7), torch.tensor([1, 0, 0, 1, 1, 0, 0])
    assert kernels.supports(inputs, targets.to(dtype), targets.to(dtype))
    expected = sigmoid(inputs, targets.float(), alpha=0.25, weight=targets.float())
    for found, wanted in zip(
        sigmoid(inputs, targets.to(dtype), alpha=0.25, weight=targets.to(dtype)),
        expected,
        strict=True,
    ):
        torch.testing.assert_close(found, wanted, rtol=4 * EPS, atol=0)


def strided():
    square = logits_of(2, 3, 4, 5)
    return [
        square.transpose(1, 3),
        square.to(memory_format=torch.channels_last),
        square[:, ::2, 1:, :],
        square[:1].expand(4, 3, 4, 5),
        square[:, 1],
        torch.tensor(0.5),
    ]


@pytest.mark.parametrize("inputs", strided(), ids=lambda inputs: str(inputs.stride()))
def test_strides_of_any_kind(inputs):
    targets = (torch.arange(inputs.numel()).reshape(inputs.shape) % 3 == 0).float()
    weight = logits_of(*inputs.shape[-1:], seed=1).abs()
    values, slopes = sigmoid(inputs, targets, alpha=0.25, weight=weight)
    flat = [tensor.expand(inputs.shape).reshape(-1) for tensor in (inputs, targets, weight)]
    expected, expected_slopes = sigmoid(*flat[:2], alpha=0.25, weight=flat[2])
    assert torch.equal(values, expected.reshape(inputs.shape))
    assert torch.equal(slopes, expected_slopes.reshape(inputs.shape))
    total, _ = sigmoid(inputs, targets, alpha=0.25, weight=weight, total=True)
    assert total.item() == pytest.approx(values.double().sum().item(), rel=1e-6)


def test_a_slope_lies_in_memory_as_its_logits():
    inputs = logits_of(2, 3, 4, 5).to(memory_format=torch.channels_last)
    _, slopes = sigmoid(inputs, torch.zeros(2, 3, 4, 5), total=True)
    assert slopes.stride() == inputs.stride()


def test_nothing_costs_nothing():
    nothing = torch.zeros(0, 3)
    values, slopes = sigmoid(nothing, nothing)
    total, _ = sigmoid(nothing, nothing, total=True)
    assert values.shape == slopes.shape == (0, 3)
    assert (total.item(), total.shape) == (0, ())
    for shape in ((0, 3), (2, 3, 0)):
        labels = torch.zeros(shape[:1] + shape[2:], dtype=torch.int64)
        values, slopes = softmax(torch.zeros(shape), labels)
        assert (values.shape, slopes.shape) == (labels.shape, shape)
        assert softmax(torch.zeros(shape), labels, total=True)[0].item() == 0
    assert kernels.scale_in_place(nothing, torch.tensor(2.0)) is nothing


@pytest.mark.parametrize("many", [1000, kernels.MANY], ids=["tiles", "blocks"])
def test_a_sum_has_the_same_digits_every_time(many, monkeypatch):
    """Two blocks and a bit, in programs of one tile and of several."""
    monkeypatch.setattr(kernels, "MANY", many)
    inputs = logits_of(2 * kernels.BLOCK + 17)
    targets = inputs > 5
    values, slopes = sigmoid(inputs, targets, alpha=0.25)
    totals = {sigmoid(inputs, targets, alpha=0.25, total=True)[0].item() for each in range(3)}
    assert len(totals) == 1
    assert totals.pop() == pytest.approx(values.double().sum().item(), rel=2 * EPS)
    assert torch.equal(sigmoid(inputs, targets, alpha=0.25, total=True)[1], slopes)


def test_a_sum_of_a_half_type_is_float32():
    """100,000 negatives at 5 cost 370,494, too much for float16."""
    inputs = torch.full((100_000,), 5.0, dtype=torch.float16)
    total, _ = sigmoid(inputs, torch.zeros(100_000, dtype=torch.bool), alpha=0.25, total=True)
    assert total.item() == pytest.approx(370_494, abs=0.5)


def test_a_factor_may_lie_on_the_device():
    inputs, targets = logits_of(9), torch.ones(9)
    labels = torch.tensor([0, 2, 1])
    for scaled, plain in (
        (sigmoid(inputs, targets, scale=torch.tensor(0.125)), sigmoid(inputs, targets)),
        (sigmoid(inputs, targets, scale=0.125), sigmoid(inputs, targets)),
        (
            softmax(inputs.view(3, 3), labels, scale=torch.tensor(0.125)),
            softmax(inputs.view(3, 3), labels),
        ),
        (softmax(inputs.view(3, 3), labels, scale=0.125), softmax(inputs.view(3, 3), labels)),
    ):
        assert all(torch.equal(a, b / 8) for a, b in zip(scaled, plain, strict=True))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_a_gradient_is_the_slope_times_what_comes_in(dtype):
    inputs, targets = logits_of(3, 5, dtype=dtype), torch.eye(3, 5)
    slopes = sigmoid(inputs.float(), targets, alpha=0.25)[1]
    each = logits_of(3, 5, seed=1)
    for grad in (each, each.T.contiguous().T, torch.tensor(3.0), torch.tensor(3.0).expand(3, 5)):
        found = kernels.sigmoid_gradient(inputs, targets, 2.0, 0.25, grad=grad)
        assert found.dtype == dtype
        torch.testing.assert_close(
            found.float(), slopes * grad, rtol=torch.finfo(dtype).eps, atol=1e-7
        )
    labels = torch.tensor([1, 0, 4])
    for grad in (each[:, 0], torch.tensor(3.0), torch.tensor(3.0).expand(3)):
        found = kernels.softmax_gradient(inputs, labels, 2.0, grad=grad)
        expected = softmax(inputs.float(), labels)[1] * grad.expand(3)[:, None]
        torch.testing.assert_close(found.float(), expected, rtol=torch.finfo(dtype).eps, atol=1e-7)


# --- the factor of a slope -----------------------------------------------------------------------

SIGNALLING = 0x7D01
"""A NaN of float16 that no computation leaves as it is: it comes out as 0x7F01."""


def test_a_slope_is_not_touched_where_the_gradient_is_one():
    slope = torch.tensor([1.0, -2.0, 0.0], dtype=torch.float16)
    slope.view(torch.int16)[2] = SIGNALLING
    before = slope.view(torch.int16).tolist()
    for one in (torch.ones(()), torch.ones(1), torch.ones(()).expand(3)):
        assert kernels.scale_in_place(slope, one) is slope
        assert slope.view(torch.int16).tolist() == before
    kernels.scale_in_place(slope, torch.tensor(2.0))
    assert slope[:2].tolist() == [2, -4]
    assert slope.view(torch.int16)[2] != before[2]


def test_a_slope_is_scaled_in_its_own_memory(monkeypatch):
    monkeypatch.setattr(kernels, "SCALE_PROGRAMS", 2)  # so that a program takes several turns
    slope = logits_of(5 * kernels.BLOCK + 3)
    expected = 0.5 * slope
    address = slope.data_ptr()
    found = kernels.scale_in_place(slope, torch.tensor(0.5, dtype=torch.float64))
    assert found.data_ptr() == address
    assert torch.equal(found, expected)
    with pytest.raises(ValueError, match="grad must be one number, got a tensor of shape"):
        kernels.scale_in_place(slope, expected)


# --- softmax -------------------------------------------------------------------------------------


def test_softmax_agrees_with_the_table():
    """Value and gradient to 12 eps, for one-hot targets."""
    for rows in softmax_cases():
        first = rows[0]
        if float(first["smoothing"]) != 0:
            continue
        alpha = None if first["alpha"] == "" else [float(row["alpha"]) for row in rows]
        value, slope = softmax(
            torch.tensor([[float(row["logit"]) for row in rows]]),
            torch.tensor([int(first["target"])]),
            float(first["gamma"]),
            None if alpha is None else torch.tensor(alpha),
        )
        assert value.item() == pytest.approx(float(first["loss"]), rel=12 * EPS, abs=1.01e-36)
        gradient = np.array([[float(row["d1"]) for row in rows]])
        wanted = np.abs(gradient) >= 1e-36
        error = np.abs(slope.double().numpy() - gradient)
        assert np.all(error[wanted] <= 12 * EPS * np.abs(gradient[wanted]))
        assert np.all(error[~wanted] <= 1.01e-36)


SHAPES = [(5, 2), (33, 7), (3, 1000), (2, 3, 4), (2, 19, 3, 5), (1, 300, 40)]


@pytest.mark.parametrize("gamma", [0.0, 2.0, 3.7])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_softmax_agrees_with_the_cpu(shape, gamma):
    inputs, (rows, classes, *trailing) = logits_of(*shape), shape
    generator = torch.Generator().manual_seed(1)
    labels = torch.randint(classes, (rows, *trailing), generator=generator)
    labels.view(-1)[::4] = -100
    alpha = torch.linspace(0, 2, classes)
    values, slopes = softmax(inputs, labels, gamma, alpha)
    expected, expected_slopes = on_a_cpu(softmax_focal_loss, inputs, labels, alpha, gamma)
    torch.testing.assert_close(values.double(), expected, rtol=3e-6, atol=1e-30)
    torch.testing.assert_close(slopes.double(), expected_slopes, rtol=5e-6, atol=1e-30)
    total, _ = softmax(inputs, labels, gamma, alpha, total=True)
    assert total.item() == pytest.approx(expected.sum().item(), rel=2e-6)


@QUICK
@given(
    st.lists(st.floats(-100, 100, width=32), min_size=2, max_size=12).map(torch.tensor),
    ANY_GAMMA,
    st.data(),
)
def test_a_gradient_of_a_softmax_adds_up_to_nothing(logits, gamma, data):
    label = data.draw(st.integers(0, len(logits) - 1))
    value, slope = softmax(logits[None], torch.tensor([label]), gamma)
    assert value.item() >= 0
    assert slope.sum().item() == pytest.approx(0, abs=1e-5 * (1 + slope.abs().max().item()))
    assert slope[0, label] <= 0


@pytest.mark.parametrize(
    "permuted",
    [
        lambda x: x.transpose(0, 1).contiguous().transpose(0, 1),
        lambda x: x.to(memory_format=torch.channels_last),
        lambda x: x[:, :, ::2],
        lambda x: x[:1].expand(3, *x.shape[1:]),
    ],
    ids=["transposed", "channels last", "gaps", "expanded"],
)
def test_softmax_with_strides_of_any_kind(permuted):
    inputs = permuted(logits_of(2, 5, 4, 3))
    generator = torch.Generator().manual_seed(1)
    labels = torch.randint(5, (3, *inputs.shape[2:]), generator=generator)
    labels = labels[: len(inputs)].transpose(1, 2).contiguous().transpose(1, 2)
    values, slopes = softmax(inputs, labels)
    expected, expected_slopes = softmax(inputs.contiguous(), labels.contiguous())
    assert torch.equal(values, expected)
    assert torch.equal(slopes, expected_slopes)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_softmax_of_half_types(dtype):
    inputs, labels = logits_of(20, 9, dtype=dtype), torch.arange(20) % 9
    values, slopes = softmax(inputs, labels)
    expected, expected_slopes = on_a_cpu(softmax_focal_loss, inputs, labels)
    assert (values.dtype, slopes.dtype) == (torch.float32, dtype)
    torch.testing.assert_close(values.double(), expected, rtol=5e-6, atol=1e-30)
    limits = torch.finfo(dtype)
    torch.testing.assert_close(
        slopes.double(), expected_slopes, rtol=limits.eps, atol=limits.smallest_normal
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("logits", [[INF, 0, 0], [0, INF, 0], [-INF, 0, 0], [INF] * 3, [-INF] * 3])
def test_infinite_logits_of_a_softmax_give_the_limit(logits, gamma, dtype):
    inputs, labels = torch.tensor([logits], dtype=dtype), torch.tensor([0])
    values, slopes = softmax(inputs, labels, gamma)
    expected, expected_slopes = on_a_cpu(softmax_focal_loss, inputs, labels, None, gamma)
    torch.testing.assert_close(values.double(), expected, rtol=1e-6, atol=1e-30)
    torch.testing.assert_close(
        slopes.double(), expected_slopes, rtol=4 * torch.finfo(dtype).eps, atol=1e-9
    )


def test_ignored_examples_cost_nothing_and_unknown_classes_are_not_a_number():
    inputs = torch.tensor([[INF, NAN], [1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [NAN, 0.0], [0.0, NAN]])
    labels = torch.tensor([-100, 0, 2, -1, 0, 0])
    values, slopes = softmax(inputs, labels)
    assert values.isnan().tolist() == [False, False, True, True, True, True]
    assert slopes.isnan().all(1).tolist() == [False, False, True, True, True, True]
    assert values[0] == 0
    assert slopes[0].tolist() == [0, 0]
    assert softmax(inputs[1:4], labels[1:4], ignore_index=None)[0].isnan().sum() == 2
    alpha = torch.tensor([0.0, 1.0])
    assert softmax(torch.tensor([[-INF, 0.0]]), torch.tensor([0]), 2.0, alpha)[0].item() == 0


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int16, torch.int32])
def test_small_labels_are_not_taken_for_ignore_index(dtype):
    """In one byte 156 is -100 if the sign is misread; every class of equal logits costs ln K."""
    values, _ = softmax(torch.zeros(1, 200), torch.tensor([156], dtype=dtype), 0.0)
    assert values.item() == pytest.approx(math.log(200))


# --- which tensors -------------------------------------------------------------------------------


def test_what_the_kernels_take():
    logits, labels = torch.zeros(2, 3), torch.zeros(2, dtype=torch.int64)
    assert kernels.supports(logits, logits, logits)
    assert not kernels.supports(logits.double(), logits)
    assert not kernels.supports(logits, logits.to(torch.complex64))
    assert not kernels.supports(logits, logits.to("meta"))
    assert not kernels.supports(logits.to("meta"), logits.to("meta"))
    assert kernels.supports_classes(logits, labels, torch.ones(3))
    assert not kernels.supports_classes(logits.double(), labels)
    assert not kernels.supports_classes(logits, logits)
    assert not kernels.supports_classes(logits[:, :1], labels)
    assert not kernels.supports_classes(torch.empty(0, kernels.MOST_CLASSES + 1), labels[:0])


def test_the_most_classes_are_still_right():
    inputs = logits_of(2, kernels.MOST_CLASSES)
    labels = torch.tensor([0, kernels.MOST_CLASSES - 1])
    values, slopes = softmax(inputs, labels)
    expected, expected_slopes = on_a_cpu(softmax_focal_loss, inputs, labels)
    torch.testing.assert_close(values.double(), expected, rtol=3e-6, atol=0)
    torch.testing.assert_close(slopes.double(), expected_slopes, rtol=5e-6, atol=1e-30)


# --- as functions that PyTorch differentiates ----------------------------------------------------


def fused(inputs, targets, weight=None, *, gamma=2.0, total=True, scale=1.0):
    return torch_triton.Sigmoid.apply(inputs, targets, weight, Law(gamma, 0.25, total, scale))


def again(inputs, labels, alpha, grad):
    """The softmax gradient as the losses on a CPU give it to be differentiated."""
    values = softmax_focal_loss(inputs, labels, alpha, 2.0, "none")
    return torch.autograd.grad(values, inputs, grad, create_graph=True)[0]


def fused_softmax(inputs, labels, alpha=None):
    return torch_triton.Softmax.apply(
        inputs, labels, alpha, torch_triton.SoftmaxLaw(2.0, -100, again)
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("total", [True, False])
def test_backward_gives_what_the_cpu_gives(total, dtype):
    inputs, targets = logits_of(40, dtype=dtype).requires_grad_(), torch.arange(40) % 4 == 0
    for factor in (1.0, 3.0):
        (found,) = torch.autograd.grad(factor * fused(inputs, targets, total=total).sum(), inputs)
        slopes = on_a_cpu(sigmoid_focal_loss, inputs.detach(), targets, 0.25)[1]
        limits = torch.finfo(dtype)
        assert found.dtype == dtype
        torch.testing.assert_close(
            found.double(),
            factor * slopes,
            rtol=2 * limits.eps + 3e-6,
            atol=2 * factor * limits.smallest_normal,
        )


def test_a_sum_gives_its_slope_away_and_computes_it_again_for_a_second_pass():
    inputs, targets = logits_of(6).requires_grad_(), torch.ones(6)
    loss = fused(inputs, targets)
    (first,) = torch.autograd.grad(loss, inputs, retain_graph=True)
    (second,) = torch.autograd.grad(loss, inputs, torch.tensor(3.0))
    torch.testing.assert_close(second, 3 * first)
    with torch.no_grad():
        assert not fused(inputs, targets).requires_grad


def test_a_loss_scale_reaches_slopes_too_small_for_float16():
    """A negative at -6 has the slope 0.75 q**2 (q + 2 p c) = 3.4e-8; float16 ends at 6e-8."""
    inputs = torch.tensor([-6.0], dtype=torch.float16, requires_grad=True)
    p, q = 1 / (1 + math.exp(-6)), 1 / (1 + math.exp(6))
    slope = 0.75 * q**2 * (q + 2 * p * math.log1p(math.exp(-6)))
    for total in (True, False):
        loss = fused(inputs, torch.zeros(1, dtype=torch.bool), total=total).sum()
        (found,) = torch.autograd.grad(loss * 32768, inputs)
        assert found.item() == pytest.approx(32768 * slope, rel=1e-3)


@pytest.mark.parametrize("total", [True, False])
def test_second_derivatives_are_those_of_the_cpu(total):
    inputs = logits_of(8).requires_grad_()
    targets = torch.linspace(0, 1, 8)
    bends = []
    for loss in (
        fused(inputs, targets, total=total).sum(),
        sigmoid_focal_loss(inputs, targets, 0.25, 2.0, "sum"),
    ):
        (slope,) = torch.autograd.grad(loss, inputs, create_graph=True)
        bends.append(torch.autograd.grad(slope.sum(), inputs)[0])
    torch.testing.assert_close(*bends)
    classes, labels = logits_of(3, 4).requires_grad_(), torch.tensor([0, 3, -100])
    (slope,) = torch.autograd.grad(fused_softmax(classes, labels).sum(), classes, create_graph=True)
    torch.testing.assert_close(slope, softmax(classes.detach(), labels)[1])
    assert torch.autograd.grad(slope[0, 0], classes)[0].abs().sum() > 0


@pytest.mark.parametrize("total", [True, False])
def test_many_gradients_at_once(total):
    inputs, targets = logits_of(3).requires_grad_(), torch.ones(3)
    loss = fused(inputs, targets, total=total)
    grads = torch.tensor([1.0, 2.0]) if total else torch.eye(3)
    (found,) = torch.autograd.grad(loss, inputs, grads, is_grads_batched=True)
    slopes = sigmoid(inputs.detach(), targets, alpha=0.25)[1]
    torch.testing.assert_close(found, grads[:, None] * slopes if total else grads * slopes)
    classes, labels = logits_of(3, 4).requires_grad_(), torch.tensor([0, 3, -100])
    (found,) = torch.autograd.grad(
        fused_softmax(classes, labels), classes, torch.eye(3), is_grads_batched=True
    )
    slopes = softmax(classes.detach(), labels)[1]
    torch.testing.assert_close(found, torch.eye(3)[:, :, None] * slopes)


def test_softmax_backward_gives_what_the_cpu_gives():
    inputs, labels = logits_of(6, 5, 2).requires_grad_(), torch.arange(12).view(6, 2) % 5
    labels[0] = -100
    alpha = torch.linspace(0.5, 2, 5)
    grads = []
    for values in (
        fused_softmax(inputs, labels, alpha),
        softmax_focal_loss(inputs, labels, alpha, 2.0, "none"),
    ):
        grads.append(torch.autograd.grad(values.sum() / 10, inputs, retain_graph=True)[0])
        weights = torch.arange(12.0).view(6, 2)
        grads.append(torch.autograd.grad(values, inputs, weights)[0])
    torch.testing.assert_close(grads[0], grads[2])
    torch.testing.assert_close(grads[1], grads[3])


# --- compilers, autocast -------------------------------------------------------------------------


def test_the_operators_are_registered_as_they_behave():
    x, t, labels = logits_of(4, 3), torch.eye(4, 3), torch.tensor([0, 2, -100, 1])
    weight, alpha = torch.ones(4, 3), torch.ones(3)
    half = x.to(torch.bfloat16).to(memory_format=torch.contiguous_format).T
    ops = torch.ops.focal_core
    for operator, arguments in (
        (ops.sigmoid_value_and_slope, (x, t, weight, 2.0, 0.25, True, 1.0, True)),
        (ops.sigmoid_value_and_slope, (half, t.T, None, 0.5, None, False, 1.0, False)),
        (ops.sigmoid_gradient, (half, t.T, None, 0.5, None, 1.0, t.T)),
        (ops.softmax_value, (x, labels, alpha, 2.0, -100)),
        (ops.softmax_value, (half.T[:, :, None], labels[:, None].abs() % 3, None, 2.0, None)),
        (ops.softmax_gradient, (half.T, labels, None, 2.0, -100, torch.ones(4))),
    ):
        torch.library.opcheck(operator.default, arguments)


@pytest.mark.parametrize("dynamic", [False, True])
@pytest.mark.parametrize("total", [True, False])
def test_a_compiled_loss_is_the_same_loss(total, dynamic):
    def loss(inputs, targets, gamma):
        return fused(inputs, targets, gamma=gamma, total=total).sum()

    compiled = torch.compile(loss, fullgraph=True, dynamic=dynamic, backend="aot_eager")
    for size, gamma in ((8, 2.0), (12, 2.0), (12, 1.5)):
        inputs, targets = logits_of(size).requires_grad_(), torch.linspace(0, 1, size)
        expected = loss(inputs, targets, gamma)
        (slope,) = torch.autograd.grad(expected, inputs)
        actual = compiled(inputs, targets, gamma)
        (found,) = torch.autograd.grad(actual, inputs)
        torch.testing.assert_close(actual, expected)
        torch.testing.assert_close(found, slope)


def test_a_compiled_softmax_is_the_same_loss():
    def loss(inputs, labels):
        return fused_softmax(inputs, labels).mean()

    compiled = torch.compile(loss, fullgraph=True, backend="aot_eager")
    inputs, labels = logits_of(4, 3).requires_grad_(), torch.tensor([0, 2, -100, 1])
    expected, actual = loss(inputs, labels), compiled(inputs, labels)
    torch.testing.assert_close(actual, expected)
    torch.testing.assert_close(
        torch.autograd.grad(actual, inputs), torch.autograd.grad(expected, inputs)
    )


def test_autocast_changes_nothing():
    inputs, targets = logits_of(5).requires_grad_(), torch.ones(5)
    expected = fused(inputs, targets)
    with torch.autocast("cpu", torch.bfloat16):
        found = fused(inputs, targets)
        layer = torch.nn.functional.linear(inputs[None], torch.eye(5))[0]
        loss = fused(layer, targets)
    assert torch.equal(found, expected)
    assert layer.dtype == torch.bfloat16
    (slope,) = torch.autograd.grad(loss, inputs)
    torch.testing.assert_close(
        slope, torch.autograd.grad(expected, inputs)[0], rtol=0.02, atol=1e-3
    )


def test_values_and_slopes_alone_do_not_know_of_autograd():
    """Batch and Law are what the other ways of computing take."""
    batch = Batch(logits_of(4).requires_grad_(), torch.ones(4), None)
    values, slopes = sigmoid(*batch[:2])
    assert not values.requires_grad
    assert not slopes.requires_grad


# --- the losses that users call, as on a GPU -----------------------------------------------------


@pytest.fixture
def gpu(monkeypatch):
    """Ordinary tensors of this CPU are taken for a GPU's; counts what the kernels are asked."""
    asked = []
    for function in (torch_triton.Sigmoid, torch_triton.Softmax):
        apply = function.apply
        monkeypatch.setattr(
            function, "apply", lambda *given, apply=apply: asked.append(given) or apply(*given)
        )
    monkeypatch.setattr(torch_sigmoid, "may_look", lambda *_tensors: False)
    for module in (torch_sigmoid, torch_softmax):
        monkeypatch.setattr(module, "on_gpu", lambda *_tensors: True)
    return asked


def differentiated(loss, inputs, *arguments, **settings):
    leaf = inputs.clone().requires_grad_()
    total = loss(leaf, *arguments, **settings).sum()
    (slope,) = torch.autograd.grad(total, leaf, create_graph=True)
    (bend,) = torch.autograd.grad(slope.square().sum(), leaf)
    leaf.grad = None
    loss(leaf, *arguments, **settings).sum().backward()
    return total.detach().double(), leaf.grad.double(), bend.double()


SIGMOIDS = {
    "none": {"reduction": "none"},
    "mean": {"reduction": "mean"},
    "sum": {"reduction": "sum", "normalizer": 3},
    "weight": {"reduction": "sum", "weight": torch.linspace(0, 2, 12).view(4, 3)},
    "ignored": {"reduction": "mean", "ignore_index": -1},
    "classes": {"alpha": [0.1, 0.5, 0.9], "reduction": "mean"},
    "no alpha": {"alpha": None, "gamma": 0.5, "reduction": "mean"},
}


@pytest.mark.parametrize("settings", SIGMOIDS.values(), ids=SIGMOIDS)
def test_the_sigmoid_loss_goes_through_the_kernel(settings, request):
    inputs, targets = logits_of(4, 3), (torch.arange(12).view(4, 3) % 3 == 0).float()
    if "ignore_index" in settings:
        targets[1] = -1
    expected = differentiated(sigmoid_focal_loss, inputs.double(), targets, **settings)
    asked = request.getfixturevalue("gpu")
    found = differentiated(sigmoid_focal_loss, inputs, targets, **settings)
    assert len(asked) == 2
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)


SOFTMAXES = {
    "mean": {},
    "sum": {"reduction": "sum", "normalizer": 2},
    "none": {"reduction": "none"},
    "weights": {"alpha": [1.0, 2.0, 0.0], "weighted_mean": True},
    "gamma": {"gamma": 0.5},
}


@pytest.mark.parametrize("settings", SOFTMAXES.values(), ids=SOFTMAXES)
def test_the_softmax_loss_goes_through_the_kernel(settings, request):
    inputs, labels = logits_of(5, 3), torch.tensor([0, 2, -100, 1, 1])
    expected = differentiated(softmax_focal_loss, inputs.double(), labels, **settings)
    asked = request.getfixturevalue("gpu")
    found = differentiated(softmax_focal_loss, inputs, labels, **settings)
    assert len(asked) == 2
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)


def test_what_no_kernel_takes_is_computed_without_one(gpu):
    inputs, labels = logits_of(4, 3), torch.tensor([0, 2, 1, 1])
    smooth = softmax_focal_loss(inputs, labels, label_smoothing=0.1)
    double = sigmoid_focal_loss(inputs.double(), torch.eye(4, 3), reduction="sum")
    assert not gpu
    assert smooth.isfinite()
    assert double.dtype == torch.float64
