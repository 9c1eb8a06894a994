"""Reference: every table is drawn, every word is found, every claim says what it rests on."""

import re

import pytest

from focal_core import paper
from focal_core.glossary import GLOSSARY
from focal_core.literature import WORKS, ReadAs
from focal_ui.controls import knobs
from focal_ui.learning import claims
from focal_ui.learning.claims import Tag
from focal_ui.reference import tables
from focal_ui.stage.prose import to_text
from pages.teach import reference
from tests.helpers import failed, headline, pictures, words

HEADLINES = {
    knobs.TABLE_1A: "Cross entropy at its best: 31.1 AP at α = 0.75",
    knobs.TABLE_1B: "The paper’s best: 34.0 AP at γ = 2",
    knobs.TABLE_1C: "The best anchors: 34.2 AP with 2 × 3",
    knobs.TABLE_1D: "Focal loss is 3.2 AP ahead of hard example mining",
    knobs.TABLE_1E: "The most accurate model takes 198 ms for 37.8 AP",
    knobs.TABLE_2: "RetinaNet is 2.3 AP ahead of the best two-stage detector",
    knobs.TABLE_3: "FL* comes within 0.1 AP of focal loss",
}
HARMFUL = [
    "<script>alert(1)</script>",
    "![x](http://x/y.png)",
    "[x](http://x/)",
    "# x **y** `z`",
    "$x$ :red[x]",
    "\\",
    "*",
    "(",
    "{n}",
]
CLAIMS, TRAPS = claims.claims(), claims.traps()


@pytest.mark.parametrize("option", knobs.TABLE.options)
def test_each_table_is_drawn_said_and_tabulated_whole(option):
    table, _draw = tables.SHOWN[option]
    view = reference.view(table=option)
    (exhibit,) = view.exhibits.values()
    assert to_text(view.headline) == HEADLINES[option]
    others = paper.FIGURE_2 if option == knobs.TABLE_1E else ()
    (lengths,) = {len(column) for column in exhibit.table.values()}
    assert lengths == len(table.rows) + len(others)
    assert len(exhibit.table) == len(table.columns) + bool(others)
    assert exhibit.table["AP"] == [f"{row.ap:.1f}" for row in (*table.rows, *others)]


@pytest.mark.parametrize("option", knobs.TABLE.options)
def test_a_link_opens_its_table_and_says_which_images_it_is_of(option, open_page):
    table, _draw = tables.SHOWN[option]
    visit = open_page(reference, table=option)
    captions = " ".join(caption.value for caption in visit.caption)
    assert not failed(visit)
    assert headline(visit) == HEADLINES[option]
    assert set(pictures(visit)) == {f"table_{table.number}"}
    assert f"Table {table.number}." in captions
    assert table.split.value in captions


@pytest.mark.parametrize("option", knobs.TABLE.options)
def test_every_ap_of_a_table_can_be_read_or_reached_on_its_picture(option):
    table, draw = tables.SHOWN[option]
    exhibit = draw()
    drawn = [y for trace in exhibit.figure["data"] for y in (*trace["x"], *trace["y"])]
    for row in table.rows:
        assert any(abs(row.ap - value) < 1e-4 for value in drawn)


def test_the_other_detectors_of_figure_2_stand_beside_table_1e_with_their_times():
    view = reference.view(table=knobs.TABLE_1E)
    (exhibit,) = view.exhibits.values()
    crosses = exhibit.figure["data"][-1]
    assert list(zip(crosses["x"], crosses["y"], strict=True)) == [
        (61, 28.0), (85, 28.0), (85, 29.9), (125, 31.2), (156, 33.2), (172, 36.2),
    ]  # fmt: skip
    assert "YOLOv2, at 21.6 AP in 25 ms" in view.explanation


def test_what_is_said_of_gamma_and_alpha_is_the_papers():
    said = reference.view(table=knobs.TABLE_1B).explanation
    assert "selects γ and α together" in said
    assert "α = 0.5 loses only 0.4 AP" in said
    robust = [row for row in paper.TABLE_1B.rows if row.gamma >= paper.ROBUST_GAMMAS.low]
    assert min(row.ap for row in robust) > paper.TABLE_1B.rows[0].ap


def test_each_gamma_stands_above_its_alpha():
    axis = tables.SHOWN[knobs.TABLE_1B][1]().figure["layout"]["xaxis"]
    assert list(axis["ticktext"]) == [
        "0<br>0.75", "0.1<br>0.75", "0.2<br>0.75", "0.5<br>0.5", "1<br>0.25", "2<br>0.25",
        "5<br>0.25",
    ]  # fmt: skip


def test_the_page_opens_with_the_papers_best(open_page):
    assert headline(open_page(reference)) == HEADLINES[knobs.TABLE_1B]


def test_a_table_that_is_not_there_is_named_and_the_first_page_shown(open_page):
    visit = open_page(reference, table="9z")
    assert "table" in visit.warning[0].value
    assert headline(visit) == HEADLINES[knobs.TABLE_1B]


def searched(open_page, text):
    visit = open_page(reference)
    visit.text_input(key="glossary_search").set_value(text).run()
    assert not failed(visit)
    return visit


def test_a_word_is_found(open_page):
    visit = searched(open_page, "Mining")
    assert "**OHEM**" in words(visit)
    assert "**anchor**" not in words(visit)
    assert any(f"of {len(GLOSSARY)} terms" in caption.value for caption in visit.caption)


def test_a_found_term_leads_to_its_page(open_page):
    visit = searched(open_page, "normaliser")
    assert "The first step" in [link.proto.label for link in visit.get("page_link")]


def test_nothing_found_is_said(open_page):
    visit = searched(open_page, "xylophone")
    assert "Nothing found. Try a shorter term." in [caption.value for caption in visit.caption]


@pytest.mark.parametrize("text", HARMFUL)
def test_what_is_typed_never_becomes_markdown(text, open_page):
    before, after = open_page(reference), searched(open_page, f"qq {text}")
    assert words(after) == words(before)
    assert not any(f"qq {text}" in caption.value for caption in after.caption)


def test_all_terms_can_be_read_at_once(open_page):
    said = words(open_page(reference, opened=["all_terms"]))
    assert all(f"**{term.name}**".replace("FL*", "FL\\*") in said for term in GLOSSARY)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.text[:40])
def test_every_claim_has_a_tag_and_a_source(claim):
    assert isinstance(claim.tag, Tag)
    assert claim.source
    assert claim.text.endswith(".")
    assert not re.search(r"[{}]|None|nan", claim.text)


def test_the_tags_are_the_three_that_the_app_promises():
    assert {claim.tag.value for claim in CLAIMS} == {"from the paper", "computed here", "opinion"}


def test_a_claim_from_the_paper_says_where_in_it():
    for claim in CLAIMS:
        assert (claim.tag is Tag.PAPER) == claim.source.startswith("Lin et al. 2017")


def test_no_claim_stands_twice():
    assert len({claim.text for claim in CLAIMS}) == len(CLAIMS)


@pytest.mark.parametrize(
    "numbers",
    [
        "97.9% of the loss under cross entropy, 36.1%",
        "falls from 0.979 to 0.361",
        "divides the gradient by 34.5",
        "1.22 times cross entropy’s",
        "pₜ = 0.0578",
        "gains 3.8 points",
        "2.68",
        "68.6% of the first loss under cross entropy and 0.0223% at γ = 2",
        "14.7 per foreground anchor instead of 694",
    ],
)
def test_the_numbers_of_the_claims_are_those_of_the_theory(numbers):
    assert sum(numbers in claim.text for claim in CLAIMS) == 1


@pytest.mark.parametrize(
    ("said", "section"),
    [
        ("diverges", "§5.1"),
        ("hardly matters", "§4.1 and §5.1"),
        ("selected together", "§4.1"),
        ("robust to γ from 0.5 to 5", "§4.1"),
        ("With α the results are slightly better", "§3.2"),
        ("divided by at most 4", "§3.2"),
        ("more stable", "§3.2"),
    ],
)
def test_what_the_paper_says_of_prior_and_alpha_is_claimed_from_its_place(said, section):
    (claim,) = (claim for claim in CLAIMS if said in claim.text and claim.tag is Tag.PAPER)
    assert f"2017, {section}" in claim.source


@pytest.mark.parametrize(
    "numbers",
    [
        "0.001 instead of 0.0029",
        "settles at 0.675",
        "15.8% instead of 62.9%",
        "0.0853 instead of 0.00105",
        "0.173 instead of 0.0433",
        "1.156 and −0.156",
        "0.2374 instead of 0.00803",
        "25.1 AP",
        "34.0 and 34.3",
        "34.2 against 34.0",
        "loss × 0.81, gradient × 1.22",
        "0 without that class, 0.173 with it",
    ],
)
def test_each_trap_shows_the_number_that_tells_wrong_from_right(numbers):
    assert sum(numbers in trap.numbers for trap in TRAPS) == 1


def test_lists_of_claims_traps_and_works_are_whole(open_page):
    said = words(open_page(reference, opened=["claims", "traps", "literature"]))
    for claim in CLAIMS:
        text = claim.text.replace("FL*", "FL\\*")
        assert f"-badge[{claim.tag.value}] {text} — *{claim.source}*" in said
    assert all(trap.wrong in said and trap.right in said and trap.numbers in said for trap in TRAPS)
    assert all(f"**{work.cite}**: {work.says}" in said for work in WORKS)


def test_what_was_read_in_the_abstract_alone_is_marked(open_page):
    said = words(open_page(reference, opened=["literature"]))
    alone = sum(work.read_as is ReadAs.ABSTRACT for work in WORKS)
    assert said.count("not the full text") == alone > 0


def test_the_page_cites_the_paper(open_page):
    assert paper.PAPER in words(open_page(reference, opened=["sources"]))
