"""How a location's loss becomes brightness, and what is said of it under the pointer."""

import base64
import io
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from focal_core.checks import Floats
from focal_core.training.assignment import PER_CELL, STRIDES, anchor_boxes
from focal_core.training.scene import CELLS, SEEDS, SIDE, kinds_of_locations, make_scene
from focal_ui.figures.image.kinds import INKS
from focal_ui.words import _, kept, number, numeral, percent

FAINTEST, FINENESS, MEANS = -6.0, 0.06, 300  # of the scale of brightness, and of its words
RATE = 0.35  # brightness is 1 − exp(−RATE × a location's loss over the mean location's)


@lru_cache(maxsize=1)
def colors() -> NDArray[np.uint8]:
    """Of the 256 steps of brightness: red, green, blue, and how far they cover the image."""
    seen = 1 - np.exp(-RATE * _times())
    red = np.full(256, 255.0)
    green, blue = (np.interp(seen, (0, 0.5, 1), ends) for ends in ((70, 150, 250), (0, 30, 210)))
    return np.round(np.stack([red, green, blue, 255 * seen**0.7], axis=1)).astype(np.uint8)


def levels(times_the_mean: Floats) -> NDArray[np.uint8]:
    """A location's loss over the mean one's as a step of the scale; 0: less than e^-6."""
    with np.errstate(divide="ignore"):
        steps = np.round((np.log(times_the_mean) - FAINTEST) / FINENESS) + 1
    return np.clip(steps, 0, 255).astype(np.uint8)


def _times() -> Floats:
    """The inverse of `levels`, for each step."""
    steps = np.arange(256)
    return np.asarray(np.where(steps > 0, np.exp(FAINTEST + FINENESS * (steps - 1)), 0.0))


def lit(
    panel: str, shown: NDArray[np.uint8], total: float, told: Mapping[str, Any], name: str
) -> dict[str, Any]:
    """One image as a map. shown: `levels` of it; total: of the loss; told, name: for the script."""
    mean = total / CELLS**2
    offset = int(np.clip(round(np.log(mean) / FINENESS), -MEANS, MEANS)) + MEANS
    return {
        "type": "heatmap", "z": shown, "zmin": 0, "zmax": 255,
        "x0": 0.5, "y0": 0.5, "colorscale": _colorscale(), "showscale": False, "zsmooth": "best",
        "hoverinfo": "skip", "xaxis": f"x{panel}", "yaxis": f"y{panel}",
        "glow": {"name": name, "colors": colors(), "offset": offset, "told": told},
    }  # fmt: skip


@lru_cache(maxsize=1)
def _colorscale() -> list[list[Any]]:
    """The same for Plotly, which draws where the script cannot."""
    places = np.linspace(0, 255, 28).astype(int)
    return [
        [at / 255, f"rgba({r},{g},{b},{a / 255:.3f})"]
        for at, (r, g, b, a) in zip(places.tolist(), colors()[places].tolist(), strict=True)
    ]


def told_of(seed: int, hardest_p_t: Floats) -> dict[str, Any]:
    """What is said of a location under the pointer, as tables of words."""
    return {**_words_of_a_location(seed), "p_t": np.round(255 * hardest_p_t).astype(np.uint8)}


@kept(maxsize=len(SEEDS))
def _words_of_a_location(seed: int) -> dict[str, Any]:
    shares = _times() / CELLS**2
    losses = np.exp(FAINTEST + FINENESS * (np.arange(2 * MEANS + 256) - MEANS - 1))
    cell = anchor_boxes(SIDE)[:PER_CELL] / STRIDES[0]
    return {
        "template": _(
            "{kind}. Nine anchors; the lowest pₜ is {p_t}. Cross entropy {ce}, {ce_share} of the "
            "total; focal loss {fl}, {fl_share} of the total."
        ),
        "kinds": kinds_of_locations(make_scene(seed)).astype(np.uint8),
        "kind_words": [
            _("Easy background"), _("On a look-alike"), _("Beside an object"), _("On an object"),
        ],
        "p_t_words": [numeral(f"{step / 255:.2f}") for step in range(256)],
        "share_words": [_brief(share, percent, least=1e-6) for share in shares],
        "loss_words": [_brief(loss, number, least=1e-4) for loss in losses],
        "anchors": np.round((cell[:, 2:] - cell[:, :2]), 2).tolist(),
        "kind_colors": [ink.color for ink in (INKS[0], INKS[1], INKS[1], INKS[2])],
    }  # fmt: skip


def _brief(value: float, shown: Callable[[float | None], str], *, least: float) -> str:
    """Two digits, as many as the steps of the scale can tell."""
    if value < least:  # a little more of it is written out: 0.0001%, not 1.00·10⁻⁴%
        return _("less than {least}").format(least=shown(1.0001 * least))
    return shown(float(f"{value:.2g}"))


@lru_cache(maxsize=len(SEEDS))
def ground(seed: int) -> str:
    """The image in dark grey, so that nothing but the loss is bright."""
    grey = make_scene(seed).image.mean(axis=0)
    dark = Image.fromarray((18 + 0.3 * grey).astype(np.uint8)).resize(
        (256, 256), Image.Resampling.BILINEAR
    )
    kept = io.BytesIO()
    dark.save(kept, "JPEG", quality=60)
    return "data:image/jpeg;base64," + base64.b64encode(kept.getvalue()).decode()
