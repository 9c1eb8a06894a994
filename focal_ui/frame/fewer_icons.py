"""Make the small font of icons: `python -m focal_ui.frame.fewer_icons` (needs fonttools, brotli).

Streamlit's font holds 4,300 icons in 375 KB, most of what a first visitor would wait for, and this
app and Streamlit's own controls show a few dozen. Kept is every icon whose name stands as a word in
Streamlit's programs or in this app, so one that is needed is never missing. To be made again when
Streamlit is raised: until then the old, large font is sent (packed.py compares the name).
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import streamlit
from fontTools import subset
from fontTools.ttLib import TTFont

from focal_ui.frame.packed import ICONS, ICONS_OF

ROOT = Path(__file__).parents[2]
STATIC = Path(streamlit.__file__).parent / "static" / "static"


def main() -> None:
    """Write it beside this file."""
    font = TTFont(STATIC / "media" / ICONS_OF)
    letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
    kept: set[str] = set()
    for table in _ligatures(font):
        for first, ligatures in table.ligatures.items():
            few = [each for each in ligatures if _name(letters, first, each) in _wanted()]
            table.ligatures[first] = few
            kept |= {each.LigGlyph for each in few}
    options = subset.Options(flavor="woff2", layout_features=["*"], notdef_outline=True)
    small = subset.Subsetter(options)
    signs = [ord(sign) for sign in letters.values() if sign in _SIGNS]
    small.populate(unicodes=signs, glyphs=sorted(kept))
    small.subset(font)
    font.flavor = "woff2"
    font.save(ICONS)


_SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789_ "


@cache
def _wanted() -> set[str]:
    """Words between quotation marks, slashes or colons: among them the name of every icon shown."""
    found: set[str] = set()
    for program in (STATIC / "js").glob("*.js"):
        text = program.read_text(encoding="utf-8", errors="ignore")
        found.update(re.findall(r"[\"'`:/]([a-z0-9_]{2,40})[\"'`:]", text))
    for module in (ROOT / "app.py", *ROOT.glob("pages/**/*.py"), *ROOT.glob("focal_ui/**/*.py")):
        found.update(re.findall(r":material/([a-z0-9_]+):", module.read_text("utf-8")))
    return found


def _ligatures(font: TTFont) -> list[Any]:
    lookups = font["GSUB"].table.LookupList.Lookup
    tables = [getattr(each, "ExtSubTable", each) for lookup in lookups for each in lookup.SubTable]
    return [table for table in tables if hasattr(table, "ligatures")]


def _name(letters: dict[str, str], first: str, ligature: Any) -> str:
    return "".join(letters.get(glyph, "?") for glyph in (first, *ligature.Component))


if __name__ == "__main__":
    main()
