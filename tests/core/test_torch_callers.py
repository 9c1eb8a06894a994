"""The PyTorch losses whoever calls: default devices, modes, threads, transforms, compilers."""

import math
import multiprocessing
import threading

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from focal_core import torch_chunks
from focal_core.torch_losses import (
    SigmoidFocalLoss,
    SoftmaxFocalLoss,
    sigmoid_focal_loss,
    softmax_focal_loss,
)

S, M = sigmoid_focal_loss, softmax_focal_loss
REDUCTIONS = ["none", "mean", "sum"]


pytestmark = pytest.mark.usefixtures("one_thread")


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


LABELS = torch.tensor([0, 1, 2, -100])
TARGETS = torch.linspace(0, 1, 12).view(4, 3)
WEIGHT = torch.linspace(0.5, 2, 12).view(4, 3)
CALLS = {
    "sigmoid": lambda x: S(x, TARGETS, 0.25, 1.7, "sum"),
    "sigmoid, certain": lambda x: S(x, (TARGETS > 0.5).long(), 0.75, 2, "mean"),
    "sigmoid, weighed": lambda x: S(x, TARGETS, None, 0.7, "none", weight=WEIGHT),
    "sigmoid, marks": lambda x: S(x, LABELS[:, None].clamp(-1, 1).expand(4, 3), ignore_index=-1),
    "sigmoid, classes": lambda x: S(x, TARGETS, [0.1, 0.2, 0.3], 0, "mean"),
    "softmax": lambda x: M(x, LABELS),
    "softmax, many classes": lambda x: M(x.repeat(1, 20), LABELS),
    "softmax, weighed": lambda x: M(x, LABELS, [1, 2, 3], 0.7, weighted_mean=True),
    "softmax, smoothed": lambda x: M(x, LABELS, [1, 2, 3], 0.7, "sum", label_smoothing=0.1),
    "softmax, probabilities": lambda x: M(x, TARGETS / 3, [1, 2, 3], 1, "none"),
}


def derivatives(loss):
    """Value, gradient and Hessian, in each way that PyTorch offers."""
    x = torch.linspace(-2, 2, 12, device="cpu").view(4, 3).requires_grad_()
    value = loss(x)
    (gradient,) = torch.autograd.grad(value.sum(), x)
    (to_differentiate,) = torch.autograd.grad(loss(x).sum(), x, create_graph=True)
    (row,) = torch.autograd.grad(to_differentiate[0, 0], x)
    alone = x.detach()
    jacobian = torch.autograd.functional.jacobian(lambda x: loss(x).sum(), alone, vectorize=True)
    hessian = torch.autograd.functional.hessian(lambda x: loss(x).sum(), alone, vectorize=True)
    by_func = torch.func.hessian(lambda x: loss(x).sum())(alone)
    return value.detach(), gradient, to_differentiate.detach(), jacobian, row, hessian, by_func


@pytest.mark.parametrize("name", CALLS)
def test_every_way_of_computing_gives_the_same_derivatives(name):
    _, gradient, *others, row, hessian, by_func = derivatives(CALLS[name])
    for other in others:
        torch.testing.assert_close(other, gradient)
    torch.testing.assert_close(row, hessian[0, 0])
    torch.testing.assert_close(by_func, hessian)


@pytest.mark.usefixtures("_nothing_kept")
@pytest.mark.parametrize("name", CALLS)
def test_every_way_of_computing_is_open_in_another_world(name):
    worlds = [torch.device("meta"), torch.autocast("cpu", dtype=torch.bfloat16)]
    found = []
    for world in worlds:
        with world:
            found.append(derivatives(CALLS[name]))
    torch.set_default_dtype(torch.float16)
    try:
        found.append(derivatives(lambda x: CALLS[name](x.float())))
    finally:
        torch.set_default_dtype(torch.float32)
    wanted = derivatives(CALLS[name])
    for each in found[:2]:
        torch.testing.assert_close(each, wanted)
    torch.testing.assert_close(found[2][0], wanted[0], rtol=1e-2, atol=1e-3)


def _child(answers):
    answers.put([loss.item() for loss in ordinary_losses(1.7)])


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="cannot fork")
def test_a_forked_process_computes_the_same():
    wanted = [loss.item() for loss in ordinary_losses(1.7)]
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=_child, args=(answers,))
    child.start()
    assert answers.get(timeout=60) == wanted
    child.join(timeout=60)


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


@pytest.mark.parametrize("name", CALLS)
def test_every_form_compiles(compiled, name):
    x = torch.linspace(-2, 2, 12).view(4, 3).requires_grad_()
    found, wanted = compiled(CALLS[name])(x), CALLS[name](x)
    torch.testing.assert_close(found, wanted)
    torch.testing.assert_close(
        torch.autograd.grad(found.sum(), x), torch.autograd.grad(wanted.sum(), x)
    )


SETTINGS = {
    "alpha": lambda x, value: S(x, TARGETS, value / 4, 2, "sum"),
    "normalizer": lambda x, value: S(x, TARGETS, reduction="sum", normalizer=value),
    "gamma of softmax": lambda x, value: M(x, LABELS, None, value),
    "label_smoothing": lambda x, value: M(x, LABELS, label_smoothing=value / 4),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_that_changes_from_step_to_step_compiles(compiled, name):
    step, x = compiled(SETTINGS[name]), torch.linspace(-2, 2, 12).view(4, 3)
    for value in (2.0, 1.5, 0.7, 3.3):
        torch.testing.assert_close(step(x, value), SETTINGS[name](x, value))


def test_an_alpha_that_is_a_tensor_compiles_and_can_be_mapped_over(compiled):
    x, alphas = torch.linspace(-2, 2, 12).view(4, 3), torch.tensor([0.1, 0.7])
    wanted = torch.stack([S(x, TARGETS, alpha.item()) for alpha in alphas])
    step = compiled(lambda alpha: S(x, TARGETS, alpha))
    torch.testing.assert_close(torch.stack([step(alpha) for alpha in alphas]), wanted)
    torch.testing.assert_close(torch.func.vmap(lambda a: S(x, TARGETS, a))(alphas), wanted)
    off = compiled(lambda alpha: S(x, TARGETS, alpha))(torch.tensor(-1.0))
    torch.testing.assert_close(off, S(x, TARGETS, None))


@pytest.mark.parametrize("name", ["sigmoid", "softmax"])
def test_a_compiled_backward_pass_gives_the_same_gradient(name):
    torch.compiler.reset()
    x = torch.linspace(-2, 2, 12).view(4, 3).requires_grad_()
    (wanted,) = torch.autograd.grad(CALLS[name](x), x)
    with torch._dynamo.config.patch(compiled_autograd=True):
        torch.compile(lambda loss: loss.backward(), backend="aot_eager")(CALLS[name](x))
    torch.testing.assert_close(x.grad, wanted)


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
