"""What other libraries' own tests ask of a focal loss, asked of ours.

Retold in our words from the public suites of torchvision (test/test_ops.py), fvcore
(tests/test_focal_loss.py), kornia (tests/losses and tests/integration), MONAI
(tests/losses/test_focal_loss.py), optax (_classification_test.py), mmcv
(tests/test_ops/test_focal_loss.py) and Keras (losses_test.py); numbers are theirs.

One convention differs among them: what a soft target means. Ours is torchvision's, fvcore's,
optax's and Keras': p_t is mixed by the target and multiplies binary cross entropy. kornia mixes
the losses of both classes instead, MONAI the logit. We keep the first because the function is to
take torchvision's place, where training targets are often softened or mixed.

Two asserts of theirs we ask with a tolerance: that float32 focal loss at gamma 0 is, or is at
most, torch's float32 cross entropy to the last bit. Torch's own loses digits of easy negatives
there, ours does not, so the comparison is made in float64 or within rounding.
"""

import numpy as np
import pytest
import torch
from torch.autograd import gradcheck
from torch.nn.functional import (
    binary_cross_entropy_with_logits,
    cross_entropy,
    one_hot,
)

from focal_core.torch_losses import (
    SigmoidFocalLoss,
    SoftmaxFocalLoss,
    sigmoid_focal_loss,
    softmax_focal_loss,
)

pytestmark = pytest.mark.usefixtures("one_thread")


def logit(p):
    return torch.log(torch.as_tensor(p)) - torch.log1p(-torch.as_tensor(p))


def by_hand(inputs, targets, alpha, gamma):
    """alpha_t (1 - p_t)**gamma, the factor on cross entropy, in probabilities."""
    p = torch.sigmoid(inputs)
    p_t = p * targets + (1 - p) * (1 - targets)
    factor = (1 - p_t) ** gamma
    return factor if alpha < 0 else factor * (alpha * targets + (1 - alpha) * (1 - targets))


# --- torchvision ---------------------------------------------------------------------------------


def diverse(seed, dtype=torch.float64):
    """Small, large and any probabilities against negatives, positives and both."""
    generator = torch.Generator().manual_seed(seed)
    inputs, targets = [], []
    for low, high in ((0.0, 0.2), (0.8, 1.0), (0.0, 1.0)):
        for kind in ("zeros", "ones", "both"):
            p = low + (high - low) * torch.rand(5, 2, generator=generator, dtype=dtype)
            inputs.append(logit(p.clamp(1e-6, 1 - 1e-6)))
            both = torch.randint(0, 2, (5, 2), generator=generator).to(dtype)
            targets.append({"zeros": both * 0, "ones": both * 0 + 1, "both": both}[kind])
    return torch.cat(inputs), torch.cat(targets)


@pytest.mark.parametrize("alpha", [-1.0, 0.0, 0.58, 1.0])
@pytest.mark.parametrize("gamma", [0, 2])
@pytest.mark.parametrize("seed", [0, 1])
def test_torchvision_the_ratio_to_cross_entropy_is_the_factor(alpha, gamma, seed):
    inputs, targets = diverse(seed)
    focal = sigmoid_focal_loss(inputs, targets, gamma=gamma, alpha=alpha, reduction="none")
    plain = binary_cross_entropy_with_logits(inputs, targets, reduction="none")
    assert torch.all(focal <= plain * (1 + 1e-9))
    expected = by_hand(inputs, targets, alpha, gamma)
    torch.testing.assert_close(focal / plain, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("seed", [2, 3])
def test_torchvision_without_alpha_and_gamma_it_is_cross_entropy(dtype, reduction, seed):
    inputs, targets = diverse(seed, dtype)
    ours, theirs = inputs.clone().requires_grad_(), inputs.clone().requires_grad_()
    focal = sigmoid_focal_loss(ours, targets, gamma=0, alpha=-1, reduction=reduction)
    plain = binary_cross_entropy_with_logits(theirs, targets, reduction=reduction)
    torch.testing.assert_close(focal, plain)
    focal.backward()
    plain.backward()
    torch.testing.assert_close(ours.grad, theirs.grad)


def test_torchvision_an_unknown_reduction_is_invalid():
    with pytest.raises(ValueError, match="Invalid"):
        sigmoid_focal_loss(*diverse(0), 0.25, 2, "xyz")


# --- fvcore --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("probabilities", "targets", "reduction"),
    [
        ([0.95, 0.90, 0.98, 0.99], [1, 1, 1, 1], "mean"),
        ([0.05, 0.9, 0.52, 0.45, 0.89, 0.8, 0.39, 0.5], [1, 0, 1, 0, 1, 1, 0, 1], "mean"),
        ([0.05, 0.12, 0.89, 0.79], [1, 1, 0, 0], "sum"),
        (
            [
                [0.95, 0.55, 0.12, 0.05],
                [0.09, 0.95, 0.36, 0.11],
                [0.06, 0.12, 0.56, 0.07],
                [0.09, 0.15, 0.25, 0.45],
            ],
            np.eye(4).tolist(),
            "mean",
        ),
    ],
)
def test_fvcore_gamma_zero_is_cross_entropy(probabilities, targets, reduction):
    inputs = logit(torch.tensor(probabilities)).requires_grad_()
    targets = torch.tensor(targets, dtype=torch.float32)
    focal = sigmoid_focal_loss(inputs, targets, gamma=0, alpha=-1, reduction=reduction)
    plain = binary_cross_entropy_with_logits(inputs, targets, reduction=reduction)
    torch.testing.assert_close(focal, plain, rtol=1e-6, atol=0)
    gradients = [torch.autograd.grad(loss, inputs)[0] for loss in (focal, plain)]
    torch.testing.assert_close(*gradients)


@pytest.mark.parametrize(
    ("probabilities", "alpha"),
    [([0.05, 0.12, 0.09, 0.17], -1), ([0.95, 0.90, 0.6, 0.3], 0.5)],
)
def test_fvcore_easy_and_hard_examples_differ_by_the_factor(probabilities, alpha):
    inputs = logit(torch.tensor(probabilities, dtype=torch.float64))
    targets = torch.ones_like(inputs)
    focal = sigmoid_focal_loss(inputs, targets, gamma=2, alpha=alpha)
    ratio = binary_cross_entropy_with_logits(inputs, targets, reduction="none") / focal
    torch.testing.assert_close(ratio, 1 / by_hand(inputs, targets, alpha, 2))


@pytest.mark.parametrize(("alpha", "ignored"), [(1, 0), (0, 1)])
def test_fvcore_alpha_at_its_ends_silences_one_class(alpha, ignored):
    inputs = logit(torch.tensor([0.05, 0.12, 0.89, 0.79]))
    targets = torch.tensor([1.0, 1.0, 0.0, 0.0])
    focal = sigmoid_focal_loss(inputs, targets, gamma=2, alpha=alpha)
    assert torch.all(focal[targets == ignored] == 0)
    assert torch.all(focal[targets != ignored] > 0)


# --- kornia --------------------------------------------------------------------------------------


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_kornia_gamma_zero_with_soft_labels_is_cross_entropy(reduction):
    generator = torch.Generator().manual_seed(0)
    logits, labels = (torch.rand(2, 3, 2, generator=generator) for _ in range(2))
    focal = sigmoid_focal_loss(logits, labels, None, 0, reduction)
    plain = binary_cross_entropy_with_logits(logits, labels, reduction=reduction)
    torch.testing.assert_close(focal, plain)
    weight = torch.rand(3, 1, generator=generator)
    focal = sigmoid_focal_loss(logits, labels, None, 0, reduction, weight=weight)
    plain = binary_cross_entropy_with_logits(logits, labels, weight, reduction=reduction)
    torch.testing.assert_close(focal, plain)


@pytest.mark.parametrize(("reduction", "shape"), [("none", (2, 3, 2)), ("mean", ()), ("sum", ())])
@pytest.mark.parametrize("alpha", [None, 0.2, 0.5])
@pytest.mark.parametrize("gamma", [0.0, 1.0, 2.0])
def test_kornia_shapes(reduction, shape, alpha, gamma):
    logits = torch.rand(2, 3, 2)
    assert sigmoid_focal_loss(logits, torch.rand(2, 3, 2), alpha, gamma, reduction).shape == shape
    labels = torch.randint(3, (2, 2))
    expected = (2, 2) if reduction == "none" else ()
    assert softmax_focal_loss(logits, labels, None, gamma, reduction).shape == expected
    flat = torch.randint(3, (2,))
    expected = (2,) if reduction == "none" else ()
    assert softmax_focal_loss(logits[..., 0], flat, (0.2, 0.5, 0.8), gamma, reduction).shape == (
        expected
    )


def test_kornia_gradients_by_logits_and_labels():
    generator = torch.Generator().manual_seed(0)
    logits, labels = (
        torch.rand(2, 3, 2, generator=generator, dtype=torch.float64).requires_grad_()
        for _ in range(2)
    )
    assert gradcheck(lambda x, t: sigmoid_focal_loss(x, t, 0.25, 2.0), (logits, labels))


def test_kornia_sure_and_right_costs_nothing():
    loss = sigmoid_focal_loss(torch.tensor([[100.0, -100.0]]), torch.tensor([[1.0, 0.0]]))
    torch.testing.assert_close(loss, torch.zeros(1, 2))


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("gamma", [0.0, 2.0])
@pytest.mark.parametrize("alpha", [None, (0.5, 1.5)])
@pytest.mark.parametrize("extreme", [torch.finfo(torch.float32).max, np.inf, np.nan])
def test_kornia_ignored_logits_may_be_anything(reduction, gamma, alpha, extreme):
    labels = torch.tensor([-100, 0])
    found = []
    for first in ([extreme, -extreme], [0.0, 0.0]):
        logits = torch.tensor([first, [0.0, 0.0]], requires_grad=True)
        loss = softmax_focal_loss(logits, labels, alpha, gamma, reduction)
        (gradient,) = torch.autograd.grad(loss.sum(), logits)
        assert torch.all(gradient[0] == 0)
        found.append((loss, gradient))
    torch.testing.assert_close(*found)


@pytest.mark.parametrize("ignore_index", [-100, 255])
def test_kornia_ignoring_is_like_a_further_impossible_class(ignore_index):
    generator = torch.Generator().manual_seed(0)
    logits = torch.rand(2, 3, 3, 2, generator=generator)
    labels = torch.randint(3, (2, 3, 2), generator=generator)
    ignored = torch.rand(2, 3, 2, generator=generator) > 0.6
    further = torch.cat([logits, torch.full((2, 1, 3, 2), -torch.inf)], 1)
    expected = softmax_focal_loss(further, labels, None, 0.5, "none").masked_fill(ignored, 0)
    labels = labels.masked_fill(ignored, ignore_index)
    actual = softmax_focal_loss(logits, labels, None, 0.5, "none", ignore_index=ignore_index)
    torch.testing.assert_close(actual, expected)


def test_kornia_a_small_network_learns_a_square():
    """Two convolutions trained with focal loss find the inner square of a noisy picture."""
    torch.manual_seed(0)
    target = torch.zeros(1, 6, 5, dtype=torch.int64)
    target[..., 1:-1, 1:-1] = 1
    network = torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3, padding=1), torch.nn.ReLU(), torch.nn.Conv2d(4, 2, 3, padding=1)
    )
    criterion, optimizer = SoftmaxFocalLoss(gamma=2), torch.optim.Adam(network.parameters(), 0.02)
    for _ in range(150):
        picture = target[:, None].float() + 0.1 * torch.rand(1, 1, 6, 5)
        loss = criterion(network(picture), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    answer = network(target[:, None].float()).argmax(1)
    assert (answer != target).float().mean() < 0.1


# --- MONAI ---------------------------------------------------------------------------------------

PICTURE = torch.tensor([[[1.0, 1.0], [0.5, 0.0]]]).repeat(3, 1, 1)[None]  # (1, 3, 2, 2)
CLASSES = torch.tensor([[[0, 1], [2, 0]]])
EACH_CLASS = one_hot(CLASSES, 3).permute(0, 3, 1, 2).float()


def test_monai_a_picture_of_three_sigmoid_classes():
    each = sigmoid_focal_loss(PICTURE, EACH_CLASS, None)
    expected = torch.tensor(
        [
            [[0.02266, 0.70187], [0.37741, 0.17329]],
            [[0.70187, 0.02266], [0.37741, 0.17329]],
            [[0.70187, 0.70187], [0.06757, 0.17329]],
        ]
    )[None]
    torch.testing.assert_close(each, expected, atol=1e-4, rtol=1e-4)
    assert each.mean().item() == pytest.approx(0.34959, rel=1e-4)
    without_background = sigmoid_focal_loss(PICTURE[:, 1:], EACH_CLASS[:, 1:], None, 2, "mean")
    assert without_background.item() == pytest.approx(0.36498, rel=1e-4)
    weight = torch.tensor([0.5, 0.1, 0.2]).view(3, 1, 1)
    weighed = sigmoid_focal_loss(PICTURE, EACH_CLASS, None, weight=weight)
    torch.testing.assert_close(weighed, weight * expected, atol=1e-4, rtol=1e-4)


def test_monai_a_picture_with_alpha():
    loss = sigmoid_focal_loss(PICTURE, EACH_CLASS, 0.8, 2, "mean")
    assert loss.item() == pytest.approx(0.08423, rel=2e-4)


def test_monai_the_same_picture_with_one_softmax():
    """Theirs is a mean over classes too; every p is 1/3 here. alpha 0.8 weighs background 0.2."""
    loss = softmax_focal_loss(PICTURE, CLASSES, None, 2, "mean") / 3
    assert loss.item() == pytest.approx(0.16276, rel=1e-4)
    loss = softmax_focal_loss(PICTURE, CLASSES, (0.2, 0.8, 0.8), 2, "mean") / 3
    assert loss.item() == pytest.approx(0.08138, rel=1e-4)


def test_monai_foreground_and_background_of_one_pixel():
    target = torch.cat([torch.ones(1, 1, 5, 5), torch.zeros(1, 1, 5, 5)], 1)
    picture = target.clone()
    target[:, 0, 2, 2], target[:, 1, 2, 2] = 0, 1
    both = sigmoid_focal_loss(picture, target, None, 2, "mean")
    assert both.item() == pytest.approx(0.1116, abs=1e-3)
    foreground = sigmoid_focal_loss(picture[:, 1:], target[:, 1:], None, 2, "mean")
    assert foreground.item() == pytest.approx(0.1733, abs=1e-3)


@pytest.mark.parametrize("reduction", ["none", "mean"])
def test_monai_gamma_zero_is_cross_entropy_and_gamma_a_tenth_is_not(reduction):
    generator = torch.Generator().manual_seed(0)
    inputs = torch.rand(16, 10, 8, 4, generator=generator)
    targets = torch.randint(0, 2, (16, 10, 8, 4), generator=generator).float()
    plain = binary_cross_entropy_with_logits(inputs, targets, reduction=reduction)
    focal = sigmoid_focal_loss(inputs, targets, None, 0, reduction)
    torch.testing.assert_close(focal, plain, atol=1e-6, rtol=1e-6)
    nearly = sigmoid_focal_loss(inputs, targets, None, 0.1, reduction)
    assert (nearly - plain).abs().max() > 1e-3


@pytest.mark.parametrize("classes", [2, 6])
@pytest.mark.parametrize("scale", [100, 1000])
def test_monai_very_good_predictions_cost_nothing(classes, scale):
    target = torch.zeros(1, 4, 4, dtype=torch.int64)
    target[:, 1:3, 1:3] = torch.tensor([[1, classes - 1], [0, 1]])
    each_class = one_hot(target, classes).permute(0, 3, 1, 2).float()
    very_good = scale * each_class - scale / 2
    for alpha in (None, 0.5):
        loss = sigmoid_focal_loss(very_good, each_class, alpha, 2, "mean")
        assert loss.item() == pytest.approx(0, abs=1e-3)
        loss = softmax_focal_loss(very_good, target, alpha and (alpha,) * classes)
        assert loss.item() == pytest.approx(0, abs=1e-3)


def test_monai_ill_options_and_shapes():
    with pytest.raises(ValueError, match="reduction"):
        SigmoidFocalLoss(reduction="unknown")
    with pytest.raises(ValueError, match="shape"):
        sigmoid_focal_loss(torch.ones(1, 2, 3), torch.ones(1, 3))
    for weights in ((1.0, 1.0, 2.0), (1.0, 1.0, 1.0, -1.0)):
        with pytest.raises(ValueError, match="alpha must hold one"):
            softmax_focal_loss(torch.ones(1, 4, 3), torch.zeros(1, 3).long(), weights)


# --- optax ---------------------------------------------------------------------------------------

SCORES = torch.tensor([[2.0, 0.1, -2.0], [0.3, -0.1, 1.2]], dtype=torch.float64)
TRUTHS = torch.tensor([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]], dtype=torch.float64)


def test_optax_focal_equals_cross_entropy_and_scales_by_the_factor():
    plain = binary_cross_entropy_with_logits(SCORES, TRUTHS, reduction="none")
    focal = sigmoid_focal_loss(SCORES, TRUTHS, None, 0)
    torch.testing.assert_close(focal, plain, rtol=1e-6, atol=0)
    ratio = sigmoid_focal_loss(SCORES, TRUTHS, None, 2) / plain
    torch.testing.assert_close(ratio, by_hand(SCORES, TRUTHS, -1, 2), rtol=1e-6, atol=0)
    only_positives = sigmoid_focal_loss(SCORES, TRUTHS, 1, 0)
    torch.testing.assert_close(only_positives, plain * TRUTHS, rtol=1e-6, atol=0)


@pytest.mark.parametrize(
    ("probabilities", "alpha"),
    [([0.9, 0.98, 0.3, 0.99], 0.5), ([0.1, 0.02, 0.09, 0.15], None)],
)
def test_optax_large_logits_are_reduced_and_small_ones_keep_their_weight(probabilities, alpha):
    inputs = logit(torch.tensor(probabilities, dtype=torch.float64))
    ones = torch.ones_like(inputs)
    focal = sigmoid_focal_loss(inputs, ones, alpha, 2)
    ratio = binary_cross_entropy_with_logits(inputs, ones, reduction="none") / focal
    expected = (1 / (alpha or 1)) / (1 - torch.sigmoid(inputs)) ** 2
    torch.testing.assert_close(ratio, expected, rtol=1e-6, atol=0)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
def test_optax_slopes_are_finite_at_extreme_logits(gamma):
    inputs = torch.tensor([-100.0, 100.0, -100.0, 100.0], requires_grad=True)
    targets = torch.tensor([0.0, 1.0, 1.0, 0.0])
    sigmoid_focal_loss(inputs, targets, None, gamma, "sum").backward()
    torch.testing.assert_close(inputs.grad, torch.tensor([0.0, 0.0, -1.0, 1.0]))


# --- mmcv ----------------------------------------------------------------------------------------

MMCV = [
    (
        [[1.0, 0], [0, 1.0]],
        [0, 1],
        (0.00566451, [[-0.00657264, 0.00657264], [0.00657264, -0.00657264]]),
        (0.13562961, [[-0.00657264, 0.11185755], [0.11185755, -0.00657264]]),
    ),
    (
        [[1.0, 0, -1.0], [0, 1.0, 2.0]],
        [2, 1],
        (
            0.34956908,
            [[0.10165970, 0.03739851, -0.13905823], [0.01227554, -0.10298023, 0.09070466]],
        ),
        (
            1.10251057,
            [[0.28808805, 0.11185755, -0.09602935], [0.11185755, -0.00657264, 0.40376765]],
        ),
    ),
    (
        [[1e-6, 2e-6, 3e-6], [4e-6, 5e-5, 6e-4], [7e-3, 8e-2, 9e-1]],
        [1, 2, 0],
        (
            0.15754992,
            [
                [0.02590877, -0.05181759, 0.02590882],
                [0.02589641, 0.02589760, -0.05179400],
                [-0.07307514, 0.02234372, 0.05073142],
            ],
        ),
        (
            0.42287254,
            [
                [0.07457182, -0.02485716, 0.07457201],
                [0.07457211, 0.07457669, -0.02483728],
                [-0.02462499, 0.08277918, 0.18050370],
            ],
        ),
    ),
]


@pytest.mark.parametrize(("logits", "labels", "softmax", "sigmoid"), MMCV)
def test_mmcv_values_and_gradients(logits, labels, softmax, sigmoid):
    """Their alpha 0.25 weighs every softmax class alike; their means divide by the examples."""
    inputs = torch.tensor(logits, requires_grad=True)
    labels = torch.tensor(labels)
    classes = inputs.shape[1]
    loss = softmax_focal_loss(inputs, labels, (0.25,) * classes, 2)
    assert loss.item() == pytest.approx(softmax[0], rel=1e-5)
    gradient = torch.autograd.grad(loss, inputs)[0]
    torch.testing.assert_close(gradient, torch.tensor(softmax[1]), rtol=1e-4, atol=1e-7)
    each_class = one_hot(labels, classes)
    loss = sigmoid_focal_loss(inputs, each_class, 0.25, 2, "sum", normalizer=len(labels))
    assert loss.item() == pytest.approx(sigmoid[0], rel=1e-5)
    gradient = torch.autograd.grad(loss, inputs)[0]
    torch.testing.assert_close(gradient, torch.tensor(sigmoid[1]), rtol=1e-4, atol=1e-7)


# --- Keras ---------------------------------------------------------------------------------------

KERAS_TRUTH = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
KERAS_OUTPUT = logit(torch.tensor([[0.9, 0.8], [0.7, 0.2]]))


def test_keras_binary_focal_cross_entropy():
    """Their alpha is off by default."""
    each = sigmoid_focal_loss(KERAS_OUTPUT, KERAS_TRUTH, None)
    torch.testing.assert_close(each.mean(1), torch.tensor([0.515547, 0.020513]), rtol=1e-4, atol=0)
    assert each.mean().item() == pytest.approx(0.268, abs=1e-3)
    targets = torch.tensor([[1.0, 1, 0], [0, 1, 0]])
    logits = torch.tensor([[1.5, -2.7, 2.9], [-3.8, 1.2, -4.5]])
    assert sigmoid_focal_loss(logits, targets, None, 3, "mean").item() == pytest.approx(
        0.799, abs=1e-3
    )


def test_keras_sample_weights():
    weight = torch.tensor([[1.2], [3.4]])
    loss = sigmoid_focal_loss(KERAS_OUTPUT, KERAS_TRUTH, None, 2, "mean", weight=weight)
    assert loss.item() == pytest.approx(0.34415, abs=1e-3)
    scalar = sigmoid_focal_loss(
        KERAS_OUTPUT, KERAS_TRUTH, None, 2, "mean", weight=torch.tensor(1.23)
    )
    assert scalar.item() == pytest.approx(0.3296, abs=1e-3)


def test_keras_categorical_focal_cross_entropy():
    """Their alpha 0.25 weighs every class alike."""
    logits = torch.tensor([[8.0, 1.0, 1.0], [0.0, 9.0, 1.0], [2.0, 3.0, 5.0]])
    labels, alpha = torch.tensor([0, 1, 2]), (0.25,) * 3
    each = softmax_focal_loss(logits, labels, alpha, 2, "none")
    expected = torch.tensor([1.5096224e-09, 2.4136547e-11, 1.0360638e-03])
    torch.testing.assert_close(each, expected, rtol=2e-3, atol=0)
    assert each.mean().item() == pytest.approx(0.000345, abs=1e-6)
    probabilities = torch.tensor([[0.9, 0.05, 0.05], [0.5, 0.89, 0.6], [0.05, 0.01, 0.94]])
    loss = softmax_focal_loss(probabilities.log(), labels, alpha)
    assert loss.item() == pytest.approx(0.02059, abs=1e-3)


def test_keras_label_smoothing():
    logits = torch.tensor([[4.9, -0.5, 2.05]])
    loss = softmax_focal_loss(logits, torch.tensor([0]), (0.25,) * 3, label_smoothing=0.1)
    assert loss.item() == pytest.approx(0.06685, abs=1e-5)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_torch_its_own_cross_entropy_is_the_softmax_form_at_gamma_zero(smoothing):
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(6, 4, generator=generator, dtype=torch.float64)
    labels = torch.tensor([0, 1, 2, 3, -100, 1])
    focal = softmax_focal_loss(logits, labels, None, 0, label_smoothing=smoothing)
    torch.testing.assert_close(focal, cross_entropy(logits, labels, label_smoothing=smoothing))
