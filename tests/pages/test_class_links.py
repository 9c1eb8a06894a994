"""What a link can take away: controls, answers; and what a room sees."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from focal_core.binary import FocalLoss
from focal_core.budget import budget
from focal_core.population import SIMPLE
from focal_ui.class_kit import lesson, printable
from focal_ui.controls import by_page, knobs, parameters
from focal_ui.learning import question_bank, questions
from focal_ui.words import percent
from pages.see import class_weights, easy_negatives
from pages.teach import class_kit
from tests.helpers import (
    PAGES,
    failed,
    guesses_on,
    headline,
    in_sight,
    name_of,
    page_named,
    words,
)

STEPS = {step.minutes: step for step in lesson.plan() if step.page}


def visit(page: str, link: str = "", **opened: object) -> AppTest:
    script = AppTest.from_string(
        f"""
from focal_ui.frame import settings
from pages.{page.rpartition(".")[0]} import {page.rpartition(".")[2]} as page
settings.take_along()
page.page()
""",
        default_timeout=30,
    )
    for key, value in parse_qsl(link):
        script.query_params[key] = value
    for key, value in opened.items():
        script.session_state[key] = value
    return script.run()


def test_a_hidden_slider_is_gone_and_holds_the_links_value():
    page = visit("see.class_weights", "alpha=0.5&hide=alpha")
    assert "alpha" not in in_sight(page)
    assert "gamma" in in_sight(page)
    share = budget(SIMPLE.population(), FocalLoss(2.0, 0.5)).negative_share
    assert percent(share) in headline(page)
    assert "α = 0.5" in headline(page)


@pytest.mark.parametrize("value", ["abc", "99", "", "nan"])
def test_a_hidden_slider_with_an_unusable_value_holds_its_default(value):
    page = visit("see.class_weights", f"alpha={value}&hide=alpha")
    assert "α = 0.25" in headline(page)
    assert not page.exception


def test_a_hidden_choice_holds_the_links_value():
    page = visit("see.easy_negatives", "population=Very easy&hide=population,look")
    assert not {"population", "look"} & in_sight(page)
    assert "0.99" in page.caption[0].value


def test_hiding_what_is_no_control_changes_nothing():
    page = visit("see.start", "hide=nonsense,<script>")
    assert "gamma" in in_sight(page)
    assert not page.exception


def test_hidden_answers_note_the_guess_and_keep_the_answer_back():
    link = "guess_alpha=0.75"
    shown, hidden = (
        visit("see.class_weights", link),
        visit("see.class_weights", f"{link}&answers=hidden"),
    )
    assert any("You said 0.75" in block.value for block in shown.markdown)
    assert not any("You said" in block.value for block in hidden.markdown)
    assert any("Noted: 0.75" in caption.value for caption in hidden.caption)


def test_hidden_answers_keep_the_reasons_back():
    page = visit("see.class_weights", "answers=hidden&q_alpha_half=B", check_yourself=True)
    assert not any("Right." in block.value for block in page.markdown)
    assert any(caption.value == "Noted." for caption in page.caption)


QUIZ = question_bank.of("exit quiz")


@pytest.mark.parametrize("right", [True, False])
def test_hidden_answers_tell_nobody_how_many_are_right(right):
    picked = "&".join(
        f"{q.link_key}={next(letter for letter, o in q.lettered.items() if o.right is right)}"
        for q in QUIZ[:4]
    )
    quiz = visit("try_it.challenges", f"level=Exit quiz&answers=hidden&{picked}")
    assert headline(quiz) == "Exit quiz · 4 of 8 answered"
    reasons = [option.reason for question in QUIZ for option in question.options]
    assert not any(reason in words(quiz) for reason in reasons)


def test_hidden_answers_keep_back_the_numbers_to_find_too():
    page = visit("try_it.challenges", "answers=hidden&t11=2.74&t12=5", show_t11=True)
    assert headline(page).endswith("2 of 5 answered")
    assert "Right" not in words(page)
    assert "Not yet" not in words(page)
    assert "2.74" not in words(page)


def test_a_result_that_is_printed_while_answers_are_hidden_has_no_marks():
    given = {q.link_key: "A" for q in QUIZ}
    printed = questions.printable_result("Ada", QUIZ, given, marked=False)
    assert "8 of 8 answered" in printed
    assert not {"✓", "✗"} & set(printed)
    assert not any(option.reason in printed for q in QUIZ for option in q.options)


def test_a_printed_result_says_what_is_right_and_why():
    def letter(question, right):
        return next(x for x, o in question.lettered.items() if o.right is right)

    given = {q.link_key: letter(q, i > 0) for i, q in enumerate(QUIZ[:5])}  # the first is wrong
    printed = questions.printable_result("Ada <b>", QUIZ, given)
    assert "4 of 8 right" in printed
    assert "Ada &lt;b&gt;" in printed
    assert [printed.count(mark) for mark in "✓✗–"][:2] == [4, 1]
    assert "no answer" in printed
    for question in QUIZ:
        reason = next(option.reason for option in question.options if option.right)
        assert printable.text(reason) in printed


def test_a_hidden_task_or_guess_leaves_nothing_to_answer_it_by():
    tasks = visit("try_it.challenges", "hide=t11,level&t11=2.74")
    assert not {"t11", "level"} & in_sight(tasks)
    assert "1 of 5 right" in headline(tasks)
    assert "Guess first" not in words(visit("see.curve", "hide=guess_curve"))


def test_the_plan_goes_through_the_pages_in_the_order_of_the_menu():
    names = [name_of(page) for page in PAGES]
    taught = [step.page for step in lesson.plan() if step.page and step.page != "challenges"]
    assert [names.index(page) for page in taught] == sorted(names.index(page) for page in taught)


def test_a_room_sees_fewer_words():
    plain = visit("see.easy_negatives")
    room = visit("see.easy_negatives", projector=True)
    assert len(words(room)) < len(words(plain))
    assert headline(room) == headline(plain)


@pytest.mark.parametrize("minutes", STEPS)
def test_each_link_of_the_plan_opens_without_a_complaint(minutes, open_page):
    step = STEPS[minutes]
    opened = open_page(page_named(step.page), **step.values)
    assert not failed(opened)
    assert not opened.warning


@pytest.mark.parametrize(
    ("minutes", "revealed"), [("17–24", "87.9%"), ("34–37", "1.68"), ("37–40", "99.9%")]
)
def test_a_step_that_lets_the_class_predict_reveals_nothing_before(minutes, revealed, open_page):
    step = STEPS[minutes]
    page = open_page(page_named(step.page), **step.values)
    assert revealed not in headline(page) + words(page)
    (guess,) = [choice for choice in page.segmented_control if choice.key.startswith("guess_")]
    guess.set_value(guess.options[0]).run()
    assert revealed in words(page)


@pytest.mark.parametrize("module", PAGES, ids=name_of)
def test_while_pictures_wait_for_a_guess_nothing_on_the_page_tells_the_answer(module, open_page):
    page = open_page(module, opened=["code", "sources"], answers="after", projector="false")
    before = " ".join(
        [
            headline(page),
            words(page),
            *(each.label for each in (*page.button, *page.get("download_button"))),
            *(each.value for each in page.code),
            *(each.proto.body for each in page.get("html")),
        ]
    )
    for key in guesses_on(page):
        guess = page.segmented_control(key=key)
        told = []
        for option in guess.options:
            page.segmented_control(key=key).set_value(option).run()
            told += re.findall(r"it is \*\*(.+?)\*\*", words(page))
        assert told
        assert [answer for answer in told if answer in before] == []


def test_what_the_class_predicts_is_answered_by_its_vote_and_by_the_slider(open_page):
    page = open_page(easy_negatives, **STEPS["17–24"].values)
    assert "87.9%" not in headline(page) + words(page)
    page.segmented_control(key="guess_easy").set_value("36%").run()
    assert "it is **87.9%**: 51.9 points too low" in words(page)
    page.slider(key="gamma").set_value(2.0).run()
    assert "makes up 87.9%" in headline(page)


def built(script: AppTest) -> dict[str, str]:
    """What the link of the builder says, besides the language, which every class link says."""
    said = dict(parse_qsl(urlsplit(script.code[-1].value).query))
    assert said.pop("lang") == "en"
    return said


@pytest.fixture
def builder(open_page):
    def open_it(place, **link):
        kit = open_page(class_kit, link_page=page_named(place).TITLE, **link)
        assert not failed(kit)
        return kit

    return open_it


def test_a_built_link_says_what_differs_from_the_default_and_opens_so(builder, open_page):
    kit = builder("class_weights", link_alpha="0.5", link_gamma="2")
    assert built(kit) == {"alpha": "0.5"}
    kit.slider(key="link_gamma").set_value(1.0).run()
    assert built(kit) == {"alpha": "0.5", "gamma": "1"}
    opened = open_page(class_weights, **built(kit))
    assert "α = 0.5 and γ = 1" in headline(opened)


def test_the_builder_offers_a_control_only_where_it_would_be_there(builder):
    kit = builder("easy_negatives")
    assert "link_negatives" not in {slider.key for slider in kit.select_slider}
    kit = builder("easy_negatives", link_population=knobs.OWN_EQUAL, link_negatives="1M")
    assert "link_negatives" in {slider.key for slider in kit.select_slider}
    assert built(kit) == {"population": knobs.OWN_EQUAL, "negatives": "1M"}


@pytest.mark.parametrize("place", by_page.ON_PAGE)
def test_the_builder_hides_each_control_of_a_page_by_its_name(place, builder):
    kit = builder(place)
    choice = kit.multiselect(key=f"link_hidden_{place}")
    there = [k.key for k in by_page.ON_PAGE[place] if by_page.is_there(place, k, {})]
    keys = [option.rpartition("(")[2][:-1] for option in choice.options]
    assert keys == ["menu", *there]
    choice.set_value(keys[:2]).run()
    assert built(kit)["hide"] == ",".join(keys[:2])


def test_the_builder_offers_no_control_that_is_not_there(builder):
    kit = builder("easy_negatives")
    assert not any("negative_p_t" in option for option in hidable(kit))
    kit.segmented_control(key="link_population").set_value(knobs.OWN_EQUAL).run()
    assert any("negative_p_t" in option for option in hidable(kit))


def test_a_guess_that_pictures_wait_for_cannot_be_hidden(builder):
    kit = builder("curve")
    assert any("guess_curve" in option for option in hidable(kit))
    kit.segmented_control(key="link_answers").set_value("after").run()
    assert not any("guess_curve" in option for option in hidable(kit))


def hidable(kit: AppTest) -> list[str]:
    return next(box for box in kit.multiselect if box.label == "Controls to hide").options


def test_every_parameter_of_a_link_is_in_the_table_with_its_values_and_pages():
    rows = {row.key: row for row in parameters.rows()}
    assert set(by_page.KNOBS) < set(rows)
    assert {"hide", "answers", "projector", "q_…"} < set(rows)
    assert rows["gamma"].values == "0 to 5, step 0.01"
    assert "easy_negatives" in rows["gamma"].pages
    assert rows["guess_curve"].pages == "curve"
    assert all(row.meaning and row.values and row.pages for row in rows.values())


@pytest.mark.parametrize(
    ("typed", "starts"),
    [
        ("https://school.example/lab", "https://school.example/lab/"),
        ("https://school.example/lab/?gamma=1#x", "https://school.example/lab/"),
        ("http://192.168.1.7:8501", "http://192.168.1.7:8501/"),
    ],
)
def test_links_of_the_kit_start_with_the_address_that_students_use(typed, starts, open_page):
    kit = open_page(class_kit, link_address=typed)
    assert not failed(kit)
    assert not kit.info
    assert kit.code[-1].value.startswith(starts)
    assert f"]({starts}easy_negatives" in words(kit)


@pytest.mark.parametrize("typed", ["", "school.example", "ftp://school.example", "javascript:x"])
def test_a_local_address_is_warned_of_and_one_that_is_none_is_not_used(typed, open_page):
    kit = open_page(class_kit, link_address=typed)
    (warning,) = kit.info
    assert ("address" in warning.value) or ("only this computer" in warning.value)
    assert "school.example" not in kit.code[-1].value
