"""From probabilities to logits and back."""

import numpy as np
from numpy.typing import ArrayLike

from focal_core.checks import Floats, check_numbers


def logit(probability: ArrayLike) -> Floats:
    """Logit of each probability, 0 to 1 (0 and 1 give the infinities), else ValueError."""
    p = check_numbers("probability", probability)
    if np.any((p < 0) | (p > 1)):
        raise ValueError(f"probability must be between 0 and 1, got {p.min():g} to {p.max():g}")
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(p) - np.log1p(-p))
