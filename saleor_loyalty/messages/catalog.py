"""The compiled texts: one gettext catalog for each language, keyed by the message's code.

Owns where the catalogs are, which languages exist and how a language code finds its catalog. It formats nothing.
That every language has every message with the same placeholders is enforced by ``tests/test_messages.py``.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

LOCALE_DIRECTORY = Path(__file__).resolve().parent.parent / "locale"
DOMAIN = "saleor_loyalty"
LANGUAGES = ("en", "he", "ar", "it")
DEFAULT_LANGUAGE = "en"
RIGHT_TO_LEFT = frozenset({"he", "ar"})

# "iw" is what older systems still send for Hebrew.
_ALIASES: Mapping[str, str] = MappingProxyType({"iw": "he"})


def find_language(language: str | None) -> str:
    """Return the catalog for a language code of any spelling ("ar-eg", "IT_CH"); English for an unknown one."""
    base = (language or "").replace("_", "-").split("-")[0].lower()
    base = _ALIASES.get(base, base)
    return base if base in LANGUAGES else DEFAULT_LANGUAGE


def find_text(code: str, *, language: str) -> str:
    """Return the untouched text of a message, with its placeholders. Raises KeyError for an unknown code."""
    text = _load(language).gettext(code)
    if text == code:
        raise KeyError(code)
    return text


def find_plural(code: str, count: int, *, language: str) -> str:
    """Return the plural form for ``count`` (not negative) of a message that has them."""
    return _load(language).ngettext(code, code, count)


@lru_cache(maxsize=len(LANGUAGES))
def _load(language: str) -> gettext.GNUTranslations:
    path = LOCALE_DIRECTORY / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)
