"""A map of very many places that changes with the slider: painted by the script, not drawn."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focal_ui.stage.svg.mark import Glow, Mark
from focal_ui.stage.svg.numbers import as_differences, packed
from focal_ui.stage.svg.points import Trace, panel_of
from focal_ui.stage.svg.scale import Frame

_CANVAS = '<canvas xmlns="http://www.w3.org/1999/xhtml" width="288" height="288"></canvas>'


def glow_of(frame: Frame, trace: Trace) -> Mark:
    """A place for the script to paint on, as large as the panel."""
    place = {"x": frame.left, "y": frame.top, "width": frame.width, "height": frame.height}
    glow = trace["glow"]
    painted = Glow(np.asarray(trace["z"], np.uint8), glow["colors"], glow["offset"], glow["told"])
    named = {"data-glow": glow["name"], "data-panel": panel_of(trace)}
    return Mark("foreignObject", {**place, **named}, _CANVAS, glow=painted)


def changes_of(name: int, marks: Sequence[Mark]) -> Iterator[dict[str, Any]]:
    """One glow at every place of the slider, as a script unpacks it."""
    glows = [mark.glow for mark in marks if mark.glow is not None]
    first = glows[0]
    maps = {key for key, value in first.told.items() if isinstance(value, np.ndarray)}
    yield {
        "mark": name,
        "size": len(first.levels),
        "levels": as_steps([glow.levels for glow in glows]),
        "colors": packed(first.colors),
        "offsets": [glow.offset for glow in glows],
        "told": {key: value for key, value in first.told.items() if key not in maps},
        "maps": {key: as_steps([glow.told[key] for glow in glows]) for key in sorted(maps)},
    }


def as_steps(maps: Sequence[NDArray[np.uint8]]) -> str:
    """Maps as what each adds to the last, which zips well; one, where all are alike."""
    if all(np.array_equal(each, maps[0]) for each in maps):
        return packed(maps[0])
    return packed(as_differences(np.stack(maps)))
