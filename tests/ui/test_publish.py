"""The lab without a server says at every place what the app says, and nothing leads nowhere."""

import base64
import csv
import gzip
import io
import json
import random
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focal_ui.class_kit import class_link
from focal_ui.controls import by_page
from focal_ui.publish import __main__ as command_line
from focal_ui.publish import address, lab, state
from focal_ui.publish.prose import markdown
from focal_ui.publish.visit import pages, visit
from focal_ui.stage import card
from focal_ui.stage.prose import to_html
from tests.helpers import FULL_APP, IN_THE_STATIC_LAB

pytestmark = pytest.mark.xdist_group("static lab")
PIECE = re.compile(r'focalLab\("([^"]+)",(.*)\);\n', re.DOTALL)
VIEWS = [name for name in IN_THE_STATIC_LAB if name not in ("challenges", "class_kit")]
PLACES = 4  # of each page's links and families, taken by a seed


def file_of(page):
    return "index.html" if page == "start" else f"{page}.html"


def about(files, page):
    """What the script of a page is told."""
    told = re.search(r'id="lab">(.*?)</script>', files[file_of(page)].decode(), re.DOTALL)
    return json.loads(told[1])


def piece(files, name):
    """What a file of data brings."""
    found = PIECE.fullmatch(files[f"data/{name}.js"].decode())
    assert found[1] == name
    return json.loads(found[2])


def message(files, name):
    return json.loads(gzip.decompress(base64.b64decode(piece(files, name))))


def sample(page, found):
    found = list(found)
    return random.Random(page).sample(found, min(PLACES, len(found)))


@pytest.mark.parametrize("which", VIEWS)
def test_every_place_says_what_the_view_says_there(static_lab, which):
    links = about(static_lab, which)["links"]
    assert links[0]["link"] == {}
    for link in sample(which, links):
        shown = visit(which, link["link"]).shown
        if shown is None:  # a part that shows pictures outside of a view
            continue
        live = {slider.key: slider for slider in shown.live}
        for family in sample(which, link["families"]):
            sent = message(static_lab, family["id"])
            slider = live.get(family["slider"])
            values = shown.values | {
                key: live[key].places[int(row)] for key, row in family["at"].items()
            }
            rows = range(len(slider.places)) if slider else [0]
            for row in sample(which, rows):
                if slider:
                    values = values | {slider.key: slider.places[row]}
                view = shown.draw(**values)
                for place, words in view.words.items():
                    if words:
                        said = sent["words"][place]
                        assert said[row if len(said) > 1 else 0] == to_html(words)
                assert set(sent["pictures"]) == set(view.exhibits)


@pytest.mark.parametrize("which", VIEWS)
def test_a_page_holds_its_default_words_and_picture_without_a_script(static_lab, which):
    shown = visit(which).shown
    view = shown.draw(**shown.values)
    html = static_lab[file_of(which)].decode()
    assert f'<h1 data-live="headline">{to_html(view.headline)}</h1>' in html
    for key, exhibit in view.exhibits.items():
        assert to_html(exhibit.sentence) in html
        pictures = re.search(rf'data-picture="{key}"[^>]*>(.*?)</div>', html, re.DOTALL)[1]
        assert pictures.count("<svg role=") == 2


def test_the_code_is_that_of_every_place_of_the_slider(static_lab):
    first = about(static_lab, "curve")["links"][0]
    kept = piece(static_lab, first["code"])
    shown = visit("curve")
    make, slider = shown.noted["code"], shown.shown.main
    for row in sample("code", range(len(slider.places))):
        code = make.func(slider.places[row], *make.args[1:])
        programs = [
            "".join(
                part + [*program["rows"][row][1:], ""][at]
                for at, part in enumerate(program["texts"][program["rows"][row][0]])
            )
            for program in kept["programs"]
        ]
        assert programs == list(code.programs.values())
        assert kept["results"][row] == str(code.result)


@pytest.mark.parametrize("which", ["curve", "rivals"])
def test_tables_are_those_of_the_view(static_lab, which):
    first = about(static_lab, which)["links"][0]
    shown = visit(which).shown
    kept = piece(static_lab, first["tables"])
    for key, rows in kept.items():
        assert str(shown.main.row(shown.values[shown.main.key])) in rows
        for row, text in rows.items():
            at = shown.values | {shown.main.key: shown.main.places[int(row)]}
            assert text == card.as_csv(shown.draw(**at).exhibits[key].table)
            assert len(list(csv.reader(io.StringIO(text)))) > 1


class Links(HTMLParser):
    """Where the elements of a page lead, and what it loads."""

    def __init__(self, text):
        super().__init__()
        self.leads, self.loads, self.handlers = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for key, value in attributes:
            if key.startswith("on"):
                self.handlers.append((tag, key))
            if key in ("href", "xlink:href") and tag == "a":
                self.leads.append(value)
            elif key in ("src", "href", "srcset", "poster", "data"):
                self.loads.append(value)


def test_every_way_leads_to_a_file_of_the_lab_to_the_full_app_or_to_a_source(static_lab):
    known = {file_of(page) for page in pages()}
    for name, content in static_lab.items():
        if not name.endswith(".html") or name.startswith("files/"):
            continue
        here = Path("/") / name
        for link in Links(content.decode()).leads:
            parts = urlsplit(link)
            if parts.scheme or not parts.path:
                assert link.startswith((FULL_APP, "#", "https://")), f"{name}: {link}"
                continue
            path = (here.parent / unquote(parts.path)).resolve().relative_to("/")
            assert str(path) in known | set(static_lab), f"{name} leads to {link}"


def test_nothing_is_loaded_but_from_the_lab_and_nothing_is_called_inline(static_lab):
    for name, content in static_lab.items():
        if name.endswith(".html"):
            found = Links(content.decode())
            assert found.handlers == []
            for load in found.loads:
                path = Path("/") / Path(name).parent / load
                inside = load.startswith(("data:image/", "#"))
                assert inside or str(path.resolve())[1:] in static_lab, f"{name} loads {load}"
        if name.endswith((".js", ".css")) and not name.startswith("data/"):
            named = set(re.findall(r"https?://[\w.]+", content.decode()))
            assert named <= {"http://www.w3.org"}, name


def test_every_document_is_valid_html(static_lab):
    for name, content in static_lab.items():
        if name.endswith(".html") and not name.startswith("files/"):
            parser = html5lib.HTMLParser()
            parser.parse(content.decode())
            assert parser.errors == [], name
            ids = re.findall(r'\sid="([^"]+)"', content.decode())
            assert len(ids) == len(set(ids)), name


def test_every_picture_has_a_page_to_embed(static_lab):
    for page in VIEWS:
        for key in re.findall(r'data-picture="(\w+)"', static_lab[file_of(page)].decode()):
            alone = static_lab[f"embed/{page}_{key}.html"].decode()
            assert re.findall(r'data-picture="(\w+)"', alone) == [key]


def test_two_builds_are_the_same_byte_for_byte(static_lab, build_lab):
    again = build_lab(FULL_APP, "curve", "challenges")
    assert again == {name: static_lab[name] for name in again}
    assert lab.zipped(again) == lab.zipped(dict(reversed(again.items())))


def test_a_page_weighs_less_than_250_kb_as_a_web_host_packs_it(static_lab):
    shared = lab.on_the_wire({name: static_lab[name] for name in ("stage.js", "lab.js", "lab.css")})
    for page in VIEWS:
        first = [family["id"] for family in about(static_lab, page)["links"][0]["families"][:1]]
        own = {name: static_lab[name] for name in (file_of(page), *(f"data/{i}.js" for i in first))}
        assert shared + lab.on_the_wire(own) <= 250_000, page


def test_what_needs_python_leads_to_the_full_app(static_lab, build_lab):
    assert f'data-app href="{FULL_APP}/class_kit?lang=en"' in static_lab["class_kit.html"].decode()
    without = build_lab("", "class_kit")["class_kit.html"].decode()
    assert "This needs the full app" in without
    assert "data-app" not in without


LINKS = st.dictionaries(
    st.sampled_from(sorted(by_page.KNOBS)), st.text("abc γ&=#%0.5,+", min_size=1), max_size=3
)


@given(page=st.sampled_from(sorted(pages())), link=LINKS)
def test_an_address_of_the_app_and_one_of_the_lab_can_be_turned_into_each_other(page, link):
    of_app = class_link.build(FULL_APP, page, link)
    here = address.from_app(of_app, FULL_APP)
    assert here == address.of_page(page, link)
    assert address.to_app(f"https://host.example/sub/{here}", FULL_APP) == of_app


@given(page=st.sampled_from(sorted(pages())), link=LINKS, tag=st.sampled_from(["es", "zh_Hans"]))
def test_so_can_addresses_in_another_language(page, link, tag):
    of_app = class_link.build(FULL_APP, page, {**link, "lang": tag})
    here = address.from_app(of_app, FULL_APP, ["es", "zh_Hans"])
    assert here == f"{tag}/{address.of_page(page, link)}"
    assert address.to_app(f"https://host.example/sub/{here}", FULL_APP) == of_app
    assert address.from_app(of_app, FULL_APP) == address.of_page(page, link)  # not published


@given(tags=st.permutations(["en", "es", "zh_Hans"]), data=st.data())
def test_from_one_language_to_another_and_back_is_the_same_page(tags, data):
    now, other = data.draw(st.sampled_from(tags)), data.draw(st.sampled_from(tags))
    start = urljoin("https://h.example/lab/", address.in_language("curve", tags[0], now, tags))
    there = urljoin(start, address.in_language("curve", now, other, tags))
    assert urljoin(there, address.in_language("curve", other, now, tags)) == start
    assert ("/lab/curve.html" in there) == (other == tags[0])


def test_an_address_of_somewhere_else_is_not_the_apps():
    assert address.from_app("https://other.example/curve", FULL_APP) is None


@pytest.mark.parametrize(
    ("text", "made"),
    [
        (
            "a **b** and $p_t$",
            '<p>a <strong>b</strong> and <span class="formula"><i>p</i><sub>t</sub></span></p>',
        ),
        (":material/check_circle: **Right.**", "<p>✓ <strong>Right.</strong></p>"),
        (":blue-badge[paper] x", '<p><span class="badge">paper</span> x</p>'),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
    ],
)
def test_markdown_is_understood_as_by_the_app(text, made):
    assert markdown(text) == made


def test_programs_that_differ_in_numbers_alone_share_their_text():
    kept = state._between_numbers(["a = 1.5\nb = 2", "a = 3e-4\nb = 2"])
    assert kept == {"texts": [["a = ", "\nb = ", ""]], "rows": [[0, "1.5", "2"], [0, "3e-4", "2"]]}


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--app", "my app"), r'--app must be an address .*"my app"'),
        (("--language", "xx"), r'--language must be one of en.*"xx"'),
    ],
)
def test_the_command_names_what_it_cannot_use(tmp_path, capsys, more, why):
    assert command_line.main([str(tmp_path / "out"), *more]) == 2
    assert re.match(why, capsys.readouterr().err)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ValueError, match="is not empty"):
        lab.write({"lab.js": b"", "index.html": b""}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_lab_that_is_written_again_keeps_nothing_of_the_old_one(tmp_path):
    lab.write({"lab.js": b"", "data/old.js": b"", "embed/old.html": b""}, tmp_path)
    lab.write({"lab.js": b"", "data/new.js": b""}, tmp_path)
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {"lab.js", "data/new.js"}


def test_the_zip_holds_every_file(static_lab):
    archive = zipfile.ZipFile(io.BytesIO(lab.zipped(static_lab)))
    assert {name.removeprefix("focal-loss-lab/") for name in archive.namelist()} == set(static_lab)
    assert archive.read("focal-loss-lab/index.html") == static_lab["index.html"]
