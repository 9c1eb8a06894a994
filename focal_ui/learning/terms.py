"""What a term means, from the glossary, to stand where the term does: as `help=` of what is drawn.

`st.subheader(_("Average precision"), help=terms.help_of("AP"))`
"""

from focal_core.glossary import GLOSSARY, Term
from focal_ui.words import _, entry


def _by_every_name() -> dict[str, Term]:
    """Each term by its name and its other names, in small letters; its own name goes first."""
    by_other = {name.casefold(): term for term in GLOSSARY for name in term.also}
    return by_other | {term.name.casefold(): term for term in GLOSSARY}


_TERMS = _by_every_name()


def help_of(*names: str) -> str:
    """What these terms mean, in the visitor's language, as Markdown: a paragraph for each.

    names: as the glossary has them, in English and in any case; another name of a term does, too.
    KeyError if there is no such term.
    """
    return "\n\n".join(_said(_TERMS[name.casefold()]) for name in names)


def _said(term: Term) -> str:
    words = entry(f"**{_(term.name)}**", _(term.meaning))
    return words.replace("FL*", r"FL\*")  # a name, not the start of something slanted
