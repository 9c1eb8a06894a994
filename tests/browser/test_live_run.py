"""A live run in a browser: it says how far it is, stops when told, and makes room for the next."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE, Visit, _chromium
from tests.helpers import served

STEPS = 20
LONG_STEPS = 5000
GRACE = 4.0
# The app with runs of a length for tests, and visitors who are forgotten soon.
SHORT = f"""
import sys
from dataclasses import replace

from focal_core.training import config
from focal_ui.training import live_runs

live_runs.GRACE = {GRACE}
for name, long in tuple(config.CONFIGURATIONS.items()):
    steps = {LONG_STEPS} if name.startswith("CE") else {STEPS}
    config.CONFIGURATIONS[name] = replace(long, steps=steps, batch=4, probe_at=(0,))

from app import main

main()
"""
LONG, QUICK = "CE, π = 0.01", "FL, γ = 1, α = 0.25"
GOING_ON = re.compile(rf"Step \d+ of {LONG_STEPS}, about \d[\d,]* s left")
SLOWLY = 10 * PATIENCE  # a process of low priority starts, loads torch and draws its images


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[str]:
    """The address of Train on a server with one live run at a time."""
    _chromium()
    expect.set_options(timeout=PATIENCE)
    script = tmp_path_factory.mktemp("lab") / "lab.py"
    script.write_text(SHORT, encoding="utf-8")
    with served(script) as url:
        yield f"{url}/train?part=Live+run"


@pytest.fixture
def trainee(browser, lab) -> Iterator:
    """Makes visitors who are on Train, each on a computer of their own."""
    contexts = []

    def come() -> Visit:
        contexts.append(browser.new_context())
        return Visit(contexts[-1].new_page()).open(lab)

    yield come
    for context in contexts:
        context.close()


class Line:
    """The connection between page and server: what is sent is counted, and it can be cut."""

    def __init__(self) -> None:
        self.messages = 0
        self._now = ()

    def open(self, page_side) -> None:
        server_side = page_side.connect_to_server()

        def pass_on(message):
            self.messages += 1
            server_side.send(message)

        page_side.on_message(pass_on)
        self._now = page_side, server_side

    def cut(self) -> None:
        for side in self._now:
            side.close()


def start(visit: Visit, preset: str) -> None:
    visit.option(visit.page.locator(".st-key-live_preset input"), preset).click()
    visit.settle()
    button(visit, "Start the run").click()


def button(visit: Visit, name: str):
    return visit.page.get_by_role("button", name=name, exact=True)


def progress(visit: Visit):
    return visit.page.get_by_test_id("stProgress")


def test_a_run_moves_on_outlives_a_gap_can_be_cancelled_and_makes_room(trainee):
    visit, line = trainee(), Line()
    visit.page.route_web_socket(re.compile("/_stcore/stream"), line.open)
    visit.page.reload()
    start(visit.settle(), LONG)
    expect(progress(visit)).to_contain_text(GOING_ON, timeout=SLOWLY)
    expect(visit.picture("live").last).to_be_visible()  # Plotly may be replacing it
    expect(button(visit, "Start the run")).to_be_disabled()  # one run a visitor
    before = progress(visit).inner_text()
    expect(progress(visit)).not_to_contain_text(before)

    line.cut()
    visit.page.wait_for_timeout(1000 * GRACE + 2000)
    before = progress(visit).inner_text()
    expect(progress(visit)).not_to_contain_text(before)  # it outlived the gap

    button(visit, "Cancel").click()
    expect(visit.page.get_by_text(re.compile(r"^Cancelled after \d+ steps"))).to_be_visible()
    expect(progress(visit)).to_have_count(0)

    start(visit, QUICK)
    expect(visit.page.get_by_text(f"Done after {STEPS} steps")).to_be_visible(timeout=SLOWLY)
    expect(visit.page.get_by_text("On the test images:")).to_be_visible()
    expect(button(visit, "Start the run")).to_be_enabled()

    visit.settle()
    visit.page.wait_for_timeout(1000)
    count = line.messages
    visit.page.wait_for_timeout(2500)
    assert line.messages == count  # the page does not ask about a run that is over


def test_who_comes_second_waits_and_starts_when_the_first_has_left(trainee):
    first, second = trainee(), trainee()
    start(first, LONG)
    expect(progress(first)).to_be_visible()
    start(second, QUICK)
    expect(second.page.get_by_text("Place 1 in the queue")).to_be_visible()
    first.page.close()
    expect(second.page.get_by_text(f"Done after {STEPS} steps")).to_be_visible(timeout=SLOWLY)
