"""Guesses, tables and pictures: what a visitor leaves on a page and takes from it."""

import csv
import io

import pytest
from playwright.sync_api import expect

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import budget
from focal_core.population import SIMPLE
from focal_ui.class_kit import offline


def test_a_guess_is_answered_drawn_and_kept_in_the_link(visit):
    visit.open("/")
    visit.page.get_by_role("radio", name="50%").click()
    answer = visit.page.get_by_text("You said 50%; it is 83.6%: 33.6 points too low.")
    expect(answer).to_be_visible()
    mark = visit.picture("who_pays").locator("text", has_text="your guess")
    expect(mark).to_be_hidden()  # the picture shows another γ than the one asked about
    visit.page.get_by_role("button", name="Show it in the picture").click()
    visit.expect_slider("gamma", 1)
    expect(mark).to_be_visible()
    visit.expect_in_url("guess_start", "50%25")
    visit.page.reload()
    expect(answer).to_be_visible()
    expect(mark).to_be_visible()


def test_an_answer_to_a_question_is_met_with_its_reason(visit):
    visit.open("/")
    drawer = visit.open_expander("Check yourself")
    drawer.get_by_role("radio", name="C", exact=True).first.click()
    expect(drawer).to_contain_text("Yes: the truth, background, gets only 0.3.")


def test_the_table_as_csv_holds_the_numbers_of_the_core(visit):
    visit.open("/?gamma=1")
    drawer = visit.open_expander("Table and downloads")
    with visit.page.expect_download() as waiting:
        drawer.get_by_role("button", name="Table as CSV").click()
    assert waiting.value.suggested_filename == "who_pays.csv"
    _heading, *rows = csv.reader(io.StringIO(waiting.value.path().read_text(encoding="utf-8")))
    paid = [budget(SIMPLE.population(), loss) for loss in (CROSS_ENTROPY, FocalLoss(1))]
    assert [row[0] for row in rows] == ["Cross entropy", "Focal loss"]
    assert [[float(cell) for cell in row[1:]] for row in rows] == [
        [each.negatives, each.positives, each.negative_share] for each in paid
    ]


@pytest.mark.parametrize(("format_", "start"), [("PNG", b"\x89PNG"), ("SVG", b"<svg")])
def test_a_picture_that_moves_can_be_saved(format_, start, visit):
    visit.open("/")
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("button", name=f"Save the picture as {format_}").click()
    assert waiting.value.suggested_filename == f"who_pays.{format_.lower()}"
    assert waiting.value.path().read_bytes().startswith(start)


def test_a_picture_of_plotly_can_be_saved_by_its_camera(visit):
    visit.open("/reference")
    expect(visit.picture("table_1b")).to_be_visible()
    with visit.page.expect_download() as waiting:
        visit.picture("table_1b").locator(".modebar-btn").first.click()
    assert waiting.value.suggested_filename == "table_1b.png"
    assert waiting.value.path().read_bytes().startswith(b"\x89PNG")


def test_the_camera_saves_svg_when_asked(visit):
    visit.open("/reference")
    drawer = visit.open_expander("Table and downloads")
    drawer.get_by_role("radio", name="SVG").click()
    visit.settle()
    expect(drawer.get_by_role("radio", name="SVG")).to_be_checked()
    with visit.page.expect_download() as waiting:
        visit.picture("table_1b").locator(".modebar-btn").first.click()
    assert waiting.value.suggested_filename == "table_1b.svg"


def test_the_offline_figures_say_what_they_show_and_fit_a_phone(page, tmp_path):
    file = tmp_path / "offline.html"
    file.write_text(offline.page(), encoding="utf-8")
    page.set_viewport_size({"width": 375, "height": 1400})
    page.goto(file.as_uri())
    said = page.locator("#curve_said")
    expect(said).to_contain_text("0.105 × 0.01 = 0.00105")
    page.locator("#curve .slider-rail-touch-rect").click(position={"x": 1, "y": 5})  # to γ = 0
    expect(said).to_contain_text("0.105 × 1 = 0.105")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
