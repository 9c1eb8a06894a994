"""Finds the app's messages, for Babel: those in the code, and those that are data.

Babel's own reader of Python does not look into f-strings, where before 3.12 they are one token.
"""

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

Found = tuple[int, str, Any, list[str]]
CONSTANTS = ("TITLE", "BRIDGE", "SECTIONS")  # of a page and of the table of contents


def app(
    file: IO[bytes],
    keywords: Collection[str],
    comment_tags: Collection[str],
    options: Mapping[str, Any],
) -> Iterator[Found]:
    """What stands in calls of the keywords, and in the constants of a page."""
    source = file.read().decode()
    lines, tree = source.splitlines(), ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in keywords:
            texts = tuple(text for each in node.args for text in _texts(each))
            said = [
                line for line in [lines[node.lineno - 2].strip("# ")] if _is(line, comment_tags)
            ]
            if texts:
                yield node.lineno, _called(node), texts if len(texts) > 1 else texts[0], said
    for constant in tree.body:
        if _assigned(constant) in CONSTANTS:
            for text in _texts(getattr(constant, "value", None)):
                yield constant.lineno, "_", text, []


def data(
    file: IO[bytes],
    keywords: Collection[str],
    comment_tags: Collection[str],
    options: Mapping[str, Any],
) -> Iterator[Found]:
    """What `data.texts` lists; the comment says what kind of text it is."""
    from focal_ui.locale.data import texts  # noqa: PLC0415  # it loads most of the app

    for at, (text, kind) in enumerate(texts(), start=1):
        yield at, "_", text, [kind]


def _is(line: str, tags: Collection[str]) -> bool:
    return any(line.startswith(tag) for tag in tags)


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _assigned(node: ast.stmt) -> str:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return targets[0].id if isinstance(targets[0], ast.Name) else ""


def _texts(value: ast.expr | None) -> Iterator[str]:
    """A text, or the keys of a dictionary."""
    if isinstance(value, ast.Dict):
        for key in value.keys:
            yield from _texts(key)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
