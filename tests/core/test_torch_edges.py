"""The PyTorch losses where others break: callers, what is ignored, compilers, devices."""

import copy
import math
import pickle
import threading

import pytest
import torch
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode

from focal_core import torch_batch, torch_chunks, torch_sigmoid
from focal_core.torch_losses import (
    SigmoidFocalLoss,
    SoftmaxFocalLoss,
    sigmoid_focal_loss,
    softmax_focal_loss,
)

S, M = sigmoid_focal_loss, softmax_focal_loss
REDUCTIONS = ["none", "mean", "sum"]


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def _nothing_kept(monkeypatch):
    """As if the library had just been imported, in this thread and for all settings."""
    monkeypatch.setattr(torch_chunks, "_SHELF", torch_chunks._Shelf())
    torch_chunks._constants.cache_clear()


def tensor(*values):
    return torch.tensor(values)


# --- nothing depends on the first call ------------------------------------------------------------


def ordinary_losses(gamma):
    inputs, labels = torch.zeros(3), torch.zeros(1, 3)
    return [
        S(inputs, torch.ones(3), 0.3, gamma, "sum"),
        S(inputs, torch.ones(3), [0.3, 0.3, 0.3], gamma, "sum"),
        M(labels, tensor(1), [1.0, 2.0, 1.0], gamma),
        M(labels, torch.full((1, 3), 1 / 3), None, gamma, label_smoothing=0.1),
    ]


WORLDS = {
    "another default device": lambda: torch.device("meta"),
    "inference mode": torch.inference_mode,
    "no gradients": torch.no_grad,
}


@pytest.mark.usefixtures("_nothing_kept")
@pytest.mark.parametrize("world", WORLDS)
def test_a_first_call_in_another_world_changes_nothing(world):
    inputs, targets = torch.zeros(3), torch.ones(3)
    labels, one = torch.zeros(1, 3), tensor(1)
    with WORLDS[world]():
        inside = S(inputs, targets, 0.3, 1.7, "sum")
        of_classes = M(labels, one, [1.0, 2.0, 1.0], 1.7)
        smooth = M(labels, one, None, 1.7, label_smoothing=0.1)
    by_hand = 3 * 0.3 * 0.5**1.7 * math.log(2)
    assert by_hand == pytest.approx(0.192, abs=5e-5)
    assert inside.item() == pytest.approx(by_hand, rel=1e-6)
    assert of_classes.item() == pytest.approx(2 * (2 / 3) ** 1.7 * math.log(3), rel=1e-6)
    assert smooth.item() == pytest.approx((2 / 3) ** 1.7 * math.log(3), rel=1e-6)
    inputs = torch.zeros(3, requires_grad=True)
    later = S(inputs, targets, 0.3, 1.7, "sum")
    later.backward()
    assert later.item() == pytest.approx(by_hand, rel=1e-6)
    assert inputs.grad.isfinite().all()


@pytest.mark.usefixtures("_nothing_kept")
def test_a_first_call_with_another_default_device_for_good_changes_nothing():
    torch.set_default_device("meta")
    try:
        inside = S(torch.zeros(3, device="cpu"), torch.ones(3, device="cpu"), 0.3, 1.7, "sum")
    finally:
        torch.set_default_device(None)
    assert inside.item() == ordinary_losses(1.7)[0].item()


@pytest.mark.usefixtures("_nothing_kept")
def test_a_first_call_with_fake_tensors_changes_nothing():
    from torch._subclasses.fake_tensor import FakeTensorMode  # noqa: PLC0415

    with FakeTensorMode():
        S(torch.zeros(3), torch.ones(3), 0.3, 1.7, "sum")
    assert ordinary_losses(1.7)[0].item() == pytest.approx(0.192, abs=5e-4)


@pytest.mark.usefixtures("_nothing_kept")
def test_threads_and_types_do_not_see_each_other():
    found = []

    def work(dtype):
        inputs = torch.zeros(3, dtype=dtype)
        found.extend(S(inputs, inputs + 1, 0.3, 1.7, "sum").item() for _ in range(20))

    threads = [
        threading.Thread(target=work, args=(dtype,)) for dtype in (torch.float32, torch.float64) * 2
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == pytest.approx([3 * 0.3 * 0.5**1.7 * math.log(2)] * 80, rel=1e-6)


# --- labels ---------------------------------------------------------------------------------------

INTEGERS = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.uint16]


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


def test_weight_0_ignores_in_the_closed_form_too():
    batch = torch_batch.Batch(
        tensor(1.0, math.nan, 0.5), tensor(1.0, -1.0, 0.0), tensor(1.0, 0.0, 1.0)
    )
    law = torch_batch.Law(1.5, 0.25, total=False)
    values, slopes = torch_sigmoid.closed_form(batch, law, slope=True)
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
    ],
)
def test_weights_of_classes_that_do_not_fit_are_refused(alpha, message):
    with pytest.raises(ValueError, match=message):
        S(torch.zeros(3, 4), torch.zeros(3, 4), alpha)


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
    with pytest.raises(ValueError, match="weighted_mean needs class numbers"):
        M(torch.zeros(1, 2), torch.zeros(1, 2), [1, 2], weighted_mean=True)


@pytest.mark.parametrize("make", [SigmoidFocalLoss, SoftmaxFocalLoss])
def test_weights_in_a_module_are_of_a_type_that_every_device_has(make):
    assert make([0.25, 0.5]).alpha.dtype == torch.float32
    assert make(torch.tensor([0.25, 0.5], dtype=torch.float64)).alpha.dtype == torch.float64
    assert make([0.25, 0.5]).to("meta").alpha.device.type == "meta"
    for twin in (copy.deepcopy(make([0.25, 0.5])), pickle.loads(pickle.dumps(make([0.25, 0.5])))):
        assert twin.alpha.tolist() == [0.25, 0.5]
        assert "[0.25, 0.5]" in repr(twin)


# --- many gradients at once -----------------------------------------------------------------------


def sigmoid_of(reduction):
    return lambda x: S(x, torch.ones_like(x), 0.25, 2, reduction)


def softmax_of(reduction):
    labels = torch.zeros(2, dtype=torch.long)
    return lambda x: M(x.view(2, -1), labels, None, 2, reduction)


@pytest.mark.parametrize("make", [sigmoid_of, softmax_of], ids=["sigmoid", "softmax"])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_gradients_can_be_taken_in_batches(make, reduction):
    loss, x = make(reduction), torch.randn(6, requires_grad=True)
    wanted = torch.autograd.functional.jacobian(loss, x)
    torch.testing.assert_close(torch.autograd.functional.jacobian(loss, x, vectorize=True), wanted)
    torch.testing.assert_close(torch.func.jacrev(loss)(x), wanted)
    out = loss(x)
    rows = torch.eye(out.numel()).view(-1, *out.shape)
    (batched,) = torch.autograd.grad(out, x, rows, is_grads_batched=True)
    torch.testing.assert_close(batched.view(wanted.shape), wanted)


def test_a_batch_of_gradients_leaves_the_graph_usable():
    x = torch.zeros(3, requires_grad=True)
    loss = S(x, torch.ones(3), 0.25, 2)
    (many,) = torch.autograd.grad(loss, x, torch.eye(3), is_grads_batched=True, retain_graph=True)
    assert many.diagonal().tolist() == pytest.approx([-0.07457] * 3, abs=5e-6)
    loss.sum().backward()
    assert x.grad.tolist() == pytest.approx([-0.07457] * 3, abs=5e-6)


# --- compilers ------------------------------------------------------------------------------------


@pytest.fixture
def compiled():
    torch.compiler.reset()
    return lambda call, **how: torch.compile(call, fullgraph=True, backend="aot_eager", **how)


def test_a_gamma_that_changes_from_step_to_step_compiles(compiled):
    step = compiled(lambda x, t, gamma: S(x, t, 0.25, gamma, "sum"))
    found = [step(torch.zeros(4), torch.ones(4), gamma).item() for gamma in (2.0, 1.5, 0.7)]
    assert found == pytest.approx([0.17329, 0.24506, 0.5**0.7 * math.log(2)], abs=5e-6)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_the_sigmoid_module_compiles_for_any_size(compiled, reduction):
    module = SigmoidFocalLoss(reduction=reduction)
    fast = compiled(module, dynamic=True)
    for size in (3, 7):
        x, t = torch.randn(size, 2, requires_grad=True), torch.rand(size, 2)
        found, wanted = fast(x, t), module(x, t)
        torch.testing.assert_close(found, wanted)
        torch.testing.assert_close(
            torch.autograd.grad(found.sum(), x), torch.autograd.grad(wanted.sum(), x)
        )


@pytest.mark.parametrize("settings", [{}, {"label_smoothing": 0.1}, {"alpha": [1.0, 2.0, 3.0]}])
def test_the_softmax_module_compiles_for_any_size(compiled, settings):
    module = SoftmaxFocalLoss(**settings)
    fast = compiled(module, dynamic=True)
    for size in (2, 5):
        x, t = torch.randn(size, 3, requires_grad=True), torch.zeros(size, dtype=torch.long)
        found, wanted = fast(x, t), module(x, t)
        torch.testing.assert_close(found, wanted)
        torch.testing.assert_close(torch.autograd.grad(found, x), torch.autograd.grad(wanted, x))


# --- other devices --------------------------------------------------------------------------------


class Counting(TorchDispatchMode):
    def __init__(self):
        super().__init__()
        self.calls = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.calls.append(func)
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("gamma", [0, 1, 2, 1.5])
@pytest.mark.parametrize("alpha", [None, 0.25])
def test_a_training_step_on_another_device_takes_few_operations(gamma, alpha):
    """Each is a launch and a pass over memory; torchvision's formula takes 37."""
    inputs = torch.empty(1000, device="meta", requires_grad=True)
    targets = torch.empty(1000, device="meta")
    with Counting() as counting:
        S(inputs, targets, alpha, gamma, "sum").backward()
    assert len(counting.calls) <= 45


@pytest.mark.parametrize("classes", [False, True])
def test_nothing_waits_for_another_device(classes):
    """A look at a value is an operation that no meta tensor has."""
    inputs = torch.empty(4, 3, device="meta", requires_grad=True)
    if classes:
        loss = M(inputs, torch.empty(4, dtype=torch.long, device="meta"), [1.0, 2.0, 3.0])
    else:
        loss = S(inputs, torch.empty(4, 3, device="meta"), [0.1, 0.2, 0.3], ignore_index=-1)
    loss.sum().backward()
    assert inputs.grad.shape == (4, 3)
