"""A round object in an image whose every pixel is classified: who pulls, under which loss."""

import math
from dataclasses import dataclass

import numpy as np

from focal_core.binary import FocalLoss
from focal_core.checks import Floats, check_between, check_whole
from focal_core.probability import logit

_TARGETS = np.array([0, 0, 1, 1])  # far background, boundary outside and inside, interior


@dataclass(frozen=True)
class PixelShares:
    """Parts of the summed absolute slope by the logit; they add up to 1."""

    background: float
    boundary: float
    interior: float


@dataclass(frozen=True)
class Disc:
    """A disc in a square image: all is learned but a band along its edge.

    foreground: the disc's part of the image, above 0, at most pi / 4. side: pixels of the image.
    band: pixels on each side of the edge, less than the radius. background_p_t, boundary_p_t,
    interior_p_t: probability given to the truth, ends of 0 to 1 excluded. ValueError otherwise.
    """

    foreground: float = 0.01
    side: int = 512
    band: float = 2.0
    background_p_t: float = 0.99
    boundary_p_t: float = 0.5
    interior_p_t: float = 0.95

    def __post_init__(self) -> None:
        check_between("foreground", self.foreground, 0, math.pi / 4, ends=False)
        check_whole("side", self.side, 1)
        check_between("band", self.band, 0, self.radius, ends=False)
        for name in ("background_p_t", "boundary_p_t", "interior_p_t"):
            check_between(name, getattr(self, name), 0, 1, ends=False)

    @property
    def radius(self) -> float:
        """Of the disc, in pixels."""
        return self.side * math.sqrt(self.foreground / math.pi)

    @property
    def counts(self) -> Floats:
        """Pixels: background beyond the band, band outside, band inside, interior; shape (4,)."""
        inner, edge, outer = (
            math.pi * (self.radius + step) ** 2 for step in (-self.band, 0.0, self.band)
        )
        return np.array([self.side**2 - outer, outer - edge, edge - inner, inner])

    @property
    def boundary_part(self) -> float:
        """The band's part of all pixels, 0 to 1."""
        return float(self.counts[1:3].sum() / self.counts.sum())

    def shares(self, loss: FocalLoss) -> PixelShares:
        """Under a loss that is summed over the pixels."""
        return self._parts(np.abs(loss.gradient(self._logits, _TARGETS)))

    def dice_shares(self) -> PixelShares:
        """Under soft Dice loss 1 - 2 sum(p t) / (sum p + sum t) of the whole image.

        Milletari et al. 2016 with plain sums in the denominator.
        """
        p = self._p
        overlap = float(np.sum(self.counts * p * _TARGETS))
        both = float(np.sum(self.counts * (p + _TARGETS)))
        by_p = 2 * (_TARGETS * both - overlap) / both**2
        return self._parts(np.abs(by_p) * p * (1 - p))

    @property
    def _p_t(self) -> Floats:
        return np.array(
            [self.background_p_t, self.boundary_p_t, self.boundary_p_t, self.interior_p_t]
        )

    @property
    def _p(self) -> Floats:
        return np.where(_TARGETS == 1, self._p_t, 1 - self._p_t)

    @property
    def _logits(self) -> Floats:
        return np.asarray(logit(self._p))

    def _parts(self, pull_of_each: Floats) -> PixelShares:
        pulls = self.counts * pull_of_each
        far, outside, inside, interior = (pulls / pulls.sum()).tolist()
        return PixelShares(far, outside + inside, interior)
