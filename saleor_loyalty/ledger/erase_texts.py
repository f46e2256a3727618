"""Erasing the texts of an account's transactions. The chain still verifies: it holds only their salted digests."""

from __future__ import annotations

from ..models import LotExtension, TransactionText


def erase_texts(account_id: int) -> int:
    """Empty reason, internal note and salt of all of the account's transactions; returns how many were changed. The
    reasons of extended dates go too.

    Idempotency: a second call returns 0.
    """
    LotExtension.objects.filter(account_id=account_id).exclude(reason="").update(reason="")
    return (
        TransactionText.objects.filter(transaction__account_id=account_id)
        .exclude(salt="")
        .update(reason="", internal_note="", salt="")
    )
