"""A figure's twin for Plotly, which draws where nothing else can."""

from typing import Any

from focal_ui.stage.view import Figure

OURS = (
    "hold",
    "tip",
    "glow",
    "smooth",
    "narrow",
    "guess",
    "wide",
)  # what a trace, shape or image tells our own drawing alone


def for_plotly(figure: Figure) -> Figure:
    """The figure without the words that only our own drawing knows."""
    twin: Figure = _known(figure)
    return twin


def _known(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _known(value) for key, value in part.items() if key not in OURS}
    return [_known(each) for each in part] if isinstance(part, list) else part
