"""Sliders, choices, questions and tasks as plain HTML, under the app's own keys and values."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from focal_ui.controls import by_page
from focal_ui.controls.kinds import Steps
from focal_ui.frame import page_parts
from focal_ui.learning import challenges, question_bank
from focal_ui.learning.challenges import Task
from focal_ui.learning.prediction import Asked
from focal_ui.learning.questions import LINK, Question
from focal_ui.publish.markup import tag, text
from focal_ui.publish.prose import markdown
from focal_ui.words import _

RIGHT, WRONG = "verdict right", "verdict wrong"


def slider(
    key: str,
    label: str,
    scale: tuple[float, float, float],
    value: float,
    default: float,
    names: Sequence[str] = (),
) -> str:
    """A slider with its label and value. scale: low, high, step; names: of its places, if words."""
    low, high, step = scale
    shown = names[int(value)] if names else f"{value:g}"
    thumb = tag(
        "input", type="range", id=key, data_key=key, min=float(low), max=float(high),
        step=float(step), value=float(value), data_default=float(default), aria_valuetext=shown,
        data_labels=json.dumps(list(names), ensure_ascii=False) if names else None,
        data_why=why_not(key),
    )  # fmt: skip
    return tag(
        "div",
        tag("label", text(label), for_=key) + tag("output", text(shown), for_=key) + thumb,
        class_=f"slider st-key-{key}",
    )


def choice(
    key: str, label: str, options: Mapping[str, str], chosen: str | None, kept: set[str]
) -> str:
    """Options side by side.

    options: what a link calls them, and what is read; kept: which of them can be had.
    """
    knob = by_page.KNOBS[key]
    renamed = dict(getattr(knob, "renamed", {}))
    made = [
        tag(
            "label",
            tag(
                "input", type="radio", name=key, value=value,
                checked=value == chosen, disabled=value not in kept,
            )
            + tag("span", markdown(shown, inline=True)),
        )
        for value, shown in options.items()
    ]  # fmt: skip
    legend = tag(
        "legend",
        markdown(label, inline=True),
        class_="unseen" if key.startswith("guess_") else None,
    )
    return tag(
        "fieldset", legend + "".join(made), class_=f"choice st-key-{key}", data_key=key,
        data_default=getattr(knob, "default", None) or "", data_why=why_not(key),
        data_renamed=json.dumps(renamed, ensure_ascii=False) if renamed else None,
    )  # fmt: skip


def revealed(asked: Asked) -> str:
    """What is said of each answer to a guess, and the way to the picture of what was asked."""
    key = asked.choice.key
    said = [(option, "", asked.guess(option).in_words) for option in asked.choice.options]
    about = {name: as_text(name, value) for name, value in asked.about.items()}
    button = tag(
        "button", text(_("Show it in the picture")), type="button", hidden=True,
        data_about=json.dumps(about, ensure_ascii=False),
    )  # fmt: skip
    more = tag("div", button, class_=f"st-key-show_{key}") if about else ""
    return _told(key, said, more)


def question(asked: Question) -> str:
    """A question with lettered options, and what is said of each."""
    key, options = asked.link_key, asked.lettered
    made = [
        tag(
            "label",
            tag("input", type="radio", name=key, value=letter)
            + tag("span", f"<b>{letter}</b> {markdown(option.text, inline=True)}"),
        )
        for letter, option in options.items()
    ]
    legend = tag("legend", markdown(asked.ask, inline=True), class_="unseen")
    said = [
        (
            letter,
            RIGHT if option.right else WRONG,
            f"{_(page_parts.RIGHT) if option.right else _(page_parts.WRONG)} {option.reason}",
        )
        for letter, option in options.items()
    ]
    group = tag(
        "fieldset", legend + "".join(made), class_=f"question st-key-{key}", data_key=key,
        data_default="",
    )  # fmt: skip
    return group + _told(key, said)


def task(wanted: Task, label: str) -> str:
    """A number to find, and what is said of a right one and of any other."""
    answer = wanted.answer()
    low = answer - (wanted.tolerance if wanted.below is None else wanted.below)
    field = tag(
        "input", type="number", step="any", data_key=wanted.key,
        data_low=repr(low), data_high=repr(answer + wanted.tolerance),
    )  # fmt: skip
    right = _("{mark} Right: {answer}.").format(
        mark=_(page_parts.RIGHT), answer=wanted.shown_answer
    )
    wrong = _("{mark} Not yet. Try again, or take a hint.").format(mark=_(page_parts.WRONG))
    labelled = tag("label", f"{text(label)} {field}")
    return tag("div", labelled, class_=f"number st-key-{wanted.key}") + _told(
        wanted.key, [("right", RIGHT, right), ("wrong", WRONG, wrong)]
    )


def question_of(key: str) -> Question | None:
    """The question whose answer a link holds under this key."""
    make: Callable[[], Question] | None = question_bank.BANK.get(key.removeprefix(LINK))
    return make() if make and key.startswith(LINK) else None


def task_of(key: str) -> Task | None:
    """The task whose answer a link holds under this key."""
    tasks = [task for level in challenges.LEVELS.values() for task in level()]
    return next((task for task in tasks if task.key == key), None)


def as_text(key: str, value: float | str) -> str:
    """A knob's value as a link says it."""
    knob = by_page.KNOBS[key]
    if isinstance(value, str):
        return value
    if isinstance(knob, Steps):
        return next(name for name, number in knob.options.items() if number == value)
    return f"{value:g}"


def why_not(key: str) -> str:
    """What is said of a link that asks a knob for what it does not have."""
    return by_page.KNOBS[key].complaint("?") or ""


def _told(key: str, said: Iterable[tuple[str, str, str]], more: str = "") -> str:
    """What is said of each answer, out of sight until it is given. said: answer, kind, words."""
    made = [
        tag("div", markdown(words), class_=kind or None, data_for=answer, hidden=True)
        for answer, kind, words in said
    ]
    return tag("div", "".join(made) + more, data_told=key)
