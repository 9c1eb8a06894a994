"""The toy's results beside those that the paper printed, and what a toy cannot show."""

import re
from itertools import combinations

import streamlit as st

from focal_core.paper import LOCATIONS
from focal_core.training.average_precision import MATCH_FROM
from focal_core.training.config import CONFIGURATIONS, PAPERS
from focal_core.training.images import CLASSES, SIZE
from focal_core.training.published import focal_beside_mining, published, same_order
from focal_core.training.recorded import Recording
from focal_ui.figures.paper import points_of_ap
from focal_ui.words import _, ap_and_spread, ap_points


def show(runs: Recording, mined: str) -> None:
    """Both tables in one, and where they agree. mined: the configuration that mines."""
    st.header(_("Beside the paper"))
    st.markdown(
        _(
            "A small experiment: images of {size} pixels with one object of {kinds} kinds, and a "
            "small net. The paper has a deep net, 80 kinds of object and some {locations:,.0f} "
            "anchors per image; only such a run tells what focal loss gains there. Both columns "
            "are AP at an overlap (IoU) of {overlap:g}, in points."
        ).format(size=SIZE, kinds=len(CLASSES), locations=LOCATIONS.value, overlap=MATCH_FROM)
    )
    st.table(_rows(runs), hide_index=True)
    st.markdown(_agreement(runs, mined))


def _rows(runs: Recording) -> dict[str, list[str]]:
    table = runs.table()
    printed = [published(CONFIGURATIONS[row.name]) for row in table]
    return {
        _("loss"): [_(row.name) for row in table],
        _("here"): [ap_and_spread(row.mean, row.sd) for row in table],
        _("in the paper"): [
            _("not reported") if p is None else points_of_ap(p.value) for p in printed
        ],
        _("table in the paper"): [_table_of(_(p.where)) if p else "" for p in printed],
    }


def _table_of(place: str) -> str:
    """Without the paper before it: Lin et al. 2017, Table 1b."""
    return re.split("[,\uff0c]", place)[-1].strip()


def _agreement(runs: Recording, mined: str) -> str:
    there = {name: quoted for name in runs.names if (quoted := published(CONFIGURATIONS[name]))}
    pairs = list(combinations([name for name in there if name != mined], 2))
    ours = [runs.difference(*pair) for pair in pairs]
    printed = [there[first].value - there[second].value for first, second in pairs]
    clear = [(here.mean, apart) for here, apart in zip(ours, printed, strict=True) if here.is_clear]
    mining = runs.difference(mined, PAPERS)
    return _(
        "Of the {pairs} pairs that the paper compares on one net, {clear} differ here by more than "
        "one standard deviation, and **{alike}** of these have the same order in the paper. OHEM "
        "is {here} focal loss at γ = {gamma:g} here and {there} it in the paper, there on a "
        "deeper net (ResNet-101, {mined:.1f} against {focal:.1f}). Without a prior the paper’s "
        "training diverged."
    ).format(
        pairs=len(pairs),
        clear=len(clear),
        alike=same_order(*zip(*clear, strict=True)) if clear else 0,
        here=_apart(mining.mean, mining.sd),
        gamma=CONFIGURATIONS[PAPERS].loss.gamma,
        there=_apart((there[mined].value - focal_beside_mining().value) / 100),
        focal=focal_beside_mining().value,
        mined=there[mined].value,
    )


def _apart(difference: float, sd: float | None = None) -> str:
    words = _("{n} points ahead of") if difference > 0 else _("{n} points behind")
    size = abs(difference)
    return words.format(n=ap_points(size) if sd is None else ap_and_spread(size, sd))
