"""What a page says of each place of its main slider besides its pictures: code, and tables."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from focal_ui.learning.snippets import Snippets
from focal_ui.publish.kept import OF_TABLES, stops_of
from focal_ui.publish.prose import formula
from focal_ui.publish.visit import Visit
from focal_ui.stage import card
from focal_ui.stage.stage import Shown

_NUMBER = re.compile(r"(\d+(?:\.\d+)?(?:e[+-]?\d+)?)")


def code(shown: Visit) -> dict[str, Any] | None:
    """The code for every place of the main slider; None where it does not depend on it.

    Formulas and programs repeat themselves: what is between their numbers stands once.
    """
    view, make = shown.shown, shown.noted.get("code")
    if view is None or view.main is None or make is None:
        return None
    each = [made() for made in _at_each_place(make, view)]
    if not each:
        return None
    formulas = list(dict.fromkeys(one.formula for one in each))
    return {
        "results": [str(one.result) for one in each],
        "formulas": {
            "texts": [formula(text) for text in formulas],
            "rows": [formulas.index(one.formula) for one in each],
        },
        "programs": [
            _between_numbers([one.programs[name] for one in each]) for name in each[0].programs
        ],
    }


def tables(shown: Visit) -> dict[str, dict[str, str]]:
    """The CSV of each exhibit, at the places of the main slider that are kept."""
    view = shown.shown
    if view is None:
        return {}
    found: dict[str, dict[str, str]] = {}
    for row, values in _kept_places(view):
        for key, exhibit in view.draw(**values).exhibits.items():
            found.setdefault(key, {})[str(row)] = card.as_csv(exhibit.table)
    return found


def _kept_places(view: Shown) -> Iterator[tuple[int, Mapping[str, Any]]]:
    main = view.main
    if main is None:
        yield 0, view.values
        return
    places = {*stops_of(main, OF_TABLES), view.values[main.key]}
    for place in sorted(places):
        yield main.row(place), {**view.values, main.key: place}


def _at_each_place(make: Callable[[], Snippets], view: Shown) -> list[Callable[[], Snippets]]:
    """The same code for each place; none if its maker does not ask for the main slider's value."""
    if not isinstance(make, partial) or view.main is None:
        return []
    given = inspect.signature(make.func).bind_partial(*make.args, **make.keywords).arguments
    if view.main.key not in given:
        return []
    return [partial(make.func, **{**given, view.main.key: place}) for place in view.main.places]


def _between_numbers(programs: Sequence[str]) -> dict[str, Any]:
    """Each program as one of a few texts, and the numbers to be set into it."""
    texts: list[list[str]] = []
    rows: list[list[Any]] = []
    for program in programs:
        parts = _NUMBER.split(program)
        between = parts[::2]
        if between not in texts:
            texts.append(between)
        rows.append([texts.index(between), *parts[1::2]])
    return {"texts": texts, "rows": rows}
