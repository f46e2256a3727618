"""Codes that nobody can guess, within what Saleor can store: a gift card's has at most 16 characters."""

from __future__ import annotations

import secrets

from saleor.core.utils.promo_code import is_available_promo_code

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 16


def new_code() -> str:
    """Return a code of 80 random bits that is neither a voucher's nor a gift card's."""
    while True:
        code = "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))
        if is_available_promo_code(code):
            return code
