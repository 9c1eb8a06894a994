"""What the server sends before anything runs: titled pages, packed programs."""

import gzip
import re
import urllib.request

import pytest

from app import titles
from tests.helpers import ROOT, served


@pytest.fixture(scope="module")
def server():
    with served(ROOT / "app.py") as url:
        yield url


def get(address: str, **headers: str):
    asked = {name.replace("_", "-"): value for name, value in headers.items()}
    return urllib.request.urlopen(urllib.request.Request(address, headers=asked))


def page(address: str) -> str:
    return get(address, Accept_Encoding="gzip, br").read().decode()


def program(server: str) -> str:
    """The address of the largest of Streamlit's programs."""
    return f"{server}/" + re.search(r'static/js/index[^"]+\.js', page(server)).group(0)


@pytest.mark.parametrize("name", titles())
def test_every_page_is_served_with_its_own_title_and_a_description(name, server):
    said = page(f"{server}/{name}")
    title = f"{titles()[name]} · Focal Loss Lab"
    assert re.findall("<title>(.*?)</title>", said) == [title]
    assert f'<meta property="og:title" content="{title}">' in said
    assert '<meta name="description" content="See where' in said


def test_the_first_page_is_called_by_the_lab_s_name(server):
    assert "<title>Focal Loss Lab</title>" in page(f"{server}/?gamma=2")


def test_a_shared_link_has_a_picture_of_the_app(server):
    (address,) = re.findall('property="og:image" content="(.*?)"', page(server))
    assert address.startswith(server)
    picture = get(address)
    assert picture.headers["content-type"] == "image/png"
    assert picture.read() == (ROOT / "docs" / "start.png").read_bytes()


def test_a_host_that_is_no_host_puts_nothing_into_the_page(server):
    said = get(server, Host='x"><script>alert(1)</script>').read().decode()
    assert "<script>alert" not in said


def test_programs_are_packed_and_are_what_they_were(server):
    plain, packed, again = (
        get(program(server), **headers)
        for headers in ({}, {"Accept_Encoding": "gzip"}, {"Accept_Encoding": "gzip"})
    )
    assert plain.headers["content-encoding"] is None
    assert packed.headers["content-encoding"] == again.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == "Accept-Encoding"
    whole, sent = plain.read(), packed.read()
    assert gzip.decompress(sent) == whole
    assert again.read() == sent
    assert len(sent) < len(whole) / 2.5
    for name in ("content-type", "cache-control"):
        assert packed.headers[name] == plain.headers[name]


def test_a_part_of_a_program_is_sent_as_it_is(server):
    part = get(program(server), Accept_Encoding="gzip", Range="bytes=0-99")
    assert part.status == 206
    assert len(part.read()) == 100


def test_what_is_no_file_is_not_packed(server):
    answer = get(f"{server}/static/js/none.js", Accept_Encoding="gzip")
    assert answer.headers["content-type"].startswith("text/html")  # Streamlit's page
    assert answer.headers["content-encoding"] is None
