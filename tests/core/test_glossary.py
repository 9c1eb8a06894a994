"""The glossary: each term once, defined, in order, to be found, and linked to a page that is."""

import pytest

import app
from focal_core.glossary import GLOSSARY, search
from focal_core.literature import WORKS

PAGES = {page.__name__.rpartition(".")[2] for pages in app.SECTIONS.values() for page in pages}
every_term = pytest.mark.parametrize("term", GLOSSARY, ids=lambda term: term.name)
LEARNED = [
    "logit", "p_t", "cross entropy", "modulating factor", "focusing parameter γ",
    "class weight α_t", "easy example", "hard example", "hard negative", "anchor", "IoU",
    "assignment", "foreground", "one-stage detector", "two-stage detector", "FPN", "prior π",
    "normaliser", "OHEM", "bootstrapping", "NMS", "AP", "class imbalance", "one-hot",
    "multi-label", "proper loss", "classification-calibrated", "posterior η", "ECE",
    "temperature scaling", "Hessian", "robust loss", "label smoothing", "long tail", "detach",
    "background", "location", "nat", "share of the loss", "seed", "scenario", "ignored anchor",
    "GHM", "ASL", "class-balanced weight", "logit adjustment", "loss", "decision threshold",
    "recalibration", "box regression", "validation set, test set",
]  # fmt: skip


def names(found):
    return [term.name for term in found]


def test_no_term_stands_twice():
    folded = [term.name.casefold() for term in GLOSSARY]
    assert len(set(folded)) == len(folded)


def test_the_terms_stand_in_alphabetical_order():
    assert names(GLOSSARY) == sorted(names(GLOSSARY), key=str.casefold)


@pytest.mark.parametrize("name", LEARNED)
def test_what_a_learner_meets_is_explained(name):
    assert name in names(GLOSSARY)


@every_term
def test_a_term_is_defined_in_a_sentence_or_two(term):
    assert 15 < len(term.meaning) < 240
    assert term.meaning.endswith(".")
    assert term.meaning[0].isupper() or term.meaning[0].isdigit()


@every_term
def test_a_term_leads_to_a_page_of_the_app_or_nowhere(term):
    assert term.page is None or term.page in PAGES


@every_term
def test_a_term_is_found_by_its_name_and_its_other_names(term):
    for name in (term.name, term.name.upper(), *term.also):
        assert term in search(name)


def test_nothing_wanted_is_everything():
    assert search("") == search("  ") == GLOSSARY


def test_what_is_named_so_comes_before_what_only_speaks_of_it():
    found = names(search("anchor"))
    assert found[0] == "anchor"
    assert "normaliser" in found[1:]


def test_all_words_must_be_there():
    assert names(search("weights slope")) == ["gradient"]


@pytest.mark.parametrize("unknown", ["xylophone", "<script>", "](http://x)", "\0", "a" * 10_000])
def test_what_is_not_there_is_not_found(unknown):
    assert search(unknown) == ()


def test_every_work_is_cited_with_its_year_and_says_how_far_it_was_read():
    for work in WORKS:
        assert "20" in work.cite or "issue" in work.cite
        assert work.says.endswith(".")
        assert work.read_as.value
    assert len({work.cite for work in WORKS}) == len(WORKS)
