"""The recorded film: played, paused, stepped and rewound by keyboard, and kept in the link."""

import re

from playwright.sync_api import expect

PATH = "/train?inside=Boxes"


def press(visit, name):
    visit.settle()
    button = visit.page.get_by_role("button", name=name, exact=True)
    button.focus()
    button.press("Enter")


def sentence(visit):
    return visit.sentence("film")


def expect_step(visit, step):
    expect(sentence(visit)).to_contain_text(f"after step {step} validation AP")
    visit.expect_slider("film_step", step)


def test_step_and_rewind_move_one_frame_and_to_the_start(visit):
    visit.open(f"{PATH}&film_step=100")
    expect_step(visit, 100)
    press(visit, "Step forward")
    expect_step(visit, 125)
    press(visit, "Step back")
    expect_step(visit, 100)
    press(visit, "Rewind")
    expect_step(visit, 0)
    visit.expect_in_url("film_step", "0")
    expect(visit.page.get_by_role("button", name="Step back", exact=True)).to_be_disabled()


def test_play_runs_to_the_end_and_pause_holds_it(visit):
    visit.open(f"{PATH}&film_step=350")
    press(visit, "Play")
    expect(sentence(visit)).to_contain_text(re.compile("after step (375|400)"))
    press(visit, "Pause")
    expect(visit.page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    held = visit.slider("film_step").input_value()
    visit.page.wait_for_timeout(1500)
    visit.expect_slider("film_step", float(held))
    press(visit, "Play")
    expect_step(visit, 500)
    expect(visit.page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    press(visit, "Play")  # from the start again
    expect(sentence(visit)).to_contain_text(re.compile("after step (0|25|50) "))


def test_the_picture_follows(visit):
    visit.open(f"{PATH}&film_step=25")
    shapes = visit.picture("film").locator("[data-moving]")
    before = shapes.inner_html()
    press(visit, "Step forward")
    expect_step(visit, 50)
    assert shapes.inner_html() != before
