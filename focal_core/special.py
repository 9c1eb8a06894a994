"""SciPy's functions, each loaded by the first who calls it.

SciPy takes as long to load as NumPy and this package together, and the pages that a server shows
first need none of it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from focal_core.checks import Floats

# ruff: noqa: PLC0415


def root(function: Callable[[float], float], low: float, high: float, *, within: float) -> float:
    """Where a function is 0 that has another sign at `low` than at `high`. Brent's method."""
    from scipy.optimize import brentq

    return float(brentq(function, low, high, xtol=within, maxiter=1000))


def roots(
    function: Callable[..., Floats], low: Floats, high: Floats, *others: Floats, **within: float
) -> Floats:
    """The same for each element of arrays of one shape, with the others as further arguments."""
    from scipy.optimize.elementwise import find_root

    found: Any = find_root(function, (low, high), args=others, tolerances=within)
    return np.asarray(found.x)


def expit(logits: ArrayLike) -> Any:
    """1 / (1 + exp(-logits)), to the last digit."""
    from scipy.special import expit as of_scipy

    return of_scipy(logits)


def xlogy(x: ArrayLike, y: ArrayLike) -> Any:
    """X ln y, and 0 where x is 0."""
    from scipy.special import xlogy as of_scipy

    return of_scipy(x, y)


def xlog1py(x: ArrayLike, y: ArrayLike) -> Any:
    """X ln(1 + y), and 0 where x is 0."""
    from scipy.special import xlog1py as of_scipy

    return of_scipy(x, y)


def digamma(x: ArrayLike) -> Any:
    """The logarithmic derivative of the gamma function."""
    from scipy.special import digamma as of_scipy

    return of_scipy(x)
