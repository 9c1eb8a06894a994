"""The whole lab: every page of the app, what they share, and what the class kit hands out."""

import gzip
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlsplit

from focal_ui.class_kit import printed_kit, worksheets
from focal_ui.frame import frame
from focal_ui.locale.languages import BY_TAG, ENGLISH
from focal_ui.publish.page import Files, publish
from focal_ui.publish.shell import ICON
from focal_ui.publish.visit import pages
from focal_ui.stage import stage
from focal_ui.words import speaking

MARK = "lab.js"  # a folder without it, and not empty, is somebody else's
ROOMS = ("data", "embed", "files")
EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip knows no earlier time; two of one lab are equal
_AS_A_SCRIPT = "globalThis.focalFollow = (() => {{\n{script}\nreturn follow;\n}})();\n"


def build(
    app: str = "",
    tag: str = ENGLISH.tag,
    *,
    tags: Sequence[str] = (),
    only: Sequence[str] = (),
    processes: int = 1,
    tell: Callable[[str], object] = lambda _line: None,
) -> Files:
    """Every file by its name. app: the address of the full app, "" for none; tag: the language.

    tags: of all languages that are published together, the first first; each page leads to the
    others. only: names of pages, to leave the others out. tell: hears of each page that is done.
    Raises ValueError for an address that is none, and for a language that the app does not speak.
    """
    _check(app, tag)
    names = [name for name in pages() if name in (only or pages())]
    with speaking(tag):
        files = shared() | handouts(app)
    make = partial(publish, app=app, tag=tag, tags=tags or (tag,))
    for at, (name, of_page) in enumerate(_each(make, names, processes), start=1):
        files |= of_page
        tell(f"{at} of {len(names)}: {name}")
    return dict(sorted(files.items()))


def _each(
    make: Callable[[str], Files], names: Sequence[str], processes: int
) -> Iterator[tuple[str, Files]]:
    """The files of each page, in order; from processes of their own if there are several."""
    if processes == 1:
        yield from ((name, make(name)) for name in names)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from zip(names, pool.map(make, names), strict=True)


def shared() -> Files:
    """Scripts, styles and the icon: the stage's own, and what the lab adds."""
    here, room = Path(__file__).parent, Path(stage.__file__).parent
    follow = stage.script().replace("export default function (", "const follow = function (", 1)
    lab = (here / "lab.js").read_text(encoding="utf-8")
    styles = [room / "stage.css", here / "lab.css"]
    return {
        "stage.js": _AS_A_SCRIPT.format(script=follow).encode(),
        "lab.js": f"(() => {{\n{lab}}})();\n".encode(),
        "lab.css": "\n".join(each.read_text(encoding="utf-8") for each in styles).encode(),
        ICON: Path(frame.ICON).read_bytes(),
    }


def handouts(app: str) -> Files:
    """Worksheets with and without keys; the kit to print, whose links lead to the full app."""
    made = {"files/class_kit.html": printed_kit.page(app)} if app else {}
    for sheet in worksheets.worksheets():
        for with_key in (False, True):
            name = f"files/worksheet_{sheet.letter}{'_key' if with_key else ''}"
            made[f"{name}.html"] = sheet.as_html(with_key=with_key)
            made[f"{name}.md"] = sheet.as_markdown(with_key=with_key)
    return {name: text.encode() for name, text in made.items()}


def write(files: Files, out: Path) -> None:
    """Write the folder anew. Raises ValueError for one that holds something else."""
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise ValueError(f"{out} is not empty, and no lab lies in it: name another folder")
    for name in (*ROOMS, *BY_TAG):
        shutil.rmtree(out / name, ignore_errors=True)  # what an earlier one had and this has not
    for name, made in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made)


def zipped(files: Files) -> bytes:
    """The folder as one file, the same for the same lab."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"focal-loss-lab/{name}", EARLIEST)
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def on_the_wire(files: Files) -> int:
    """Bytes of all files as a web host packs them."""
    return sum(len(gzip.compress(made, 9, mtime=0)) for made in files.values())


def _check(app: str, tag: str) -> None:
    if tag not in BY_TAG:
        raise ValueError(f"--language must be one of {', '.join(BY_TAG)}, not {json.dumps(tag)}")
    parts = urlsplit(app)
    if app and (parts.scheme not in ("http", "https") or not parts.netloc):
        given = json.dumps(app)
        raise ValueError(f"--app must be an address that begins with http(s)://, not {given}")
