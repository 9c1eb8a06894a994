"""All that an address can say, as a table."""

from dataclasses import dataclass

from focal_ui.controls import link_check
from focal_ui.controls.by_page import KNOBS, pages_with
from focal_ui.frame import settings
from focal_ui.learning.questions import LINK
from focal_ui.words import _


@dataclass(frozen=True)
class Row:
    """A parameter: what it means, what it may say, and where."""

    key: str
    meaning: str
    values: str
    pages: str


def rows() -> tuple[Row, ...]:
    """One for each control, then what holds for the whole visit."""
    knobs = [
        Row(key, _(knob.name), knob.values, ", ".join(pages_with(knob)))
        for key, knob in KNOBS.items()
    ]
    everywhere = _("every page")
    settled = [
        Row(settings.HIDE, _("Controls taken away, at their value or default"),
            _("parameters, with commas between"), everywhere),
        *(Row(knob.key, _(knob.name), knob.values, everywhere) for knob in link_check.SETTINGS),
        Row(f"{LINK}…", _("Answer to a question"), "A, B, C, D",
            _("every page with questions")),
    ]  # fmt: skip
    return tuple(knobs + settled)
