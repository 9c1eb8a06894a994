"""The toy's results beside those that the paper printed, and what a toy cannot show."""

import streamlit as st

from focal_core.training.config import CONFIGURATIONS, PAPERS
from focal_core.training.published import focal_beside_mining, published, same_order
from focal_core.training.recorded import Recording
from focal_ui.words import _, number, percent


def show(runs: Recording, mined: str) -> None:
    """One box: both tables in one, and where they agree. mined: the configuration that mines."""
    with st.container(border=True):
        st.markdown(
            _(
                "**What a toy cannot show.** Here are images of 48 pixels with one object of three "
                "kinds, and a small net that trains for half a minute. The paper’s is a deep net, "
                "80 kinds of object and some 100,000 locations an image; only such a run tells "
                "what focal loss gains there. Both measure AP at an overlap of 0.5."
            )
        )
        st.table(_rows(runs), hide_index=True)
        st.markdown(_agreement(runs, mined))


def _rows(runs: Recording) -> dict[str, list[str]]:
    table = runs.table()
    printed = [published(CONFIGURATIONS[row.name]) for row in table]
    return {
        _("loss"): [row.name for row in table],
        _("here"): [f"{percent(row.mean)} ± {number(100 * row.sd)}" for row in table],
        _("in the paper"): [_("not printed") if p is None else f"{p.value:.1f}%" for p in printed],
        _("there"): [p.where.rpartition(", ")[2] if p else "" for p in printed],
    }


def _agreement(runs: Recording, mined: str) -> str:
    means = {row.name: row.mean for row in runs.table()}
    there = {name: quoted for name in means if (quoted := published(CONFIGURATIONS[name]))}
    one_net = [name for name in there if name != mined]
    alike, pairs = same_order(
        [means[name] for name in one_net], [there[name].value for name in one_net]
    )
    return _(
        "Of the {pairs} pairs that the paper compares on one net, **{alike}** stand in the same "
        "order here. Mining is {here} focal loss at γ = 2 here and {there} it in the paper, there "
        "on a deeper net (ResNet-101, {mined:.1f}% against {focal:.1f}%). Without a prior the "
        "paper’s training diverged."
    ).format(
        pairs=pairs,
        alike=alike,
        here=_apart(100 * (means[mined] - means[PAPERS])),
        there=_apart(there[mined].value - focal_beside_mining().value),
        focal=focal_beside_mining().value,
        mined=there[mined].value,
    )


def _apart(difference: float) -> str:
    words = _("{n} points ahead of") if difference > 0 else _("{n} points behind")
    return words.format(n=number(abs(difference)))
