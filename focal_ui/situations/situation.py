"""The shape that every situation has: its view, its advice, and the code for its number."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from focal_ui.learning.prediction import Guess
from focal_ui.learning.snippets import Snippets
from focal_ui.situations import advice
from focal_ui.situations.advice import Advice
from focal_ui.stage.view import View
from focal_ui.words import _


@dataclass(frozen=True)
class Situation:
    """What somebody who is in it needs to see and to do.

    view: at one gamma, with the visitor's guess, which only the picture it is about shows. title:
    of the advice, in English. code: the program that prints the view's number at one gamma.
    """

    view: Callable[[float, Guess | None], View]
    title: str
    advice: Callable[[], Advice]
    code: Callable[[float], Snippets]

    def advise(self) -> None:
        """Show what to do, each with the way to the page that shows why."""
        st.header(_(self.title))
        advice.show(self.advice())
