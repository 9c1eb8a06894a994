"""Languages: nothing goes past the catalogues, and a finished one has all of them."""

import ast
import re
import subprocess
import sys
from dataclasses import dataclass, field
from types import ModuleType

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from streamlit.testing.v1 import AppTest

import app
from focal_ui import words
from focal_ui.controls import by_page
from focal_ui.controls.kinds import Choice
from focal_ui.frame import language
from focal_ui.locale import catalogues, pseudo, speech
from focal_ui.locale.languages import ENGLISH, FINISHED, PSEUDO, TRANSLATED, TRY, find, preferred
from focal_ui.locale.speech import Speech
from focal_ui.stage import stage
from tests.conftest import _at_one_place
from tests.helpers import PAGES, ROOT, failed, headline, name_of
from tests.texts_on_page import texts

DRAWERS = (
    "code", "check_yourself", "more_questions", "sources", "heads", "left_out", "words", "further",
    "access", "claims", "traps", "literature", "all_terms", "rates",
)  # fmt: skip
ENGLISH_WORD = re.compile(r"(?<![\w/])[A-Za-z]{2,}(?!\w)")
CITATION = re.compile(r"\*[^*]*\b(?:19|20)\d\d\b[^*]*\*|\([a-z_0-9]+\)")  # and parameters of a link
NAMES = frozenset(  # of people, models, data and formats, the same in every language
    re.findall(
        r"\w+",
        "NumPy PyTorch torchvision HTML Markdown CSV English Lin et al dmlc issue OHEM ResNet "
        "ResNeXt RetinaNet Faster CNN FPN RMI TDM YOLOv SSD DSSD minival test dev ln lang hide "
        "answers py FCN",
    )
)


@dataclass
class Seen:
    """A page in the pseudo-language, in all its choices."""

    texts: set[str] = field(default_factory=set)
    broken: list[dict] = field(default_factory=list)


@pytest.fixture(scope="module")
def asked():
    """Every message that was looked up while pages were seen."""
    return set()


@pytest.fixture(scope="module")
def seen(asked):
    """Each page once."""
    kept: dict[ModuleType, Seen] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(TRY, PSEUDO.tag)
        listening = Speech(PSEUDO.tag, _noting(asked), pseudo.plural, Locale.parse("es"))
        patch.setattr(speech, "load", lambda _tag: listening)

        def see(page):
            if page not in kept:
                kept[page] = _seen(page, patch)
            return kept[page]

        yield see


def _noting(asked):
    def accented(message):
        asked.add(message)
        return pseudo.accented(message)

    return accented


def _seen(page, patch) -> Seen:
    patch.setattr(stage, "family", _at_one_place)
    patch.setattr(app, "start", page)
    found = Seen()
    for state in _choices(name_of(page)):
        visit = _open(state)
        if failed(visit):
            found.broken.append(state)
        found.texts.update(texts(visit))
    return found


def _choices(page: str) -> list[dict[str, str]]:
    """Links to all that a page can show: each option once, and the first answer of a guess."""
    links: list[dict[str, str]] = [{}]
    for knob in by_page.ON_PAGE[page]:
        if isinstance(knob, Choice):
            options = knob.options[:1] if knob.key.startswith("guess_") else knob.options
            links += [by_page.link_to(page, knob) | {knob.key: option} for option in options]
    return links


def _open(link: dict[str, str]) -> AppTest:
    stage._shared.clear()
    visit = AppTest.from_file(str(ROOT / ".streamlit" / "run.py"), default_timeout=60)
    for key in DRAWERS:
        visit.session_state[key] = True
    visit.query_params.update(link | {language.KEY: PSEUDO.tag})
    return visit.run()


every_page = pytest.mark.parametrize("module", PAGES, ids=name_of)


@every_page
def test_no_english_is_left_on_a_page(module, seen):
    assert not seen(module).broken
    left: dict[str, set[str]] = {}
    for text in seen(module).texts:
        said = set(ENGLISH_WORD.findall(CITATION.sub(" ", text))) - NAMES
        if said:
            left[text[:200]] = said
    assert not left


def test_the_catalogues_hold_all_that_the_pages_ask_for(seen, asked):
    for page in PAGES:
        seen(page)
    done = {message for message in asked if pseudo.accented(message) == message}
    done |= {message for message in asked if set(message) & set("áéíóúÁÉÍÓÚ")}  # said already
    assert asked - done - _ids(catalogues.extracted()) == set()


def _ids(catalogue: Catalog) -> set[str]:
    ids = [message.id for message in catalogues.messages(catalogue)]
    return {each for id_ in ids for each in ([id_] if isinstance(id_, str) else id_)}


def test_a_finished_language_has_every_message_and_none_is_fuzzy():
    template = catalogues.extracted() if FINISHED else Catalog()
    for finished in FINISHED:
        catalogue = catalogues.read(catalogues.file_of(finished.tag), finished.tag)
        assert _ids(catalogue) == _ids(template), "python -m focal_ui.locale.update"
        assert list(catalogues.problems(catalogue)) == []


def test_a_finished_language_tells_the_options_of_a_control_apart():
    for finished in FINISHED:
        with words.speaking(finished.tag):
            for knob in by_page.KNOBS.values():
                if isinstance(knob, Choice):
                    assert len(set(map(words.label, knob.options))) == len(knob.options), knob.key


@pytest.mark.parametrize("translated", TRANSLATED, ids=lambda each: each.tag)
def test_what_is_translated_keeps_placeholders_and_marks(translated):
    catalogue = catalogues.read(catalogues.file_of(translated.tag), translated.tag)
    wrong = [line for line in catalogues.problems(catalogue) if " differs: " in line]
    assert wrong == []


@pytest.mark.parametrize("translated", TRANSLATED, ids=lambda each: each.tag)
def test_the_compiled_catalogue_is_that_of_the_text(translated):
    file = catalogues.file_of(translated.tag)
    catalogue = catalogues.read(file, translated.tag)
    assert file.with_suffix(".mo").read_bytes() == catalogues.as_mo(catalogue)


@pytest.mark.parametrize(
    ("english", "said", "kind"),
    [
        ("{n} points", "{m} puntos", "placeholder"),
        ("{x:g} nats", "{x} nats", "placeholder"),
        ("**{n}** of them", "{n} de ellos", "bold"),
        ("where $p_t$ is 1", "donde p_t es 1", "formula"),
        ("`pip install`", "pip install", "code"),
        ("<b>all</b>", "todo", "tag"),
    ],
)
def test_a_translation_that_loses_a_mark_is_told(english, said, kind):
    catalogue = Catalog(locale="es")
    catalogue.add(english, said)
    assert [line.partition(" differs")[0] for line in catalogues.problems(catalogue)] == [kind]


def test_what_is_missing_or_fuzzy_is_told():
    catalogue = Catalog(locale="es")
    catalogue.add("one", "")
    catalogue.add("two", "dos", flags=["fuzzy"])
    assert [line.partition(":")[0] for line in catalogues.problems(catalogue)] == [
        "missing",
        "fuzzy",
    ]


def test_messages_inside_an_f_string_are_found():
    """Babel's own reader misses them before Python 3.12."""
    assert "Name" in _ids(catalogues.extracted())  # f"…{_('Name')}: ____"


@pytest.fixture
def in_pseudo(monkeypatch):
    """Open a page in the pseudo-language; a switch brings it back to English."""
    monkeypatch.setenv(TRY, PSEUDO.tag)

    def opened(page) -> AppTest:
        monkeypatch.setattr(stage, "family", _at_one_place)
        monkeypatch.setattr(app, "start", page)
        return _open({})

    yield opened
    words.speak(ENGLISH.tag)


@every_page
def test_a_switch_of_language_keeps_every_value(module, in_pseudo):
    visit = in_pseudo(module)
    _move_everything(visit)
    before = _held(visit)
    assert before[language.KEY] == "" or before[language.KEY] == PSEUDO.tag
    visit.sidebar.selectbox(key="language_chosen").set_value(ENGLISH.tag).run()
    assert not failed(visit)
    assert _held(visit) == before | {language.KEY: ENGLISH.tag}
    visit.sidebar.selectbox(key="language_chosen").set_value(PSEUDO.tag).run()
    assert _held(visit) == before | {language.KEY: PSEUDO.tag}


def _move_everything(visit: AppTest) -> None:
    """Away from the defaults: not by a link, which would set all of it again."""
    for slider in visit.slider:
        if slider.key in by_page.KNOBS:
            slider.set_value(slider.max)
    for choice in visit.segmented_control:
        if choice.key.startswith("said_") and choice.key.removeprefix("said_") in by_page.KNOBS:
            choice.set_value(choice.options and by_page.KNOBS[choice.key[5:]].options[-1])
    for question in visit.radio:
        question.set_value(question.options[0])
    visit.run()


def _held(visit: AppTest) -> dict[str, object]:
    named = {language.KEY, "link_page", "link_answers", "live_preset", *by_page.KNOBS}
    named |= {question.key for question in visit.radio}
    return {key: visit.session_state[key] for key in named if key in visit.session_state}


@pytest.mark.parametrize(
    ("asked", "tag"),
    [("es", "es"), ("es-MX", "es"), ("ES_es", "es"), ("zh_Hans", "zh_Hans"), ("zh-CN", "zh_Hans"),
     ("zh", "zh_Hans"), ("zh-Hans-CN", "zh_Hans"), ("en-GB", "en"),
     ("zh-TW", None), ("fr", None), ("", None), ("<b>", None)],
)  # fmt: skip
def test_a_language_has_several_tags(asked, tag, monkeypatch):
    monkeypatch.setenv(TRY, "es,zh_Hans")
    found = find(asked)
    assert (found and found.tag) == tag


def test_a_browser_gets_the_first_of_its_languages_that_there_is(monkeypatch):
    monkeypatch.setenv(TRY, "es,zh_Hans")
    assert preferred("fr-FR, zh-CN;q=0.4, es;q=0.7, *;q=0.1").tag == "es"
    assert preferred("fr").tag == preferred("").tag == preferred(";q=x,").tag == "en"


def test_a_language_that_is_not_there_is_named_in_one_line(open_page):
    visit = open_page(PAGES[1], lang="xx")
    assert [warning.value for warning in visit.warning] == [
        "`lang` = `xx` is not one of: en, es, zh_Hans."
    ]
    assert headline(visit)


def test_english_loads_no_babel():
    code = "import sys, app; app.titles(); sys.exit('babel' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


TEXT_KINDS = re.compile(r"\b(str|Exhibit|View|Held|Question|Snippets|Misconception|Term)\b")
NO_WORDS = {
    *("ground", "_ground", "_ellipse", "_table", "_png", "_colorscale", "_wanted"),  # pictures
    *("_present", "load", "formula", "rich"),  # a visitor; a language; marks alone
}


def test_what_is_kept_of_texts_knows_the_language():
    """lru_cache would show a visitor what was made for another one, in another language."""
    wrong = []
    for file in [*(ROOT / "focal_ui").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name not in NO_WORDS and node.returns:
                kept_by = " ".join(map(ast.unparse, node.decorator_list))
                if re.search(r"cache\b", kept_by) and TEXT_KINDS.search(ast.unparse(node.returns)):
                    wrong.append(f"{file.name}: {node.name} is kept by {kept_by}")
    assert wrong == []


def test_what_is_made_for_a_download_speaks_the_language_of_the_page():
    """It is made when it is asked for, in a thread that belongs to no visit."""
    wrong = []
    for file in [*(ROOT / "focal_ui").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("download_button"):
                data = next(ast.unparse(k.value) for k in node.keywords if k.arg == "data")
                if not data.startswith("as_now(") and data not in WORDLESS:
                    wrong.append(f"{file.name}: {data}")
    assert wrong == []


WORDLESS = {"lab.file", "example_scores", "partial(class_link.qr_png, link)"}
