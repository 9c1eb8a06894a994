"""HTML, made piece by piece: what is given as words is escaped, what is inside is HTML already."""

import html

_VOID = {"input", "link", "meta"}


def tag(name: str, inside: str = "", /, **attributes: str | float | bool | None) -> str:
    """An element.

    attributes: data_for is data-for and class_ is class; None and False leave one out.
    """
    said = "".join(_attribute(key, value) for key, value in attributes.items())
    return f"<{name}{said}>" if name in _VOID else f"<{name}{said}>{inside}</{name}>"


def text(words: str) -> str:
    """Words as they stand."""
    return html.escape(words, quote=False)


def _attribute(key: str, value: str | float | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return f' {name}="{html.escape(shown, quote=True)}"'
