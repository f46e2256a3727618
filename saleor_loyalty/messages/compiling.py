"""Compile the catalogs: ``python -m saleor_loyalty.messages.compiling``.

The compiled files are committed and shipped; a test proves that they are what this module makes of the sources.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from .catalog import DOMAIN, LANGUAGES, LOCALE_DIRECTORY


def find_source(language: str) -> Path:
    """Return the path of a language's source catalog; the compiled one lies beside it."""
    return LOCALE_DIRECTORY / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def compile_catalog(language: str) -> bytes:
    """Return what the compiled catalog of a language must contain."""
    with find_source(language).open("rb") as source:
        catalog = read_po(source, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    return compiled.getvalue()


if __name__ == "__main__":
    for each in LANGUAGES:
        find_source(each).with_suffix(".mo").write_bytes(compile_catalog(each))
