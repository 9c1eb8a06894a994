"""Which settings of a page are kept where nobody can ask Python: links, and places of sliders.

Every choice is kept with every other where that is small, else one at a time; of the sliders that a
view follows beside its main one, some places are kept.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from streamlit.testing.v1.element_tree import Block

from focal_ui.controls import by_page, knobs
from focal_ui.controls.kinds import Choice, Sliding, Steps
from focal_ui.publish.visit import Visit, key_of, nodes, visit
from focal_ui.stage.stage import Shown, message_of

Link = tuple[tuple[str, str], ...]
Message = tuple[str, dict[str, float], bytes]
LARGEST = 330_000  # bytes of a page's messages, up to which every choice is kept with every other
MOST = 40  # links of a page
NOT_KEPT = {knobs.OWN_EQUAL, knobs.OWN_SPREAD, knobs.LIVE_RUN, knobs.LOOK_ALIKES_TOO}
STOPS: dict[str, tuple[float, ...]] = {
    knobs.P_T.key: (0.1, 0.5, 0.9),
    knobs.ALPHA.key: (0.25, 0.5, 0.75),
    knobs.GAMMA.key: (0.0, 2.0),
    knobs.AFTER.key: (0, 500),
    knobs.MISSED.key: (10, 100),
}
"""Places of a slider that are kept while another one moves; of others, every place if they are few,
else the default alone."""
FEW = 7
OF_TABLES = STOPS | {knobs.GAMMA.key: (0.0, 2.0, 5.0)}
"""The same for tables, which are small."""


def link_of(choices: Mapping[str, str]) -> Link:
    """The choices in one order."""
    return tuple(sorted(choices.items()))


@dataclass
class Kept:
    """All links of a page that are kept, each with its visit; the bare one first."""

    page: str
    visits: dict[Link, Visit] = field(default_factory=dict)

    @classmethod
    def of(cls, page: str) -> "Kept":
        """Open the page under every link that is kept."""
        kept = cls(page)
        first = kept.visits[()] = visit(page)
        together = _count(first) * _size(first) <= LARGEST and _count(first) <= MOST
        waiting: list[Link] = [()]
        while waiting:
            here = waiting.pop(0)
            for link in _further(kept.visits[here], here, together=together):
                if link not in kept.visits and len(kept.visits) < MOST:
                    kept.visits[link] = visit(page, dict(link), first.opened)
                    waiting.append(link)
        return kept

    @property
    def options(self) -> dict[str, set[str]]:
        """Of each choice, the options that some link keeps."""
        found: dict[str, set[str]] = {}
        for each in self.visits.values():
            for key, (options, default) in choices_on(each).items():
                found.setdefault(key, set()).update({default} & set(options))
        for link in self.visits:
            for key, option in link:
                found.setdefault(key, set()).add(option)
        return found


def choices_on(shown: Visit) -> dict[str, tuple[list[str], str]]:
    """The choices that a page shows, but for its guess: their options that can be kept, default."""
    live = {slider.key for slider in shown.shown.live} if shown.shown else set()
    found = {}
    for key in _keys(shown.main):
        knob = by_page.on(shown.page, key)
        if key in live or key.startswith("guess_") or key == knobs.FILM_STEP.key:
            continue
        if isinstance(knob, Choice | Steps):
            options = [option for option in knob.options if option not in NOT_KEPT]
            found[key] = (options, knob.default or "")
    return found


def families(shown: Visit, *, bare: bool) -> Iterator[Message]:
    """The messages of a view: which slider moves, at which rows of the others, and the message.

    bare: whether the link is the page's own; under another one, only the main slider's is kept.
    """
    view = shown.shown
    if view is None:
        return
    if view.main is None:
        yield "", {}, message_of(view.draw, None, view.live, view.values, None)
    for slider in view.live:
        others = [each for each in view.live if each is not slider]
        for at in _rows(view, slider, others, bare=bare):
            rows = {each.key: float(each.row(at[each.key])) for each in others}
            yield slider.key, rows, message_of(view.draw, slider, others, at, None)


def stops_of(slider: Sliding, stops: Mapping[str, tuple[float, ...]] = STOPS) -> tuple[Any, ...]:
    """The places that are kept of a slider while another one moves."""
    if slider.key in stops:
        return tuple(place for place in slider.places if _near(place, stops[slider.key]))
    return tuple(slider.places) if len(slider.places) <= FEW else ()


def _rows(
    view: Shown, slider: Sliding, others: list[Sliding], *, bare: bool
) -> Iterator[dict[str, Any]]:
    """The values of the others at which this slider's family is kept."""
    if not bare and slider is not view.live[0]:
        return
    yield dict(view.values)
    if not bare or len(others) > 2:
        return
    for other in others[:1]:
        for place in stops_of(other):
            if place != view.values[other.key]:
                yield {**view.values, other.key: place}


def _near(place: Any, stops: tuple[float, ...]) -> bool:
    return any(abs(float(place) - stop) < 1e-9 for stop in stops)


def _further(shown: Visit, here: Link, *, together: bool) -> Iterator[Link]:
    """The links that one more choice leads to."""
    for key, (options, default) in choices_on(shown).items():
        new = key not in dict(here)
        if not together and here and not _brought_in(shown, key, here):
            continue
        for option in options:
            if new and option != default:
                yield link_of({**dict(here), key: option})


def _brought_in(shown: Visit, key: str, here: Link) -> bool:
    """Whether this control is there only because of the link."""
    needed = by_page.needs(shown.page, by_page.KNOBS[key])
    return bool(needed) and needed[0].key in dict(here)  # type: ignore[index]


def _count(first: Visit) -> int:
    return math.prod(len(options) for options, _default in choices_on(first).values())


def _size(first: Visit) -> int:
    return sum(
        len(node.proto.bytes)
        for node in nodes(first.main)
        if node.type == "bidi_component" and node.proto.component_name == "follow"
    )


def _keys(block: Block) -> list[str]:
    return [key for node in nodes(block) if (key := key_of(node)) in by_page.KNOBS]
