"""Key figures as one HTML file with the steps of gamma inside: opens without a network."""

import html
import json
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import budget
from focal_core.curve import anatomy
from focal_core.population import SIMPLE
from focal_ui.class_kit import printable
from focal_ui.figures.budget import totals_and_shares
from focal_ui.figures.curve import product
from focal_ui.frame import theme
from focal_ui.stage.svg.twin import OURS
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, short, web_language

GAMMAS = tuple(i / 4 for i in range(21))
START = 8  # gamma 2
BELOW = 150  # pixels for the slider
P_T = [i / 200 for i in range(1, 200)]
CURSOR = 0.9
_INKS = {
    theme.NEUTRAL: "#1a1f2b",
    **{hue: on_light for hue, (_name, on_light, _on_dark) in theme.TEXT_INKS.items()},
}
"""What words of a hue are written with on white."""
_FOLLOW = """document.getElementById("{plot_id}").on("plotly_sliderchange", moved => {
  document.getElementById("{plot_id}_said").innerHTML = SAID[moved.slider.active];
});"""


def page() -> str:
    """Easy negatives and the curve, each under a slider; Plotly itself is inside the file."""
    population = SIMPLE.population()
    before = budget(population, CROSS_ENTROPY)
    bars = [totals_and_shares(before, budget(population, FocalLoss(g))) for g in GAMMAS]
    curves = [product(anatomy(P_T, FocalLoss(g)), anatomy(CURSOR, FocalLoss(g))) for g in GAMMAS]
    parts = _part("totals", bars, with_plotly=True), _part("curve", curves, with_plotly=False)
    title = html.escape(_("Focal Loss Lab, offline"))
    hint = html.escape(
        _("Move γ under each picture. Hatched bars are background, plain ones are objects.")
    )
    return (
        f'<!doctype html><html lang="{web_language()}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f'<body style="font:16px/1.5 system-ui,sans-serif;max-width:960px;margin:2em auto;'
        f'padding:0 1em">'
        f"<h1>{title}</h1><p>{hint}</p>{''.join(parts)}</body></html>"
    )


def _part(name: str, exhibits: Sequence[Exhibit], *, with_plotly: bool) -> str:
    """A picture over its slider, and the sentence that follows it. name: its place in the file."""
    said = [printable.text(exhibit.sentence.replace("*", "")) for exhibit in exhibits]
    picture = _with_slider(exhibits).to_html(
        full_html=False,
        include_plotlyjs=with_plotly,
        auto_play=False,
        div_id=name,
        config={"displayModeBar": False},
        post_script=_FOLLOW.replace("SAID", json.dumps(said)),
    )
    return f'{picture}<p id="{name}_said" aria-live="polite">{said[START]}</p>'


def _with_slider(exhibits: Sequence[Exhibit]) -> go.Figure:
    figures = [_on_paper(exhibit.figure) for exhibit in exhibits]
    frames = [
        go.Frame(
            name=f"{gamma:g}",
            data=figure["data"],
            layout={"annotations": figure["layout"]["annotations"]},
        )
        for gamma, figure in zip(GAMMAS, figures, strict=True)
    ]
    figure = go.Figure(**figures[START], frames=frames)
    figure.update_layout(
        height=figure.layout.height + BELOW,
        margin_b=BELOW,
        sliders=[
            {
                "active": START,
                "pad": {"t": 50},  # below the title of the axis
                "currentvalue": {"prefix": "γ = "},
                "steps": [
                    {
                        "label": short(gamma),
                        "method": "animate",
                        "args": [
                            [frame.name],
                            {"mode": "immediate", "frame": {"duration": 0, "redraw": True}},
                        ],
                    }
                    for gamma, frame in zip(GAMMAS, frames, strict=True)
                ],
            }
        ],
    )
    return figure


def _on_paper(drawn: Any, *, words: bool = False) -> Any:
    """A figure, or a part of it: words dark enough for white, without what only our drawing knows.

    words: whether this part says how words are written.
    """
    if isinstance(drawn, Mapping):
        return {
            key: _on_paper(part, words=words or key.endswith("font"))
            for key, part in drawn.items()
            if key not in OURS
        }
    if isinstance(drawn, list | tuple):
        return [_on_paper(part, words=words) for part in drawn]
    return _INKS.get(drawn, drawn) if words and isinstance(drawn, str) else drawn
