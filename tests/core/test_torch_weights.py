"""The PyTorch losses with weights of classes, probabilities and settings of every kind."""

import copy
import pickle

import numpy as np
import pytest
import torch
from torch.nn import functional

from focal_core.torch_losses import (
    SigmoidFocalLoss,
    SoftmaxFocalLoss,
    sigmoid_focal_loss,
    softmax_focal_loss,
)

S, M = sigmoid_focal_loss, softmax_focal_loss
REDUCTIONS = ["none", "mean", "sum"]


pytestmark = pytest.mark.usefixtures("one_thread")


def tensor(*values):
    return torch.tensor(values)


# --- weights of classes ---------------------------------------------------------------------------

ALPHAS = [0.1, 0.2, 0.3, 0.9]


@pytest.mark.parametrize("make", [list, tuple, torch.tensor], ids=["list", "tuple", "tensor"])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_alpha_may_hold_a_weight_for_each_class(make, reduction):
    inputs = torch.randn(3, 4, generator=torch.Generator().manual_seed(0)).requires_grad_()
    targets = tensor([1.0, 0, 0, 1], [0, 0.5, 1, 0], [0, 0, 0, 0])
    columns = [S(inputs[:, k], targets[:, k], alpha) for k, alpha in enumerate(ALPHAS)]
    wanted = torch.stack(columns, 1)
    wanted = wanted if reduction == "none" else getattr(wanted, reduction)()
    found = S(inputs, targets, make(ALPHAS), reduction=reduction)
    torch.testing.assert_close(found, wanted)
    torch.testing.assert_close(
        torch.autograd.grad(found.sum(), inputs), torch.autograd.grad(wanted.sum(), inputs)
    )


def test_a_tensor_of_weights_can_be_learned():
    alpha = torch.tensor([0.25, 0.5], dtype=torch.float64, requires_grad=True)
    inputs, targets = torch.randn(3, 2, dtype=torch.float64), torch.rand(3, 2).double()
    assert torch.autograd.gradcheck(lambda a: S(inputs, targets, a), alpha)


@pytest.mark.parametrize(
    ("alpha", "message"),
    [
        ([0.1, 0.2], r"each entry of the inputs' last dimension, \(4,\), got shape \(2,\)"),
        (torch.full((2, 4), 0.5), r"got shape \(2, 4\)"),
        ([0.1, 0.2, 0.3, 2], "alpha must be a number from 0 to 1, got 2"),
        (tensor(0.1, 0.2, 0.3, 2.0), "alpha must lie from 0 to 1"),
        (tensor(0.1, 0.2, 0.3, float("nan")), "alpha must lie from 0 to 1"),
        ({0.25: 1}, "alpha must be a number from 0 to 1, got {0.25: 1}"),
        ({0.25, 0.5}, "alpha must be a number from 0 to 1"),
        ("0.25", "alpha must be a number from 0 to 1"),
    ],
)
def test_weights_of_classes_that_do_not_fit_are_refused(alpha, message):
    with pytest.raises(ValueError, match=message):
        S(torch.zeros(3, 4), torch.zeros(3, 4), alpha)


def test_one_weight_for_all_classes_can_be_learned_too():
    alpha = torch.tensor(0.25, dtype=torch.float64, requires_grad=True)
    inputs, targets = torch.randn(3, 2, dtype=torch.float64), torch.rand(3, 2).double()
    torch.testing.assert_close(S(inputs, targets, alpha).detach(), S(inputs, targets, 0.25))
    assert torch.autograd.gradcheck(lambda a: S(inputs, targets, a), alpha)


def test_a_gamma_to_be_learned_is_refused_and_not_forgotten():
    gamma = torch.tensor(2.0, requires_grad=True)
    with pytest.raises(ValueError, match="gamma must be a number: the loss cannot be differ"):
        S(torch.zeros(2), torch.ones(2), gamma=gamma)
    with pytest.raises(ValueError, match="gamma must be a number"):
        M(torch.zeros(1, 2), tensor(0), gamma=gamma)


@pytest.mark.parametrize(
    "alpha",
    [np.float32(0.5), np.float64(0.5), np.array(0.5), torch.tensor(0.5), np.array([0.5, 0.5])],
)
def test_settings_may_come_from_numpy(alpha):
    inputs, targets = torch.randn(5, 2), torch.ones(5, 2)
    wanted = S(inputs, targets, 0.5, 1.5)
    torch.testing.assert_close(S(inputs, targets, alpha, np.float32(1.5)), wanted)
    torch.testing.assert_close(SigmoidFocalLoss(alpha, np.array(1.5))(inputs, targets), wanted)


@pytest.mark.parametrize("off", [-1, -1.0, None, np.int64(-1), torch.tensor(-1)])
def test_no_weight_is_written_in_many_ways(off):
    inputs, targets = torch.randn(5), torch.ones(5)
    assert torch.equal(S(inputs, targets, off), S(inputs, targets, None))
    assert torch.equal(SigmoidFocalLoss(off)(inputs, targets), S(inputs, targets, None))


def test_settings_may_be_0_dimensional_tensors():
    inputs, targets = torch.randn(5), torch.ones(5)
    wanted = S(inputs, targets, 0.5, 1.5)
    assert torch.equal(S(inputs, targets, torch.tensor(0.5), torch.tensor(1.5)), wanted)
    labels = tensor(0, 1)
    of_classes = M(torch.eye(2), labels, None, torch.tensor(1.5))
    assert torch.equal(of_classes, M(torch.eye(2), labels, None, 1.5))
    total = S(inputs, targets, reduction="sum", normalizer=torch.tensor([4.0]))
    assert total == S(inputs, targets, reduction="sum") / 4


def test_pos_weight_is_a_weight_of_the_elements():
    inputs, targets = torch.randn(6), torch.randint(2, (6,)).float()
    wanted = functional.binary_cross_entropy_with_logits(
        inputs, targets, reduction="none", pos_weight=torch.tensor(3.0)
    )
    found = S(inputs, targets, None, 0, weight=1 + (3 - 1) * targets)
    torch.testing.assert_close(found, wanted)


# --- softmax as cross_entropy has it --------------------------------------------------------------


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 5)])
@pytest.mark.parametrize("weights", [None, [1.0, 2.0, 0.5]])
def test_probabilities_are_taken_as_by_cross_entropy(smoothing, reduction, shape, weights):
    inputs = torch.randn(shape, dtype=torch.float64, requires_grad=True)
    targets = torch.randn(shape, dtype=torch.float64).softmax(1)
    weight = None if weights is None else torch.tensor(weights, dtype=torch.float64)
    wanted = functional.cross_entropy(
        inputs, targets, weight, reduction=reduction, label_smoothing=smoothing
    )
    found = M(inputs, targets, weights, 0, reduction, label_smoothing=smoothing)
    torch.testing.assert_close(found, wanted)
    torch.testing.assert_close(
        torch.autograd.grad(found.sum(), inputs), torch.autograd.grad(wanted.sum(), inputs)
    )


def test_certain_probabilities_are_class_numbers():
    inputs, labels = torch.randn(5, 4).double(), tensor(0, 1, 2, 3, 0)
    of_numbers = M(inputs, labels, [1.0, 2, 3, 4], 2, "none")
    of_probabilities = M(inputs, functional.one_hot(labels, 4).double(), [1.0, 2, 3, 4], 2, "none")
    torch.testing.assert_close(of_probabilities, of_numbers)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_probabilities_are_differentiated_to_second_order_and_by_themselves(gamma):
    inputs = torch.randn(3, 4, dtype=torch.float64, requires_grad=True)
    targets = torch.randn(3, 4, dtype=torch.float64).softmax(1).requires_grad_()
    alone = targets.detach()
    assert torch.autograd.gradcheck(lambda x: M(x, alone, None, gamma), inputs)
    assert torch.autograd.gradgradcheck(lambda x: M(x, alone, None, gamma), inputs)
    assert torch.autograd.gradcheck(lambda x, t: M(x, t, None, gamma), (inputs, targets))


@pytest.mark.parametrize(
    ("targets", "error", "message"),
    [
        (torch.full((2, 3), 2.0), ValueError, r"from 0 to 1, got 2 at index \(0, 0\)"),
        (torch.zeros(2), TypeError, "integer class numbers, or probabilities"),
        (torch.zeros(2, 4), TypeError, r"shape \(2, 4\)"),
    ],
)
def test_probabilities_that_are_none_are_refused(targets, error, message):
    with pytest.raises(error, match=message):
        M(torch.zeros(2, 3), targets)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_a_mean_can_divide_by_the_weights_as_that_of_cross_entropy(smoothing):
    inputs, labels = torch.randn(6, 3), tensor(0, 1, 2, 2, -100, 1)
    weight = tensor(0.2, 1.0, 3.0)
    found = M(inputs, labels, weight, 0, weighted_mean=True, label_smoothing=smoothing)
    torch.testing.assert_close(
        found, functional.cross_entropy(inputs, labels, weight, label_smoothing=smoothing)
    )
    module = SoftmaxFocalLoss(weight, 0, weighted_mean=True, label_smoothing=smoothing)
    assert torch.equal(module(inputs, labels), found)
    assert M(inputs, labels * 0 - 100, weight, weighted_mean=True) == 0


def test_a_weighted_mean_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match='weighted_mean needs "mean"'):
        M(torch.zeros(1, 2), tensor(0), [1, 2], reduction="sum", weighted_mean=True)
    with pytest.raises(ValueError, match='weighted_mean needs "mean"'):
        SoftmaxFocalLoss(reduction="none", weighted_mean=True)
    with pytest.raises(ValueError, match="weighted_mean needs class numbers"):
        M(torch.zeros(1, 2), torch.zeros(1, 2), [1, 2], weighted_mean=True)


@pytest.mark.parametrize("weights", [[-1.0, 1.0], [float("nan"), 1.0], [float("inf"), 1.0]])
@pytest.mark.parametrize("make", [list, torch.tensor], ids=["list", "tensor"])
def test_weights_of_classes_below_0_are_refused(weights, make):
    with pytest.raises(ValueError, match="alpha must hold one finite weight per class, each at l"):
        M(torch.zeros(1, 2), tensor(0), make(weights))


@pytest.mark.parametrize(
    "call",
    [
        lambda: S(torch.zeros(2), torch.ones(2), tensor(0, 1j)),
        lambda: M(torch.zeros(1, 2), tensor(0), tensor(0, 1j)),
        lambda: S(torch.zeros(2), torch.ones(2), reduction="sum", normalizer=tensor(1j)),
    ],
)
def test_complex_settings_are_refused(call):
    with pytest.raises(TypeError, match=r"(alpha|normalizer) must be real numbers, got dtype"):
        call()


@pytest.mark.parametrize("make", [SigmoidFocalLoss, SoftmaxFocalLoss])
def test_weights_in_a_module_are_of_a_type_that_every_device_has(make):
    assert make([0.25, 0.5]).alpha.dtype == torch.float32
    assert make(torch.tensor([0.25, 0.5], dtype=torch.float64)).alpha.dtype == torch.float64
    assert make([0.25, 0.5]).to("meta").alpha.device.type == "meta"
    for twin in (copy.deepcopy(make([0.25, 0.5])), pickle.loads(pickle.dumps(make([0.25, 0.5])))):
        assert twin.alpha.tolist() == [0.25, 0.5]
        assert "[0.25, 0.5]" in repr(twin)
