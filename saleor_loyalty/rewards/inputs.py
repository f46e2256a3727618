"""What the verbs of rewards accept, the fingerprint of a request, and codes of our own. Pure, but for chance."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence

from ..errors import LoyaltyException

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without what is mistaken for something else: I, O, 0, 1."""
_GROUPS, _GROUP_LENGTH = 4, 4
REASON_MAX = 1000


def fingerprint(facts: Sequence[object]) -> str:
    """Return the hash of what was asked for: the same request again has the same one."""
    return hashlib.sha256(json.dumps(list(facts)).encode()).hexdigest()


def check_reason(reason: str) -> str:
    """Return the reason. Raises LoyaltyException (INVALID): too long."""
    if len(reason) > REASON_MAX:
        raise LoyaltyException(f"This must have at most {REASON_MAX} characters.", field="reason")
    return reason


def new_access_code() -> str:
    """Return a code that nobody can guess: 80 random bits, in groups that can be read out."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)
