"""Your own scores in a browser: paste, upload, take home, and nothing foreign is asked for."""

import csv
import io
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import expect

from focal_core.binary import FocalLoss
from focal_core.likely import guess_reading
from focal_core.scores import read_scores
from focal_core.table import read_table

GOOD = "score,is_object\n0.9,1\n0.2,0\n0.35,0\n0.6,0\n"
EVIL = "![](http://x/y.png)"


@pytest.fixture
def asked(visit):
    """Every address that the page asks for."""
    addresses: list[str] = []
    visit.page.on("request", lambda request: addresses.append(request.url))
    return addresses


def open_inbox(visit, address="/scores"):
    visit.open(address)
    expect(visit.picture("own_figure")).to_be_visible()  # nothing moves any more
    return visit.open_expander("Bring your own scores")


def paste(visit, drawer, text):
    drawer.locator("textarea").fill(text)
    drawer.get_by_role("button", name="Read the text").press("Enter")  # a click may miss
    visit.settle()


def send(drawer, content, name="scores.csv"):
    chooser = drawer.locator("input[type=file]")
    expect(chooser).to_have_count(1)  # the one before is gone
    chooser.set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


def foreign(asked, base_url):
    own = urlsplit(base_url).netloc
    return [
        url
        for url in asked
        if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc != own
    ]


def test_pasted_scores_are_shown_and_their_losses_taken_home(visit):
    drawer = open_inbox(visit, "/scores?gamma=1")
    paste(visit, drawer, GOOD)
    expect(visit.page.get_by_text("Shown: pasted text. Background rows: 3")).to_be_visible()
    expect(visit.title).to_contain_text("of your scores’ loss")
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("button", name="Loss and gradient of every row").click()
    text = waiting.value.path().read_text(encoding="utf-8")
    table = read_table(GOOD)
    core = read_scores(table, guess_reading(table).reading).by_line(FocalLoss(1.0))
    heading, *rows = csv.reader(io.StringIO(text))
    assert heading == list(core)
    assert np.array(rows, dtype=float).T.tolist() == list(core.values())


def test_an_uploaded_file_is_shown_and_gamma_moves_its_share(visit):
    drawer = open_inbox(visit)
    send(drawer, GOOD.replace(",", "\t").encode("utf-16"), "my scores.tsv")
    expect(visit.page.get_by_text("Shown: my scores.tsv. Background rows: 3")).to_be_visible()
    expect(visit.title).to_contain_text("At γ = 2")
    visit.slider("gamma").press("ArrowRight")
    expect(visit.title).to_contain_text("At γ = 2.1")
    expect(visit.title).to_contain_text("of your scores’ loss")


def test_coco_results_and_annotations_are_read_together(visit):
    drawer = open_inbox(visit)
    box = '"image_id": 1, "category_id": 1, "bbox": [%d, 0, 10, 10]'
    results = f'[{{{box % 0}, "score": 0.9}}, {{{box % 50}, "score": 0.4}}]'
    truth = f'{{"images": [{{"id": 1}}], "annotations": [{{{box % 1}}}, {{{box % 90}}}]}}'
    chooser = drawer.locator("input[type=file]")
    expect(chooser).to_have_count(1)
    chooser.set_input_files(
        [
            {"name": name, "mimeType": "application/json", "buffer": text.encode()}
            for name, text in (("results.json", results), ("instances.json", truth))
        ]
    )
    expect(visit.page.get_by_text("Background rows: 1, object rows: 1")).to_be_visible()
    told = visit.page.get_by_text("Labelled objects that no box found: 1 of 2")
    expect(told.last).to_be_visible()
    visit.settle()
    expect(drawer.locator("input[type=file]")).to_have_count(1)  # the one before is gone
    expect(drawer.locator("input[type=file]")).to_be_hidden()
    visit.page.get_by_role("button", name="Change how it is read").press("Enter")
    expect(drawer.get_by_text("Column with the scores")).to_be_visible()


def test_a_bad_file_keeps_the_earlier_scores_and_a_better_one_follows(visit):
    drawer = open_inbox(visit)
    send(drawer, GOOD.encode())
    expect(visit.page.get_by_text("Shown: scores.csv. Background rows: 3")).to_be_visible()
    send(drawer, b"p,y\n0.1,1,3\n", "bad.csv")
    expect(visit.alerts).to_contain_text("bad.csv could not be read. Line 2 has 3 cells")
    expect(visit.page.get_by_text("Shown: scores.csv. Background rows: 3")).to_be_visible()
    send(drawer, b"p,y\n0.1,1\n0.1,0\n", "better.csv")
    expect(visit.page.get_by_text("Shown: better.csv. Background rows: 1")).to_be_visible()
    expect(visit.alerts).to_have_count(0)


def test_a_file_above_the_limit_is_refused_with_the_limit(visit):
    drawer = open_inbox(visit)
    send(drawer, b"0" * 6 * 2**20)
    expect(visit.alerts).to_contain_text("This has 6.0 MB; at most 5 MB can be read.")
    expect(visit.page.get_by_text("Shown: the example")).to_be_visible()


def test_other_pages_and_back_keep_the_scores(visit):
    drawer = open_inbox(visit)
    paste(visit, drawer, GOOD)
    expect(visit.page.get_by_text("Shown: pasted text")).to_be_visible()
    menu = visit.page.get_by_test_id("stSidebarNav")
    menu.get_by_role("link", name="The curve").click()
    expect(visit.title).to_contain_text("makes its loss")
    menu.get_by_role("link", name="Your own scores").click()
    expect(visit.page.get_by_text("Shown: pasted text. Background rows: 3")).to_be_visible()


def test_another_visitor_sees_none_of_it(visit, another_visit):
    paste(visit, open_inbox(visit), GOOD)
    expect(visit.page.get_by_text("Shown: pasted text")).to_be_visible()
    another_visit.open("/scores")
    expect(another_visit.page.get_by_text("Shown: the example")).to_be_visible()


@pytest.mark.parametrize("name", [EVIL, "=1+1", "<img src=http://x/y.png>"])
def test_a_visitors_words_are_shown_as_they_are_and_ask_for_nothing(name, visit, asked, base_url):
    drawer = open_inbox(visit)
    paste(visit, drawer, f'"{name}",truth\n0.9,"{name}"\n0.2,none\n')
    choices = drawer.locator("input[role=combobox]")
    expect(choices).to_have_count(3)
    score, label, which = choices.all()
    expect(score).to_have_value(name)
    expect(label).to_have_value("truth")
    expect(visit.option(which, name)).to_be_visible()
    visit.page.keyboard.press("Escape")
    paste(visit, drawer, f'"{name}","{name} "\n0.1,1\n')
    expect(visit.alerts.first).to_contain_text(f"have the same name, {name}.")
    send(drawer, b"p\n0.1\n", f"{name.replace('/', '')}.csv")
    expect(visit.alerts.first).to_contain_text("There is one column, p")
    visit.settle()
    assert visit.page.locator(".stMain img").count() == 0
    assert foreign(asked, base_url) == []
