"""Reference: the paper's tables, a glossary, and where every claim comes from."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from focal_core import glossary, paper
from focal_core.glossary import Term
from focal_core.literature import WORKS, Work
from focal_ui.controls import knobs
from focal_ui.figures import paper as figures
from focal_ui.figures.paper import points_of_ap
from focal_ui.frame import page_parts
from focal_ui.learning import claims
from focal_ui.learning.claims import Tag
from focal_ui.stage import card
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import Exhibit, View
from focal_ui.words import _, as_now, kept

TITLE = "Reference"
BRIDGE = "This is the last page. What would you like to try with what you know now?"
NAME = __name__.rpartition(".")[2]
SHOWN: dict[str, tuple[paper.Table[Any], Callable[[], Exhibit]]] = {
    knobs.TABLE_1A: (paper.TABLE_1A, figures.by_alpha),
    knobs.TABLE_1B: (paper.TABLE_1B, figures.by_gamma),
    knobs.TABLE_1C: (paper.TABLE_1C, figures.by_anchors),
    knobs.TABLE_1D: (paper.TABLE_1D, figures.against_mining),
    knobs.TABLE_1E: (paper.TABLE_1E, figures.speed),
    knobs.TABLE_2: (paper.TABLE_2, figures.detectors),
    knobs.TABLE_3: (paper.TABLE_3, figures.star),
}
BADGES = {Tag.PAPER: "blue", Tag.COMPUTED: "green", Tag.OPINION: "gray"}


def view(table: str = knobs.TABLE_1B) -> View:
    """What the page says of one table of the paper."""
    shown, draw = SHOWN[table]
    return View(
        headline=_headline(table),
        exhibits={f"table_{shown.number}": draw()},
        explanation=_explained(table),
    )


def variants() -> dict[str, Callable[..., View]]:
    """Each table."""
    return {name: partial(view, table=name) for name in SHOWN}


def page() -> None:
    """One table at a time, then glossary, claims, errors and literature."""
    stage = Stage()
    with stage.above:
        chosen = knobs.TABLE.ask() or knobs.TABLE_1B
        table = SHOWN[chosen][0]
        st.caption(
            _("Table {number}. {caption} ({split}).").format(
                number=table.number, caption=_(table.caption), split=table.split.value
            )
        )
    stage.show(view, table=chosen)
    _glossary()
    st.header(_("Claims and evidence"))
    _claims()
    _traps()
    _literature()
    page_parts.sources(
        {
            _("All tables, and the claims tagged “from the paper”"): paper.PAPER,
            _("The row of ResNeXt-101 in Table 2"): _("only in the paper’s second version"),
            _("Other detectors beside Table 1e"): paper.FIGURE_2_SOURCE,
            _("α = 0.5 at γ = 2"): paper.ALPHA_HALF_LOSES.where,
            _("γ and α selected together"): paper.TOGETHER_SOURCE,
            _("The hinge loss"): paper.HINGE_SOURCE,
            _("The wording of captions and glossary"): _("ours"),
        }
    )


def _headline(chosen: str) -> str:
    focal, mining = paper.FOCAL_WITHOUT_MINING, paper.BEST_MINING
    best = SHOWN[chosen][0].best
    sentences = {
        knobs.TABLE_1A: _("Cross entropy at its best: **{ap} AP** at α = {alpha:g}").format(
            ap=points_of_ap(best.ap), alpha=paper.TABLE_1A.best.alpha
        ),
        knobs.TABLE_1B: _("The paper’s best: **{ap} AP** at γ = {gamma:g}").format(
            ap=points_of_ap(best.ap), gamma=paper.TABLE_1B.best.gamma
        ),
        knobs.TABLE_1C: _("The best anchors: **{ap} AP** with {scales} × {ratios}").format(
            ap=points_of_ap(best.ap),
            scales=paper.TABLE_1C.best.scales,
            ratios=paper.TABLE_1C.best.ratios,
        ),
        knobs.TABLE_1D: _("Focal loss is **{gap} AP** ahead of hard example mining").format(
            gap=points_of_ap(paper.gain(focal, mining))
        ),
        knobs.TABLE_1E: _("The most accurate model takes {ms} ms for **{ap} AP**").format(
            ms=paper.TABLE_1E.best.milliseconds, ap=points_of_ap(best.ap)
        ),
        knobs.TABLE_2: _("RetinaNet is **{gap} AP** ahead of the best two-stage detector").format(
            gap=points_of_ap(paper.gain(paper.RETINANET, paper.BEST_TWO_STAGE))
        ),
        knobs.TABLE_3: _("FL* comes within **{gap} AP** of focal loss").format(
            gap=points_of_ap(paper.gain(paper.TABLE_1B.best, paper.BEST_STAR))
        ),
    }
    return sentences[chosen]


def _explained(chosen: str) -> str:
    explanations = {
        knobs.TABLE_1A: _(
            "More weight for the rare objects helps up to α = {alpha:g}; inverse frequency, near "
            "0.999, goes too far. The row α = 0.5 gives both classes the same weight: it is plain "
            "cross entropy, trained with the prior, and has {plain} AP."
        ).format(alpha=paper.TABLE_1A.best.alpha, plain=points_of_ap(paper.PLAIN_CROSS_ENTROPY.ap)),
        knobs.TABLE_1B: _of_gamma(),
        knobs.TABLE_1C: _(
            "Even one square anchor per location reaches {one} AP. More shapes help, but beyond "
            "six to nine anchors AP no longer grows."
        ).format(one=points_of_ap(paper.TABLE_1C.rows[0].ap)),
        knobs.TABLE_1D: _(
            "OHEM keeps the hardest examples of an image and gives the others no weight. The paper "
            "tuned it, too: a label gives the number of examples kept and the threshold of the NMS "
            "before that. Three background examples for each object (1:3) make it worse. The hinge "
            "loss, tried as well, was unstable. Do not compare with Table 1e: other images."
        ),
        knobs.TABLE_1E: _of_speed(),
        knobs.TABLE_2: _(
            "RetinaNet was trained longer here and with images of varying size. The other "
            "detectors differ in backbone and training as well, so this table shows what a whole "
            "detector achieves, not what the loss alone does. That is in Tables 1b and 1d."
        ),
        knobs.TABLE_3: _(
            "FL* stretches the logit by γ and shifts it by β instead of multiplying the loss by a "
            "factor. It down-weights easy examples, too, and that is enough."
        ),
    }
    return explanations[chosen]


def _of_gamma() -> str:
    focal, weighted = paper.TABLE_1B.best, paper.TABLE_1A.best
    return _(
        "The larger γ, the less easy background counts, and the less α has to do: the best α "
        "falls below one half. So the paper selects γ and α together, and α = 0.5 loses only "
        "{half} AP at γ = {gamma:g}. From γ = {low:g} to {high:g} every row is above cross "
        "entropy. Two gains are quoted, and both are right: **{over_weighted}** points over "
        "cross entropy with its best α, **{over_plain}** over plain cross entropy."
    ).format(
        half=points_of_ap(paper.ALPHA_HALF_LOSES.value),
        gamma=paper.GAMMA.value,
        low=paper.ROBUST_GAMMAS.low,
        high=paper.ROBUST_GAMMAS.high,
        over_weighted=points_of_ap(paper.gain(focal, weighted)),
        over_plain=points_of_ap(paper.gain(focal, paper.PLAIN_CROSS_ENTROPY)),
    )


def _of_speed() -> str:
    deep = paper.TABLE_1E.where_row(lambda row: (row.depth, row.size) == (101, 500))
    shallow = paper.TABLE_1E.where_row(lambda row: (row.depth, row.size) == (50, 600))
    fast = next(each for each in paper.FIGURE_2 if each.ap < figures.LOWEST_PLOTTED)
    return _(
        "One detector at five image sizes and two depths. The deeper network at {small} pixels "
        "beats the shallow one at {large} in both: {deep_ap} AP in {deep_ms} ms against "
        "{shallow_ap} in {shallow_ms} ms. The crosses are the paper’s figure 2, with public "
        "numbers; the time of R-FCN is extrapolated. {fast}, at {fast_ap} AP in {fast_ms} ms, "
        "lies below the picture, as in the paper."
    ).format(
        small=deep.size,
        large=shallow.size,
        deep_ap=points_of_ap(deep.ap),
        deep_ms=deep.milliseconds,
        shallow_ap=points_of_ap(shallow.ap),
        shallow_ms=shallow.milliseconds,
        fast=fast.detector,
        fast_ap=points_of_ap(fast.ap),
        fast_ms=fast.milliseconds,
    )


def _glossary() -> None:
    st.header(_("Glossary"))
    wanted = st.text_input(
        _("Find a term"),
        max_chars=40,
        key="glossary_search",
        placeholder=_("anchor, alpha, mining …"),
        width=320,
    )
    if wanted.strip():
        found = glossary.search(wanted, _terms())
        # What was typed is not repeated: it never becomes Markdown.
        st.caption(
            _("{n} of {all} terms").format(n=len(found), all=len(glossary.GLOSSARY))
            if found
            else _("Nothing found. Try a shorter term.")
        )
        for term in found:
            _term(term)
        return
    title = _("All {n} terms").format(n=len(glossary.GLOSSARY))
    drawer = st.expander(title, key="all_terms", on_change="rerun")
    if drawer.open:
        with drawer:
            for term in _terms():
                _term(term)


@kept(maxsize=4)
def _terms() -> tuple[Term, ...]:
    """The glossary in the visitor's words; a term is found by its English name, too."""
    said = [
        replace(term, name=_(term.name), meaning=_(term.meaning), also=(*term.also, term.name))
        for term in glossary.GLOSSARY
    ]
    return tuple(sorted(said, key=lambda term: term.name.casefold()))


def _term(term: Term) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{_unstarred(term.name)}**: {_unstarred(term.meaning)}")
        if term.page and term.page != NAME:
            page_parts.link(term.page, st.session_state[page_parts.PAGES][term.page].title)


def _claims() -> None:
    made = claims.claims()
    _list(
        "claims",
        _("{n} claims, each from the paper, computed here, or opinion").format(n=len(made)),
        [
            f":{BADGES[claim.tag]}-badge[{_(claim.tag.value)}] {_unstarred(claim.text)} — "
            f"*{page_parts.cited(claim.source)}*"
            for claim in made
        ],
        {
            _("claim"): [claim.text for claim in made],
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
        [f"**{work.cite}**: {_(work.says)} — *{_checked_in(work)}*" for work in WORKS],
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


def _unstarred(text: str) -> str:
    """Asterisks as they are, not as emphasis."""
    return text.replace("*", "\\*")
