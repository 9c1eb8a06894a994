"""The PyTorch losses and targets that are none: labels, marks, weight 0, values out of range."""

import math

import pytest
import torch

from focal_core import torch_batch
from focal_core.torch_closed_form import closed_form
from focal_core.torch_losses import (
    SigmoidFocalLoss,
    SoftmaxFocalLoss,
    sigmoid_focal_loss,
    softmax_focal_loss,
)

S, M = sigmoid_focal_loss, softmax_focal_loss


pytestmark = pytest.mark.usefixtures("one_thread")


def tensor(*values):
    return torch.tensor(values)


# --- labels ---------------------------------------------------------------------------------------

INTEGERS = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64]
INTEGERS += [torch.uint16, torch.uint32, torch.uint64]


@pytest.mark.parametrize("dtype", INTEGERS)
def test_a_small_integer_is_a_class_and_not_the_ignored_one(dtype):
    for label in (0, 100, 127, *((156, 199) if torch.iinfo(dtype).max > 199 else ())):
        found = M(torch.zeros(1, 200), torch.tensor([label], dtype=dtype), None, 0, "none")
        assert found.item() == pytest.approx(math.log(200))


def test_nothing_is_ignored_on_request():
    found = M(torch.zeros(1, 5), tensor(1), None, 0, ignore_index=None)
    assert found.item() == pytest.approx(math.log(5))
    with pytest.raises(IndexError, match="got -100"):
        M(torch.zeros(1, 5), tensor(-100), ignore_index=None)


def test_labels_may_keep_an_axis_for_the_classes():
    inputs, labels = torch.randn(2, 3, 4), torch.randint(3, (2, 4))
    assert torch.equal(M(inputs, labels.unsqueeze(1)), M(inputs, labels))


@pytest.mark.parametrize("dtype", [*INTEGERS, torch.bool])
def test_targets_of_a_sigmoid_may_be_integers_of_any_type(dtype):
    inputs, targets = tensor(math.inf, 0.0), tensor(0, 1)
    for differentiated in (False, True):
        weight = torch.ones(2, requires_grad=differentiated)
        found = S(inputs, targets.to(dtype), None, 0, weight=weight, ignore_index=-1)
        assert found.tolist() == pytest.approx([math.inf, math.log(2)])
    if dtype != torch.bool:
        with pytest.raises(ValueError, match=r"got 3 at index \(1,\)"):
            S(inputs, tensor(0, 3).to(dtype))


def test_a_small_integer_is_not_the_mark_that_it_would_overflow_to():
    """255 is what -1 becomes as uint8."""
    with pytest.raises(ValueError, match="got 255 at index"):
        S(torch.zeros(2), torch.tensor([255, 0], dtype=torch.uint8), ignore_index=-1)
    with pytest.raises(ValueError, match="got -1 at index"):
        S(torch.zeros(2), torch.tensor([-1, 0], dtype=torch.int8), ignore_index=255)


@pytest.mark.parametrize("mark", ["a", 0.5, math.nan, math.inf, True, [1]])
@pytest.mark.parametrize(
    "call",
    [
        lambda mark: S(torch.zeros(1), torch.zeros(1), ignore_index=mark),
        lambda mark: M(torch.zeros(1, 2), tensor(0), ignore_index=mark),
        lambda mark: SigmoidFocalLoss(ignore_index=mark),
        lambda mark: SoftmaxFocalLoss(ignore_index=mark),
    ],
)
def test_a_mark_that_is_no_whole_number_is_refused(call, mark):
    with pytest.raises(ValueError, match="ignore_index must be None or a whole number, got"):
        call(mark)


# --- what is ignored ------------------------------------------------------------------------------

NO_TARGETS = [-1.0, 2.0, math.nan, math.inf]


@pytest.mark.parametrize("plain", [False, True], ids=["chunks", "plain"])
@pytest.mark.parametrize("target", NO_TARGETS)
@pytest.mark.parametrize("logit", [0.0, -2.0, math.nan, math.inf, -math.inf])
def test_weight_0_ignores_whatever_stands_there(target, logit, plain):
    inputs = torch.tensor([1.0, logit, 0.5], requires_grad=True)
    targets, weight = tensor(1.0, target, 0.0), tensor(1.0, 0.0, 1.0)
    loss = S(inputs, targets, 0.25, 1.5, "sum", weight=weight.requires_grad_(plain))
    loss.backward()
    assert loss.item() == pytest.approx(0.369697, abs=5e-7)
    assert inputs.grad.tolist() == pytest.approx([-0.0214, 0, 0.4324], abs=5e-5)


@pytest.mark.parametrize("alpha", [0, 1, [0, 0], [1, 1], tensor(0.0, 0.0)])
@pytest.mark.parametrize("logit", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("learned", [False, True])
def test_a_class_of_weight_0_costs_nothing_whatever_its_logit(alpha, logit, learned):
    certain = 1 - alpha if isinstance(alpha, int) else 1 - int(alpha[0])
    inputs = torch.tensor([[logit, 0.0]], requires_grad=True)
    targets = torch.tensor([[certain, 1 - certain]]).float()
    loss = S(inputs, targets, alpha, 2, weight=torch.ones(1, 2, requires_grad=learned))
    loss.sum().backward()
    assert loss[0].tolist() == pytest.approx([0, math.log(2) / 4])
    assert inputs.grad[0, 0] == 0
    assert inputs.grad[0, 1].abs().item() == pytest.approx((0.5 + math.log(2)) / 4)


@pytest.mark.parametrize("classes", [3, 40])
@pytest.mark.parametrize("logit", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("learned", [False, True])
def test_a_true_class_of_weight_0_costs_nothing_whatever_the_logits(classes, logit, learned):
    inputs = torch.zeros(2, classes)
    inputs[0, 1] = logit
    inputs.requires_grad_()
    alpha = torch.ones(classes)
    alpha[0] = 0
    loss = M(inputs, tensor(0, 1), alpha.requires_grad_(learned), 0, "none")
    loss.sum().backward()
    assert loss.tolist() == pytest.approx([0, math.log(classes)])
    assert inputs.grad[0].tolist() == [0] * classes
    assert inputs.grad[1, 1].item() == pytest.approx(1 / classes - 1)


@pytest.mark.parametrize("learned", [False, True])
def test_a_class_of_probability_0_costs_nothing_even_if_it_is_ruled_out(learned):
    """Logits of -inf for classes that cannot be are a habit; cross entropy says NaN."""
    inputs = torch.tensor([[0.0, -math.inf, 0.0], [math.inf, 0.0, 0.0]], requires_grad=True)
    targets = torch.tensor([[0.5, 0.0, 0.5], [1.0, 0.0, 0.0]], requires_grad=learned)
    loss = M(inputs, targets, None, 2, "none")
    loss.sum().backward()
    assert loss.tolist() == pytest.approx([math.log(2) / 4, 0])
    assert inputs.grad.tolist() == [[0] * 3] * 2


def test_weight_0_ignores_in_the_closed_form_too():
    batch = torch_batch.Batch(
        tensor(1.0, math.nan, 0.5), tensor(1.0, -1.0, 0.0), tensor(1.0, 0.0, 1.0)
    )
    law = torch_batch.Law(1.5, 0.25, total=False)
    values, slopes = closed_form(batch, law, slope=True)
    assert values.sum().item() == pytest.approx(0.369697, abs=5e-7)
    assert slopes.tolist() == pytest.approx([-0.0214, 0, 0.4324], abs=5e-5)


@pytest.mark.parametrize("mark", [-1, 255])
@pytest.mark.parametrize("dtype", [torch.float32, torch.int64])
def test_an_element_can_be_marked_as_ignored(mark, dtype):
    inputs = torch.tensor([1.0, -2.0, math.nan, 0.5], requires_grad=True)
    targets = torch.tensor([1, mark, mark, 0], dtype=dtype)
    kept = S(inputs.detach()[[0, 3]], tensor(1.0, 0.0), 0.25, 1.5)
    assert S(inputs, targets, 0.25, 1.5, ignore_index=mark).tolist() == pytest.approx(
        [kept[0], 0, 0, kept[1]]
    )
    loss = S(inputs, targets, 0.25, 1.5, "mean", ignore_index=mark)
    loss.backward()
    assert loss.item() == pytest.approx(kept.mean().item())
    assert inputs.grad[1:3].tolist() == [0, 0]


def test_ignored_elements_leave_none_or_all():
    inputs = torch.zeros(3)
    assert S(inputs, torch.full((3,), -1), reduction="mean", ignore_index=-1) == 0
    all_count = S(inputs, torch.ones(3), reduction="mean", ignore_index=-1)
    assert all_count == S(inputs, torch.ones(3), reduction="mean")


@pytest.mark.parametrize("target", [2.0, -1.0, -1e-6, 1.5, math.inf])
@pytest.mark.parametrize("size", [1, 200_000])
@pytest.mark.parametrize("by", ["chunks", "plain"])
def test_a_target_outside_0_to_1_is_refused_with_its_place(target, size, by):
    targets = torch.zeros(size)
    targets[-1] = target
    targets.requires_grad_(by == "plain")
    message = rf"targets must lie from 0 to 1, got .* at index \({size - 1},\)"
    with pytest.raises(ValueError, match=message):
        S(torch.zeros(size), targets)


def test_targets_outside_that_make_up_for_each_other_are_refused():
    """2 (1 - 2) and eight times 0.5 (1 - 0.5) add up to 0."""
    with pytest.raises(ValueError, match="got 2 at index"):
        S(torch.zeros(9), tensor(2.0, *[0.5] * 8))


def test_a_target_that_is_no_number_propagates():
    assert S(torch.zeros(2), tensor(math.nan, 1.0))[0].isnan()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64, torch.bool])
@pytest.mark.parametrize("differentiated", [False, True])
def test_an_infinite_loss_leaves_the_others_alone(dtype, differentiated):
    inputs = torch.tensor([math.inf, 0.0, -1.0], requires_grad=differentiated)
    found = S(inputs, torch.tensor([0, 1, 0]).to(dtype))
    p = 1 / (1 + math.e)
    alone = [0.25 * 0.25 * math.log(2), -0.75 * p**2 * math.log(1 - p)]
    assert found.tolist() == pytest.approx([math.inf, *alone])
