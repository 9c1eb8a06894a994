"""A map of values as an image that the browser stretches smoothly."""

import base64
import io
import json
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

from focal_core.checks import Floats
from focal_ui.stage.svg.mark import Attributes, Mark
from focal_ui.stage.svg.points import Trace, panel_of
from focal_ui.stage.svg.scale import Frame


def map_of(canvas: str, frame: Frame, trace: Trace) -> Mark:
    """A map as a small image that the browser stretches smoothly.

    Its values lie evenly, the outermost on the edges of the panel: half a pixel is cut off there.
    """
    values = np.asarray(trace["z"], dtype=float)
    unit = np.clip((values - trace["zmin"]) / (trace["zmax"] - trace["zmin"]), 0, 1)
    shades = np.round(255 * unit[::-1]).astype(np.uint8)
    ends = tuple(str(color) for _place, color in trace["colorscale"])
    rows, columns = values.shape
    wide, tall = frame.width / (columns - 1), frame.height / (rows - 1)
    return Mark(
        "image",
        {
            "clip-path": f"url(#{canvas}{panel_of(trace)})",
            "x": frame.left - wide / 2,
            "y": frame.top - tall / 2,
            "width": frame.width + wide,
            "height": frame.height + tall,
            "preserveAspectRatio": "none",
            "href": _png(shades.tobytes(), shades.shape, ends),
            **_told(trace, values),
        },
    )


def _told(trace: Trace, values: Floats) -> Attributes:
    """The map's own values for the pointer, unless the trace is not to be asked."""
    if trace.get("hoverinfo") == "skip":
        return {}
    table = _table(_bytes(trace["x"]), _bytes(trace["y"]), _bytes(values))
    return {"data-map": table, "data-panel": panel_of(trace)}


def _bytes(values: Any) -> bytes:
    return np.asarray(values, dtype=float).tobytes()


@lru_cache(maxsize=16)
def _table(x: bytes, y: bytes, z: bytes) -> str:
    """The map's values with four digits, for the pointer. The same map comes back often."""
    across, up = np.frombuffer(x), np.frombuffer(y)
    rows = np.frombuffer(z).reshape(len(up), len(across))
    named = {"x": across, "y": up, "z": rows}
    return json.dumps({key: values.round(4).tolist() for key, values in named.items()})


@lru_cache(maxsize=16)
def _png(shades: bytes, shape: tuple[int, ...], ends: tuple[str, ...]) -> str:
    """As an address. The same map comes back at every place of a slider."""
    unit = np.frombuffer(shades, np.uint8).reshape(*shape, 1) / 255
    low, high = (np.array(_rgba(color)) for color in ends)
    file = io.BytesIO()
    Image.fromarray(np.round(low + unit * (high - low)).astype(np.uint8)).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _rgba(color: str) -> tuple[int, int, int, int]:
    """Of "#0072B2" or "rgba(0,114,178,0.5)"."""
    if color.startswith("rgba"):
        red, green, blue, seen = color.removeprefix("rgba(").removesuffix(")").split(",")
        return int(red), int(green), int(blue), round(255 * float(seen))
    red_, green_, blue_ = bytes.fromhex(color.removeprefix("#"))
    return red_, green_, blue_, 255
