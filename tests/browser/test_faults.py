"""What goes wrong around a visitor: the server restarts, the network crawls, memory runs out."""

import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import WebSocketRoute, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from focal_ui.controls import knobs
from tests.browser.conftest import Visit
from tests.helpers import ROOT, served

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 20_000}
NOTHING = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
USUAL = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
CONNECTED = "[data-testid=stApp][data-test-connection-state=CONNECTED]"


@pytest.fixture
def network(page):
    """Set the conditions of the visitor's network."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    return lambda conditions: devtools.send("Network.emulateNetworkConditions", conditions)


def test_after_a_restart_the_page_goes_on_with_its_values(page):
    visit = Visit(page)
    with served(ROOT / "app.py") as url:
        visit.open(f"{url}/class_weights?gamma=3&alpha=0.5")
        port = int(url.rpartition(":")[2])
    expect(page.locator(CONNECTED)).to_have_count(0)
    with served(ROOT / "app.py", port=port):
        expect(page.locator(CONNECTED)).to_be_attached(timeout=60_000)
        expect(visit.slider("gamma")).to_be_attached(timeout=60_000)
        visit.settle()
        visit.slider("gamma").press("ArrowRight")
        expect(visit.title).to_contain_text("α = 0.5 and γ = 3.1", timeout=30_000)
        expect(visit.alerts).to_have_count(0)


def test_a_gap_in_the_network_loses_nothing(visit, network):
    visit.open("/easy_negatives?gamma=3")
    network(NOTHING)
    visit.page.wait_for_timeout(2000)
    network(USUAL)
    visit.slider("gamma").press("ArrowRight")
    expect(visit.title).to_contain_text("At γ = 3.1", timeout=30_000)


def test_a_message_that_cannot_be_read_costs_a_reload_and_no_value(visit):
    """What Streamlit answers to a hash whose picture the browser has just thrown away."""
    to_break: list[bool] = []

    def through_us(browsers_end: WebSocketRoute) -> None:
        servers_end = browsers_end.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            sent = ForwardMsg.FromString(message) if isinstance(message, bytes) else ForwardMsg()
            if to_break and sent.WhichOneof("type") == "delta":
                to_break.clear()
                lost = ForwardMsg(ref_hash="thrown away", metadata=sent.metadata)
                message = lost.SerializeToString()
            browsers_end.send(message)

        servers_end.on_message(pass_on)

    visit.page.route_web_socket("**/_stcore/stream", through_us)
    visit.open("/class_weights?gamma=3&alpha=0.5")
    to_break.append(True)
    visit.slider("gamma").press("ArrowRight")
    expect(visit.page.locator(CONNECTED)).to_have_count(0)
    expect(visit.page.locator(CONNECTED)).to_be_attached(timeout=30_000)
    expect(visit.page.get_by_role("dialog")).to_have_count(0)
    visit.expect_slider("gamma", 3.1)
    expect(visit.title).to_contain_text("α = 0.5 and γ = 3.1", timeout=30_000)
    visit.slider("gamma").press("ArrowRight")
    expect(visit.title).to_contain_text("γ = 3.2", timeout=30_000)


def test_on_a_slow_network_the_last_move_wins_and_the_page_does_not_jump(visit, network):
    visit.open("/easy_negatives?gamma=1")
    visit.page.wait_for_timeout(1000)  # until fonts and formulas have their size
    network(SLOW)
    box = visit.page.locator(".st-key-gamma")
    top = box.bounding_box()["y"]
    for _ in range(12):
        visit.slider("gamma").press("ArrowRight")
    visit.expect_slider("gamma", 2.2)
    expect(visit.title).to_contain_text("At γ = 2.2", timeout=60_000)
    visit.settle()
    expect(visit.title).to_contain_text("At γ = 2.2")
    assert box.bounding_box()["y"] == pytest.approx(top, abs=1)


def test_a_page_that_nobody_knows_keeps_gamma(visit):
    visit.open("/no_such_page?gamma=1")
    visit.page.get_by_role("dialog").get_by_role("button", name="Close").click()
    visit.expect_slider("gamma", 1)


@pytest.mark.parametrize("megabytes", [21, 200])
def test_a_file_sent_past_the_page_is_refused_by_its_size(megabytes, base_url):
    request = urllib.request.Request(
        f"{base_url}/_stcore/upload_file/nobody/nothing",
        data=b"x",
        method="PUT",
        headers={"Content-Length": str(megabytes * 2**20)},
    )
    with pytest.raises((urllib.error.HTTPError, OSError)) as refused:
        urllib.request.urlopen(request, timeout=10)
    assert getattr(refused.value, "code", 400) >= 400


def test_out_of_memory_is_said_in_words_and_the_pages_live_on():
    done = subprocess.run(
        [sys.executable, "-c", OUT_OF_MEMORY],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.split() == ["True", "True", "False"], done.stderr[-2000:]


OUT_OF_MEMORY = f"""
import resource
from streamlit.testing.v1 import AppTest

import app
from focal_core import scores
from focal_ui.exhibits import easy_negatives as exhibits
from pages.see import easy_negatives


def said(visit):
    return any("could not be drawn" in error.value for error in visit.error)


def page(module, **query):
    app.start = module
    visit = AppTest.from_file({str(ROOT / ".streamlit" / "run.py")!r}, default_timeout=60)
    visit.query_params.update(query)
    return visit.run()


assert not said(page(easy_negatives))
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
exhibits.budget = lambda *_args: bytearray(4 * size)  # more than there is
resource.setrlimit(resource.RLIMIT_AS, (2 * size, 2 * size))
visit = page(easy_negatives, {knobs.POPULATION.key}="{knobs.POPULATION.options[-1]}")
print(said(visit))
print(not visit.exception)
from pages.see import curve
print(said(page(curve, {knobs.GAMMA.key}="3")))
"""
