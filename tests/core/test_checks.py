"""What cannot be used is refused with its name, its value and what would be allowed."""

import re

import numpy as np
import pytest

from focal_core.binary import FocalLoss
from focal_core.checks import check_between, check_numbers, check_same_shape, check_targets

METHODS = ["value", "gradient", "curvature", "value_and_gradient"]
NO_NUMBER = [
    np.array([1.0, 0.5]),
    np.array([0.5]),
    [0.5],
    True,
    np.bool(False),
    "0.5",
    0.5j,
    np.complex128(0.5),
]


def message_of(error, function, *arguments, **named):
    with pytest.raises(error) as caught:
        function(*arguments, **named)
    return str(caught.value)


@pytest.mark.parametrize("gamma", [-1.0, -1e-300, float("nan"), float("inf"), float("-inf")])
def test_gamma_outside_its_range_is_refused(gamma):
    assert message_of(ValueError, FocalLoss, gamma) == (
        f"gamma must be a number at least 0, got {gamma}"
    )


@pytest.mark.parametrize("gamma", [*NO_NUMBER, None], ids=repr)
def test_gamma_that_is_no_number_is_refused(gamma):
    message = message_of(ValueError, FocalLoss, gamma)
    assert message == f"gamma must be a number at least 0, got {gamma!r}"


def test_a_whole_gamma_too_large_for_a_float_is_refused():
    message = message_of(ValueError, FocalLoss, 10**400)
    assert message.startswith("gamma must be a number at least 0, got ")


@pytest.mark.parametrize("alpha", [-0.1, 1.5, 1 + 1e-15, float("nan"), float("inf")])
def test_alpha_outside_its_range_is_refused(alpha):
    message = message_of(ValueError, FocalLoss, alpha=alpha)
    assert message == f"alpha must be a number from 0 to 1, got {alpha}"


@pytest.mark.parametrize("alpha", NO_NUMBER, ids=repr)
def test_alpha_that_is_no_number_is_refused(alpha):
    message = message_of(ValueError, FocalLoss, alpha=alpha)
    assert message == f"alpha must be a number from 0 to 1, got {alpha!r}"


def test_minus_one_does_not_switch_alpha_off():
    assert "alpha" in message_of(ValueError, FocalLoss, 2, -1)


@pytest.mark.parametrize(
    "number", [2, 2.0, np.int64(2), np.float32(2), np.float64(2), np.array(2), np.array(2.0)]
)
def test_any_single_number_becomes_a_float(number):
    loss = FocalLoss(number)
    assert type(loss.gamma) is float
    assert loss.gamma == 2
    assert hash(loss) == hash(FocalLoss(2.0))


def test_the_ends_of_a_range_are_allowed_unless_excluded():
    assert check_between("alpha", 0, 0, 1) == 0
    assert check_between("alpha", 1, 0, 1) == 1
    for end in (0, 1):
        message = message_of(ValueError, check_between, "p_t", end, 0, 1, ends=False)
        assert message == f"p_t must be a number between 0 and 1, ends excluded, got {float(end)}"
    message = message_of(ValueError, check_between, "width", 0, 0, ends=False)
    assert message == "width must be a number above 0, got 0.0"


@pytest.mark.parametrize("method", METHODS)
def test_nan_logits_are_counted_and_the_first_is_located(method):
    logits = np.array([[0.0, 1.0, np.nan], [np.nan, np.inf, -1.0]])
    message = message_of(ValueError, getattr(FocalLoss(), method), logits, 1)
    assert re.search(r"^logits .*not NaN.* 2 of 6 .* index 2 \(nan\)$", message)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("targets", "count", "first"),
    [
        ([0, 1, 2, 1, 3], "2 of 5", "index 2 (2.0)"),
        ([0.5, -0.25, 1], "1 of 3", "index 1 (-0.25)"),
        ([1, 0, -np.inf], "1 of 3", "index 2 (-inf)"),
        (-1, "1 of 1", "index 0 (-1.0)"),
        ([1, 1.001], "1 of 2", "index 1 (1.001)"),
    ],
)
def test_targets_outside_0_to_1_are_counted_and_the_first_is_located(method, targets, count, first):
    message = message_of(ValueError, getattr(FocalLoss(), method), np.zeros(()), targets)
    assert message.startswith("targets must be between 0 and 1")
    assert count in message
    assert message.endswith(first)


def test_nan_targets_are_named_as_targets():
    message = message_of(ValueError, FocalLoss().value, [0.0, 0.0], [1, np.nan])
    assert re.search(r"^targets .*not NaN.* 1 of 2 .* index 1 ", message)
    assert "targets" in message_of(ValueError, FocalLoss().weight, [np.nan])


def test_weights_of_impossible_targets_are_refused():
    message = message_of(ValueError, FocalLoss(alpha=0.25).weight, [0, 2])
    assert re.search(r"^targets must be between 0 and 1.* 1 of 2 .* index 1 \(2\.0\)$", message)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shapes", [((2, 3), (2,)), ((4, 1), (4,)), ((1,), (4,)), ((2, 3), (3,))])
def test_unequal_shapes_are_both_named(method, shapes):
    logits, targets = map(np.zeros, shapes)
    message = message_of(ValueError, getattr(FocalLoss(), method), logits, targets)
    assert f"logits of shape {shapes[0]}" in message
    assert f"targets of shape {shapes[1]}" in message


def test_a_single_number_goes_with_any_shape():
    assert check_same_shape(np.zeros((2, 1)), np.zeros(())) is None
    assert FocalLoss().value(0, np.zeros((2, 3))).shape == (2, 3)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([1 + 0j], "complex128"),
        (["1"], "<U1"),
        ([b"1"], "|S1"),
        (np.array([0.5], object), "object"),
        (None, "object"),
        (np.array(["2020-01-01"], "M8[D]"), "datetime64[D]"),
    ],
    ids=["complex", "string", "bytes", "object", "none", "date"],
)
def test_what_is_not_a_real_number_is_a_type_error(method, values, dtype):
    method = getattr(FocalLoss(), method)
    for name, arguments in (("logits", (values, 1)), ("targets", (0.0, values))):
        message = message_of(TypeError, method, *arguments)
        assert message == f"{name} must be real numbers, got dtype {dtype}"


@pytest.mark.parametrize("shape", [(0,), (3, 0)])
@pytest.mark.parametrize("method", ["value", "gradient", "curvature"])
def test_no_examples_have_no_losses(method, shape):
    for dtype in (np.float32, np.float64):
        empty = np.empty(shape, dtype)
        result = getattr(FocalLoss(2, 0.25), method)(empty, empty)
        assert result.shape == shape
        assert result.dtype == dtype
    assert FocalLoss().value([], []).shape == (0,)


def test_infinities_are_numbers():
    assert check_numbers("logits", [np.inf, -np.inf]).tolist() == [np.inf, -np.inf]


def test_only_float32_keeps_its_type():
    assert check_numbers("logits", np.zeros(1, np.float32)).dtype == np.float32
    for kind in (bool, np.int8, np.uint64, np.float16, np.longdouble):
        assert check_numbers("logits", np.ones(1, kind)).dtype == np.float64
        assert check_targets(np.ones(1, kind)).tolist() == [1]
