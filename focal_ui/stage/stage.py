"""Shows a view and lets it follow its sliders: places on the page, and what a script puts there.

The order of every page is kept here: headline, main slider, first picture, the other controls,
guess and explanation, further pictures. Each place holds what the server says; the message made in
family.py lets the script keep all of them in step with the finger. The server hears of a move on
release, for the link.
"""

import logging
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st

from focal_ui.controls import typed
from focal_ui.controls.kinds import Sliding
from focal_ui.frame import noted, settings
from focal_ui.stage import card
from focal_ui.stage.family import Draw, family
from focal_ui.stage.prose import to_html
from focal_ui.stage.view import Exhibit, View
from focal_ui.words import _, kept, language

Values = dict[str, Any]
NO_SLIDER = "no_slider"  # session_state: the script found no slider to watch
NEAR = "near"  # session_state: the slider that is about to be used, and for which other values
LATEST = "latest"  # session_state: what each live slider holds, also after a move that drew nothing
QUICKLY_DRAWN = 200  # places of a slider
PLACES = ("title", "above", "strip", "first_picture", "controls", "beside", "more_pictures")
SCRIPTS = ("follow", "picture", "glow", "values", "hold", "play", "save")


@dataclass(frozen=True)
class Shown:
    """What a page shows: the view’s function, all values, the main slider and every live one."""

    draw: Draw
    values: Mapping[str, Any]
    main: Sliding | None
    live: tuple[Sliding, ...]


class Stage:
    """The places of one page, from top to bottom.

    follows: the page's main slider, or None. shown_elsewhere: whether something outside of the view
    shows its value, so that the page must run again when it has moved.
    above, controls, beside: places for a choice between parts of the page, for its other controls
    and for its guess; ask them before `show`. first: the main picture's place, for a part that
    draws its own.
    """

    def __init__(self, follows: Sliding | None = None, *, shown_elsewhere: bool = False) -> None:
        """Make the places; the slider comes into its own when the view is shown."""
        self._follows = follows.now() if follows else None
        self._shown_elsewhere = shown_elsewhere
        (
            self._title,
            self.above,
            self._strip,
            self.first,
            self.controls,
            self.beside,
            self._more,
        ) = (st.container(key=key) for key in PLACES)
        self._others: list[Sliding] = []
        self._values: Values = {}

    def follow(self, slider: Sliding) -> None:
        """Take a main slider, where only a part of the page has one."""
        self._follows = slider.now()

    def ask(self, slider: Sliding) -> Any:
        """Draw another slider that the view follows, and return its value."""
        slider = slider.now()
        self._others.append(slider)
        self._values[slider.key] = slider.ask()
        return self._values[slider.key]

    def say(self, headline: str) -> None:
        """The headline of a page, or of a part of it, that shows no view."""
        self._title.html(card.place("h1", "title", to_html(headline)))
        message = message_of(_nothing, None, [], {}, None)  # the script knows the page's ground
        _component()(data=message, key="follow_nothing")

    def show(
        self,
        draw: Draw,
        kept: MutableMapping[str, bytes] | None = None,
        **others: Any,
    ) -> Values:
        """Show what `draw` makes of the sliders' values and the others; returns all of them.

        kept: where messages are kept that only this visitor may see; None: drawn once for everybody
        whose values are equal.
        """
        self._ask_main()
        with self.controls:
            typed.ask(each.key for each in self._live)
        values = {**self._values, **others}
        noted.note("view", Shown(draw, values, self._follows, tuple(self._live)))
        if settings.waiting():
            self._title.title(_("First your guess, then the pictures"))
            return values
        said = _said(draw, **values) if kept is None else _in_html(draw(**values).words)
        live = not st.session_state.get(NO_SLIDER)
        self._say(said)
        self._show_exhibits(draw, values, said, live=live)
        if live:
            self._send(draw, values, kept)  # last: nobody waits for words until it is made
        return values

    def _ask_main(self) -> None:
        """The main slider; where nothing else shows its value, its move runs nothing but itself."""
        slider = self._follows
        if slider is None:
            return
        with self._strip:
            if self._shown_elsewhere or st.session_state.get(NO_SLIDER):
                self._values[slider.key] = slider.ask()
            else:
                _ask_alone(slider)
                self._values[slider.key] = _latest()[slider.key]
        _latest().update(self._values)

    @property
    def _live(self) -> list[Sliding]:
        """Every slider that the view follows, the main one first."""
        return [each for each in (self._follows, *self._others) if each]

    def _send(self, draw: Draw, values: Values, kept: MutableMapping[str, bytes] | None) -> None:
        """Send the families that the script needs now; if that fails, Plotly draws instead."""
        try:
            for slider in self._wanted(values):
                others = [each for each in self._live if each is not slider]
                name = f"follow_{slider.key if slider else 'nothing'}"
                _component()(
                    data=message_of(draw, slider, others, values, kept),
                    key=name,
                    on_missing_change=_remember_missing,
                    on_near_change=partial(_remember_near, name),
                )
        except Exception:
            logging.getLogger(__name__).exception("the view cannot follow its slider")
            st.session_state[NO_SLIDER] = True
            st.rerun()

    def _wanted(self, values: Values) -> list[Sliding | None]:
        """The main slider, and the one that is about to be used, for the values it came for.

        A main slider with very many places waits until it is about to be used, too: till then the
        view stands as it is.
        """
        near: Values = st.session_state.get(NEAR, {})
        at = repr({key: value for key, value in values.items() if key != near.get("key")})
        used = [
            slider
            for slider in self._live
            if slider.key == near.get("key") and near.setdefault("at", at) == at
        ]
        main = self._follows
        if main and len(main.places) > QUICKLY_DRAWN and main not in used:
            main = None
        return [main, *(slider for slider in used if slider is not main)]

    def _say(self, said: Mapping[str, str]) -> None:
        status = '<div data-status role="status"></div>'
        self._title.html(card.place("h1", "headline", said["headline"]) + status)
        if self._follows:
            self._strip.html(card.place("p", "headline", said["headline"], heard=False))
        if said["explanation"] and not settings.projector():
            title = f"<h2>{_('What this shows')}</h2>"
            self.beside.html(title + card.place("p", "explanation", said["explanation"]))

    def _show_exhibits(
        self, draw: Draw, values: Values, said: Mapping[str, str], *, live: bool
    ) -> None:
        keys = [name.removesuffix("_sentence") for name in said if name.endswith("_sentence")]
        for at, key in enumerate(keys):
            exhibit = card.Made(draw, values, _latest(), key)
            with self.first if at == 0 else self._more:
                card.show(exhibit, said[f"{key}_sentence"], live=live)


def _nothing() -> View:
    return View("", {})


def exhibit(key: str, shown: Exhibit) -> None:
    """One more exhibit, which follows no slider of a view: in a drawer, a film, a live run."""
    if settings.waiting():
        st.caption(_("This picture comes with your guess."))
        return
    alone = View("", {key: shown})
    room = settings.projector()
    made = card.Made(lambda: alone, {}, {}, key)
    _mount(made, lambda: family(lambda: alone, None, {}, for_a_room=room).packed())


def follow(key: str, draw: Draw, slider: Sliding, **values: Any) -> None:
    """One more exhibit, which follows a slider of its own that the caller has asked already.

    values: what `draw` makes the exhibit of this name from, the slider's value among them.
    """
    _mount(card.Made(draw, values, {}, key), lambda: message_of(draw, slider, [], values, None))


def _mount(made: card.Made, message: Callable[[], bytes]) -> None:
    """Show one exhibit, by the script if it can be sent to it."""
    live = not st.session_state.get(NO_SLIDER)
    try:
        if live:
            name = f"follow_{made.key}"
            near = partial(_remember_near, name)
            _component()(data=message(), key=name, on_near_change=near)
    except Exception:
        logging.getLogger(__name__).exception("the picture %s cannot be drawn as SVG", made.key)
        live = False
    card.show(made, to_html(made.now().sentence), live=live)


@st.fragment
def _ask_alone(slider: Sliding) -> None:
    """Ask; the page runs again only where something open shows the slider's value."""
    value, before = slider.ask(), _latest().get(slider.key)
    _latest()[slider.key] = value
    if before not in (None, value) and card.anything_open():
        st.rerun()


def _latest() -> Values:
    """One dictionary a visit: downloads keep it, since they are made when no visit is at hand."""
    held: Values = st.session_state.setdefault(LATEST, {})
    return held


@kept(maxsize=2_000)
def _said(draw: Draw, **values: Any) -> dict[str, str]:
    """What the view says at these values; kept, as a class asks the same."""
    return _in_html(draw(**values).words)


def _in_html(words: Mapping[str, str]) -> dict[str, str]:
    return {name: to_html(text) for name, text in words.items()}


def message_of(
    draw: Draw,
    slider: Sliding | None,
    others: Sequence[Sliding],
    values: Mapping[str, Any],
    kept: MutableMapping[str, bytes] | None,
) -> bytes:
    """Drawn once for all visitors whose other values are equal, or once for this one."""
    room = settings.projector()
    rest = {key: value for key, value in values.items() if not slider or key != slider.key}
    places = slider and (slider.key, slider.scale, len(slider.places))
    name = f"{language()} {draw.__module__} {places} {room} {rest!r}"

    def make() -> bytes:
        return family(draw, slider, rest, others, for_a_room=room).packed()

    if kept is None:
        return _shared(name, make)
    if name not in kept:
        kept[name] = make()
    return kept[name]


@st.cache_resource(max_entries=300, show_spinner=False)
def _shared(name: str, _make: Callable[[], bytes]) -> bytes:
    """Made once, also when thirty ask at the same moment."""
    return _make()


def script() -> str:
    """What moves pictures and words: one file for a browser, wherever it is."""
    folder = Path(__file__).with_name("script")
    return "\n".join((folder / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)


@cache
def _component() -> Any:
    return st.components.v2.component("follow", js=script())


def _remember_missing() -> None:
    st.session_state[NO_SLIDER] = True


def _remember_near(name: str) -> None:
    """What this component asks for; one that is gone may still ask, or hold its last question."""
    asked = st.session_state.get(name)
    if asked and asked.get("near"):
        st.session_state[NEAR] = {"key": str(asked["near"])}
