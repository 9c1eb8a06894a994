"""Guesses, tables and pictures: what a visitor leaves on a page and takes from it."""

import csv
import io

import pytest
from playwright.sync_api import expect

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.training.config import PAPERS
from focal_core.training.scored_scene import scored_scene
from tests.browser.conftest import plain_server


def test_a_guess_is_answered_drawn_and_kept_in_the_link(visit):
    visit.open("/")
    visit.page.get_by_role("radio", name="50%").click()
    answer = visit.page.get_by_text("You said 50%; it is 11.6%: 38.4 points too high.")
    expect(answer).to_be_visible()
    mark = visit.picture("image").locator("text", has_text="your guess")
    expect(mark).to_be_hidden()  # the picture shows another γ than the one asked about
    visit.page.get_by_role("button", name="Show it in the picture").click()
    visit.expect_slider("gamma", 2)
    expect(mark).to_be_visible()
    visit.expect_in_url("guess_start", "50%25")
    visit.page.reload()
    expect(answer).to_be_visible()
    expect(mark).to_be_visible()


@pytest.mark.parametrize(
    ("address", "option", "width"),
    [("/easy_negatives", "36%", 375), ("/gradient", "4", 1280), ("/rivals", "50%", 375)],
)
def test_asked_to_show_the_guess_the_page_brings_its_marks_into_view(address, option, width, visit):
    visit.page.set_viewport_size({"width": width, "height": 740})
    visit.open(address)
    visit.page.get_by_role("radio", name=option, exact=True).first.click()
    visit.page.get_by_role("button", name="Show it in the picture").click()
    marks = visit.page.locator("[data-picture] svg:visible [data-guess]")
    expect(marks).to_have_count(2)
    for i in range(2):
        expect(marks.nth(i)).to_be_in_viewport()
    expect(visit.page.locator("[data-picture] svg:focus")).to_have_count(1)


def test_shown_a_guess_a_visitor_who_goes_on_keeps_the_focus(visit):
    visit.open("/easy_negatives")
    visit.page.get_by_role("radio", name="36%", exact=True).first.click()
    visit.page.get_by_role("button", name="Show it in the picture").click()
    expect(visit.page.locator("[data-picture] svg:focus")).to_have_count(1)
    visit.slider("gamma").focus()
    visit.page.wait_for_timeout(1500)  # the picture asks for the focus for a second
    expect(visit.slider("gamma")).to_be_focused()


def test_an_answer_to_a_question_is_met_with_its_reason(visit):
    visit.open("/")
    drawer = visit.open_expander("Check yourself")
    drawer.get_by_text("background with p = 0.7").click(force=True)
    expect(drawer).to_contain_text("Right. The true class, background, has probability 0.3")


def test_the_table_as_csv_holds_the_numbers_of_the_core(visit):
    visit.open("/?gamma=1")
    with visit.page.expect_download() as waiting:
        visit.page.locator(".st-key-image_csv button").click()
    assert waiting.value.suggested_filename == "image.csv"
    _heading, *rows = csv.reader(io.StringIO(waiting.value.path().read_text(encoding="utf-8")))
    scored = scored_scene(PAPERS, 500, 0)
    for column, loss in ((1, CROSS_ENTROPY), (3, FocalLoss(1))):
        paid = scored.paid(loss)
        totals = [paid.plain, paid.look_alikes, paid.near, paid.objects]
        assert [float(row[column]) for row in rows] == totals


@pytest.mark.parametrize(
    ("address", "key"), [("/", "image"), ("/curve", "curve"), ("/reference", "table_1b")]
)
@pytest.mark.parametrize(("format_", "start"), [("PNG", b"\x89PNG"), ("SVG", b"<svg")])
def test_each_picture_can_be_saved(format_, start, address, key, visit):
    visit.open(address)
    expect(visit.picture(key)).to_be_visible()
    with visit.page.expect_download() as waiting:
        visit.page.locator(f"[data-buttons={key}] button", has_text=format_).press("Enter")
    assert waiting.value.suggested_filename == f"{key}.{format_.lower()}"
    saved = waiting.value.path().read_bytes()
    assert saved.startswith(start)
    if format_ == "PNG":
        assert len(saved) > 10_000
    else:
        title = visit.title.inner_text().split()
        assert all(word in saved.decode() for word in title)  # it says what it is of
        assert key != "curve" or "cross entropy" in saved.decode()
        assert "var(" not in saved.decode()  # and needs no page around it


def test_the_link_to_a_picture_opens_the_page_at_the_picture(visit, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.open("/easy_negatives?gamma=3")
    button = visit.page.locator("[data-buttons=closer_look]").get_by_label("Copy the link")
    button.click()
    expect(button).to_have_text("Copied")
    link = visit.page.evaluate("navigator.clipboard.readText()")
    assert "gamma=3" in link
    visit.page.goto("about:blank")
    visit.open(link)
    expect(visit.picture("closer_look")).to_be_in_viewport()


def test_the_line_that_embeds_a_picture_opens_the_page_inside_another(visit, context, tmp_path):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.open("/easy_negatives?gamma=3")
    button = visit.page.locator("[data-buttons=totals]").get_by_label("Copy the line")
    button.click()
    expect(button).to_have_text("Copied")
    line = visit.page.evaluate("navigator.clipboard.readText()")
    (tmp_path / "course.html").write_text(f"<!doctype html><title>A course</title>{line}")
    with plain_server(tmp_path) as course:
        visit.page.goto(f"{course}/course.html")
        inside = visit.page.frame_locator("iframe")
        expect(inside.locator("h1[data-live]")).to_contain_text("γ = 3")
        drawn = "[data-picture=totals] svg.narrow, [data-picture=totals] svg.wide"
        expect(inside.locator(drawn).first).to_be_attached()
        expect(inside.get_by_test_id("stSidebar")).not_to_be_visible()
