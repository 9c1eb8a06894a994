"""The few checks that every argument passes, with messages that name argument, range and value."""

import math
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.floating]

LARGEST_EXPONENT = 1e15
"""From here on (1 - p_t)**gamma is 0 or 1 in any float type and gamma**2 still finite."""


def check_between(
    name: str, value: object, low: float, high: float = math.inf, *, ends: bool = True
) -> float:
    """Return value as a float; ValueError unless it is one finite number from low to high.

    ends: whether low and high themselves are allowed.
    """
    allowed = _range_in_words(low, high, ends=ends)
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, bool | np.bool) or not isinstance(value, Real):
        raise ValueError(f"{name} must be a number {allowed}, got {value!r}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    inside = low <= number <= high if ends else low < number < high
    if not (math.isfinite(number) and inside):
        raise ValueError(f"{name} must be a number {allowed}, got {number}")
    return number


def check_whole(name: str, value: object, low: float, high: float = math.inf) -> int:
    """Return value as an int; ValueError unless it is one whole number from low to high."""
    number = check_between(name, value, low, high)
    if not number.is_integer():
        raise ValueError(f"{name} must be a whole number, got {number}")
    return int(number)


def check_ignore_index(value: object) -> int | None:
    """Return value as an int; ValueError unless it is None or one whole number, also below 0."""
    if value is None:
        return None
    number: Any = value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value
    is_real = isinstance(number, Real) and not isinstance(number, bool | np.bool)
    if not is_real or not float(number).is_integer():
        raise ValueError(f"ignore_index must be None or a whole number, got {value!r}")
    return int(float(number))


def check_numbers(name: str, values: ArrayLike) -> Floats:
    """Return values as a float array (float32 stays, all else becomes float64).

    TypeError for complex numbers, strings and objects; ValueError for NaN, with count and first
    index. Infinities pass: every loss has a limit there.
    """
    array = as_floats(name, values)
    if math.isnan(largest_size(array)):
        _refuse(name, array, np.isnan(array), "numbers, not NaN")
    return array


def as_floats(name: str, values: ArrayLike) -> Floats:
    """Return values as a float array; TypeError for complex numbers, strings and objects."""
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be real numbers, got dtype {array.dtype}")
    return array if array.dtype == np.float32 else array.astype(np.float64, copy=False)


def largest_size(array: Floats) -> float:
    """The largest absolute value: NaN if any entry is NaN, 0 if there is none.

    Two passes without a copy and without BLAS, whose threads wait for each other on busy cores.
    """
    return float(np.maximum(-array.min(initial=0), array.max(initial=0)))


def check_unit(name: str, values: ArrayLike, *, ends: bool = True) -> Floats:
    """Return values as floats; ValueError, with count and first index, unless all are in [0, 1].

    ends: whether 0 and 1 themselves are allowed.
    """
    array = check_numbers(name, values)
    if ends:
        _refuse(name, array, (array < 0) | (array > 1), "between 0 and 1")
    else:
        _refuse(name, array, (array <= 0) | (array >= 1), "between 0 and 1, ends excluded")
    return array


def check_targets(targets: ArrayLike) -> Floats:
    """Return targets as floats; ValueError unless each lies in [0, 1]."""
    array = as_floats("targets", targets)
    return array if all_certain(array) else check_unit("targets", array)


def all_certain(targets: Floats) -> bool:
    """Whether each target is 0 or 1."""
    return not ((targets != 0) & (targets != 1)).any()


def check_same_shape(logits: Floats, targets: Floats) -> None:
    """ValueError that names both shapes, unless they are equal or one is a single number.

    Shapes such as (4, 1) and (4,) broadcast to (4, 4), which nobody means.
    """
    if logits.shape != targets.shape and logits.ndim > 0 and targets.ndim > 0:
        raise ValueError(
            f"logits of shape {logits.shape} and targets of shape {targets.shape} must have the "
            "same shape, or one of them must be a single number"
        )


def _range_in_words(low: float, high: float, *, ends: bool) -> str:
    if math.isinf(high):
        return f"at least {low:g}" if ends else f"above {low:g}"
    return f"from {low:g} to {high:g}" if ends else f"between {low:g} and {high:g}, ends excluded"


def _refuse(name: str, array: Floats, bad: NDArray[np.bool], allowed: str) -> None:
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise ValueError(
            f"{name} must be {allowed}: {np.count_nonzero(bad)} of {array.size} are not, "
            f"the first at flat index {first} ({array.flat[first]})"
        )


def check_label_smoothing(value: object) -> float:
    """Return value as a float; ValueError unless it is one number from 0 to below 1."""
    smoothing = check_between("label_smoothing", value, 0, 1)
    if smoothing == 1:
        raise ValueError("label_smoothing must be a number from 0 to 1, 1 excluded, got 1.0")
    return smoothing


def check_class_weights(weights: object) -> tuple[float, ...]:
    """Return weights as a tuple; ValueError unless they are one number, 0 or more, per class."""
    array = np.asarray(weights)
    if array.ndim != 1 or array.size < 2 or array.dtype.kind not in "iuf":
        raise ValueError(
            "alpha must be None or a sequence of one weight per class, each at least 0, "
            f"got {weights!r}"
        )
    if not np.all((array >= 0) & np.isfinite(array)):
        raise ValueError(
            f"alpha must hold one finite weight per class, each at least 0, got {array.tolist()}"
        )
    return tuple(float(weight) for weight in array)


def check_class_count(classes: int, alpha: tuple[float, ...] | None) -> None:
    """ValueError unless there are at least 2 classes and alpha, if given, has a weight for each."""
    if classes < 2:
        raise ValueError(f"logits must have at least 2 classes, got {classes}")
    if alpha is not None and len(alpha) != classes:
        raise ValueError(
            f"alpha must hold one weight per class: {classes} classes, got {len(alpha)} weights"
        )


def check_class_shapes(logits: Floats, targets: NDArray[Any]) -> None:
    """ValueError unless targets are one class, one for each example, or probabilities of classes.

    Integers of the logits' shape are neither: class numbers need one axis less, and one-hot rows
    are probabilities only as floating point.
    """
    of_labels, of_classes = logits.shape[:-1], logits.shape
    is_float = targets.dtype.kind == "f"
    if (
        targets.ndim == 0
        or targets.shape == of_labels
        or (is_float and targets.shape == of_classes)
    ):
        return
    raise ValueError(
        f"logits of shape {of_classes} (classes last) need targets of shape {of_labels}, class "
        f"numbers, or of shape {of_classes}, probabilities as floating point; got shape "
        f"{targets.shape}, dtype {targets.dtype}"
    )


def check_labels(targets: ArrayLike, classes: int) -> NDArray[np.intp]:
    """Return targets as class numbers from 0 to classes - 1.

    TypeError unless they are whole numbers by dtype; IndexError, with count and first index, for
    one that is no class.
    """
    array = np.asarray(targets)
    if array.dtype.kind not in "iu" and array.size > 0:
        raise TypeError(f"targets must be integer class numbers, got dtype {array.dtype}")
    bad = (array < 0) | (array >= classes)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise IndexError(
            f"targets must be class numbers from 0 to {classes - 1}: {np.count_nonzero(bad)} of "
            f"{array.size} are not, the first at flat index {first} ({array.flat[first]})"
        )
    return array.astype(np.intp, copy=False)
