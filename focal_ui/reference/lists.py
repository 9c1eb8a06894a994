"""Lists to read and to take away: claims and what they rest on, errors of others, literature."""

import streamlit as st

from focal_core.literature import WORKS, Work
from focal_ui.frame import page_parts
from focal_ui.learning import claims
from focal_ui.learning.claims import Tag
from focal_ui.reference.glossary import unstarred
from focal_ui.stage import card
from focal_ui.stage.prose import to_text
from focal_ui.words import _, as_now, entry

BADGES = {Tag.PAPER: "blue", Tag.COMPUTED: "green", Tag.OPINION: "gray"}


def show() -> None:
    """Each in a drawer."""
    _claims()
    _traps()
    _literature()


def _claims() -> None:
    made = claims.claims()
    _list(
        "claims",
        _("{n} claims, each from the paper, computed here, or opinion").format(n=len(made)),
        [
            f":{BADGES[claim.tag]}-badge[{_(claim.tag.value)}] {unstarred(claim.text)} — "
            f"*{page_parts.cited(claim.source)}*"
            for claim in made
        ],
        {
            _("claim"): [to_text(claim.text) for claim in made],
            _("rests on"): [_(claim.tag.value) for claim in made],
            _("source"): [page_parts.cited(claim.source) for claim in made],
        },
    )


def _traps() -> None:
    seen = claims.traps()
    rests_on = [_(trap.tag.value) if trap.tag else _("quoted") for trap in seen]
    _list(
        "traps",
        _("{n} errors in published code and texts").format(n=len(seen)),
        [
            f"{_(page_parts.WRONG)} {trap.wrong}  \n  {_(page_parts.RIGHT)} {trap.right}  \n"
            f"  **{trap.numbers}** — *{basis}*"
            for trap, basis in zip(seen, rests_on, strict=True)
        ],
        {
            _("wrong"): [trap.wrong for trap in seen],
            _("right"): [trap.right for trap in seen],
            _("number"): [trap.numbers for trap in seen],
            _("rests on"): rests_on,
        },
    )


def _literature() -> None:
    _list(
        "literature",
        _("{n} works beyond the paper, and which parts we checked").format(n=len(WORKS)),
        [f"{entry(f'**{work.cite}**', _(work.says))} — *{_checked_in(work)}*" for work in WORKS],
        {
            _("work"): [work.cite for work in WORKS],
            _("what the app takes from it"): [_(work.says) for work in WORKS],
            _("checked in"): [_checked_in(work) for work in WORKS],
        },
    )


def _list(key: str, title: str, lines: list[str], table: dict[str, list[str]]) -> None:
    """A list that a phone can show, and the same as a table to take away."""
    drawer = st.expander(title, key=key, on_change="rerun")
    if drawer.open:
        with drawer:
            st.markdown("\n".join(f"- {line}" for line in lines))
            st.download_button(
                _("Table as CSV"),
                data=as_now(lambda: card.as_csv(table)),
                file_name=f"{key}.csv",
                mime="text/csv",
                key=f"{key}_csv",
                on_click="ignore",
                icon=":material/download:",
            )


def _checked_in(work: Work) -> str:
    read = _(work.read_as.value)
    return _("{read}; recomputed here").format(read=read) if work.recomputed else read
