"""What a term means can stand beside it, under any of its names and in the visitor's language."""

import ast
import re

import pytest

from focal_core.glossary import GLOSSARY
from focal_ui.learning import challenges, question_bank, terms
from focal_ui.locale.languages import PSEUDO
from focal_ui.words import speaking
from tests.helpers import ROOT

TOLD = ("nats", "logit", "prior", "anchor", "IoU", "AP", "ECE", "OHEM", "GHM")
SOURCES = [*ROOT.glob("focal_ui/**/*.py"), *ROOT.glob("pages/**/*.py")]


@pytest.mark.parametrize("name", TOLD)
def test_what_a_first_reader_stumbles_over_is_explained(name):
    said = terms.help_of(name)
    assert re.fullmatch(r"\*\*[^*]+\*\*: [A-Z].+\.", said)
    assert name.casefold().removesuffix("s") in said.casefold()


def test_a_short_name_leads_to_the_term():
    assert terms.help_of("nats") == terms.help_of("nat")
    assert terms.help_of("prior") == terms.help_of("prior π")
    assert terms.help_of("iou") == terms.help_of("IoU")


def test_an_abbreviation_is_written_out():
    assert "Intersection over union" in terms.help_of("IoU")
    assert "Average precision" in terms.help_of("AP")
    assert "Expected calibration error" in terms.help_of("ECE")
    assert "Online hard example mining" in terms.help_of("OHEM")
    assert "Gradient harmonising mechanism" in terms.help_of("GHM")


def test_several_terms_stand_in_paragraphs_in_the_order_asked_for():
    both = terms.help_of("IoU", "anchor")
    assert both == f"{terms.help_of('IoU')}\n\n{terms.help_of('anchor')}"


def test_a_name_means_one_term_and_its_own_before_all():
    other = [name.casefold() for term in GLOSSARY for name in term.also]
    assert len(set(other)) == len(other)
    assert terms.help_of("RetinaNet").startswith("**RetinaNet**")  # and not one-stage detectors


@pytest.mark.parametrize("term", GLOSSARY, ids=lambda term: term.name)
def test_a_meaning_holds_no_mark_that_would_come_alive(term):
    said = terms.help_of(term.name).replace(r"\*", "")
    assert said.count("*") == 4  # the term itself, in bold
    assert not re.search(r"[`$\[<]", said)


def test_it_speaks_the_visitors_language():
    english = terms.help_of("IoU")
    with speaking(PSEUDO.tag):
        assert terms.help_of("IoU") != english
    assert terms.help_of("IoU") == english


def test_a_term_that_is_not_there_is_a_mistake_of_the_author():
    with pytest.raises(KeyError):
        terms.help_of("xylophone")


def test_the_terms_of_questions_and_tasks_are_in_the_glossary():
    tasks = [task for make in challenges.LEVELS.values() for task in make()]
    asked = [make() for make in question_bank.BANK.values()]
    assert all(terms.help_of(*each.terms) for each in (*tasks, *asked) if each.terms)


def test_no_meaning_gives_a_right_answer_away():
    for make in question_bank.BANK.values():
        question = make()
        (right,) = (option.text for option in question.options if option.right)
        assert right.casefold() not in terms.help_of(*question.terms).casefold() or len(right) < 3


def test_every_term_that_the_app_asks_for_is_there():
    asked = [
        name.value
        for path in SOURCES
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "help_of"
        for name in call.args
        if isinstance(name, ast.Constant)
    ]
    assert [name for name in asked if not terms.help_of(name)] == []
