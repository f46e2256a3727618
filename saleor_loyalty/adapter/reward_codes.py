"""Codes that nobody can guess, within what Saleor can store: a gift card's has at most 16 characters.

They are told from the shop's own by how they begin and how long they are, so that an order with any other code costs
no look at ours, and goes on whatever state ours are in.
"""

from __future__ import annotations

import secrets

from saleor.core.utils.promo_code import is_available_promo_code

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
PREFIX = "LR"
LENGTH = 16


def new_code() -> str:
    """Return a code with 70 random bits that is neither a voucher's nor a gift card's."""
    while True:
        code = PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH - len(PREFIX)))
        if is_available_promo_code(code):
            return code


def may_be_ours(code: str) -> bool:
    """Whether a code looks like one of ``new_code``."""
    return len(code) == LENGTH and code.startswith(PREFIX)
