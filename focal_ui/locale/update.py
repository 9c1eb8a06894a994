"""`python -m focal_ui.locale.update`: bring all catalogues to what the code says, and compile them.

It prints what is missing in each language; with --words, how many words each file holds.
"""

import sys

from babel.messages.catalog import Catalog

from focal_ui.locale import catalogues
from focal_ui.locale.languages import FINISHED, TRANSLATED


def main(*asked: str) -> None:
    """Template, catalogues, compiled catalogues, and a line for each language."""
    template = catalogues.extracted()
    catalogues.TEMPLATE.write_bytes(catalogues.as_po(template))
    for language in TRANSLATED:
        catalogue = catalogues.merged(language.tag, template)
        file = catalogues.file_of(language.tag)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(catalogues.as_po(catalogue))
        compiled = catalogues.as_mo(catalogues.read(file, language.tag))
        file.with_suffix(".mo").write_bytes(compiled)
        _tell(catalogue, all_of_it=language in FINISHED)
    if "--words" in asked:
        for name, (n, words) in sorted(catalogues.words_by_file(template).items()):
            sys.stdout.write(f"{n:5} messages {words:6} words  {name}\n")


def _tell(catalogue: Catalog, *, all_of_it: bool) -> None:
    wrong, n = list(catalogues.problems(catalogue)), len(catalogues.messages(catalogue))
    sys.stdout.write(f"{catalogue.locale_identifier}: {n} messages, {len(wrong)} to do\n")
    if all_of_it:
        sys.stdout.write("".join(f"  {line}\n" for line in wrong))


if __name__ == "__main__":
    main(*sys.argv[1:])
