"""Texts that stand in data and are looked up when they are shown: listed for the catalogues."""

from collections.abc import Iterator
from types import ModuleType

from focal_core import (
    columns,
    detections,
    likely,
    literature,
    paper,
    received,
    records,
    scores,
    table,
)
from focal_core.glossary import GLOSSARY
from focal_core.training.config import CONFIGURATIONS
from focal_core.training.imbalance.plan import LOSSES
from focal_ui.class_kit import link_builder
from focal_ui.controls import by_page, link_check
from focal_ui.controls.kinds import Choice, Number
from focal_ui.frame import page_parts
from focal_ui.learning.claims import Tag
from focal_ui.own_scores import brought
from focal_ui.words import is_amount


def texts() -> Iterator[tuple[str, str]]:
    """Each with its kind, for the translator. Some come twice; the catalogues hold them once."""
    for group in (_controls(), _glossary(), _literature(), _paper(), _scores(), _sentences()):
        yield from ((text, kind) for text, kind in group if text)


def _controls() -> Iterator[tuple[str, str]]:
    for knob in (*by_page.KNOBS.values(), *link_check.SETTINGS):
        yield knob.name, f"name of the control {knob.key}"
        if not isinstance(knob, Number):
            yield knob.help, f"help of the control {knob.key}"
        if isinstance(knob, Choice):
            for option in knob.options:
                if not is_amount(option) and knob not in link_check.SETTINGS:
                    yield option, f"option of the control {knob.key}"
    for option in link_builder.ANSWERS.values():
        yield option, "option of the link builder"


def _glossary() -> Iterator[tuple[str, str]]:
    for term in GLOSSARY:
        yield term.name, "term of the glossary"
        yield term.meaning, f"meaning of the term {term.name}"


def _literature() -> Iterator[tuple[str, str]]:
    for work in literature.WORKS:
        yield work.says, f"what the app takes from {work.cite}"
    for read_as in literature.ReadAs:
        yield read_as.value, "what a statement about a work rests on"
    for tag in Tag:
        yield tag.value, "what a claim rests on"


def _paper() -> Iterator[tuple[str, str]]:
    for value in vars(paper).values():
        place = getattr(value, "where", value)
        if isinstance(place, str) and place.startswith(f"{paper.CITED},"):
            yield place, "place in the paper"
        if isinstance(value, paper.Table):
            yield value.caption, f"caption of table {value.number}"
    for name in (*CONFIGURATIONS, *LOSSES):
        yield name, "a recorded configuration; CE and FL as elsewhere"


def _scores() -> Iterator[tuple[str, str]]:
    for kind in likely.Kind:
        yield kind.value, "what a column of scores holds"
    for verdict in scores.Verdict:
        yield verdict.value, "verdict on a visitor's scores"


def _sentences() -> Iterator[tuple[str, str]]:
    """Constants that are whole sentences, of modules that hold them."""
    core: tuple[ModuleType, ...] = (received, columns, table, records, detections, scores)
    modules = (*core, brought, page_parts)
    for module in modules:
        for name, value in vars(module).items():
            if name.isupper() and isinstance(value, str) and " " in value:
                yield value, f"{module.__name__}.{name}"
