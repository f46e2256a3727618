"""The audit of the hash chain: every transaction in sequence, unedited, with the texts it was written with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..models import LoyaltyTransaction, TransactionText
from .audit_numbers import ROWS_PER_FETCH
from .chain import digest_texts, hash_transaction
from .results import Finding


@dataclass
class _Walk:
    """Where the walk along one account's chain stands."""

    account_id: int = 0
    sequence: int = 0
    hash: str = ""
    balance: int = 0


def find_chain_faults(account_ids: Sequence[int], *, using: str) -> Iterator[Finding]:
    """Walk along the accounts' transactions. Bounded memory: rows come through a server-side cursor."""
    transactions = (
        LoyaltyTransaction.objects.using(using)
        .filter(account_id__in=account_ids)
        .select_related("text")
        .order_by("account_id", "sequence")
        .iterator(chunk_size=ROWS_PER_FETCH)
    )
    walk = _Walk()
    for transaction in transactions:
        if transaction.account_id != walk.account_id:
            walk = _Walk(account_id=transaction.account_id)
        yield from _check(transaction, walk)
        walk.sequence = transaction.sequence
        walk.hash = transaction.hash
        walk.balance = transaction.balance_after


def _check(transaction: LoyaltyTransaction, walk: _Walk) -> Iterator[Finding]:
    def finding(code: str, message: str) -> Finding:
        return Finding(code, transaction.account_id, transaction.pk, message)

    if transaction.sequence != walk.sequence + 1:
        yield finding("SEQUENCE_GAP", f"Sequence {transaction.sequence} follows {walk.sequence}.")
    if transaction.previous_hash != walk.hash:
        yield finding("CHAIN_BROKEN", f"Sequence {transaction.sequence} does not follow from its predecessor.")
    if transaction.hash != hash_transaction(transaction):
        yield finding("HASH_MISMATCH", f"Sequence {transaction.sequence} was edited.")
    if transaction.balance_after != walk.balance + transaction.points:
        yield finding(
            "BALANCE_AFTER_MISMATCH",
            f"{walk.balance} and {transaction.points} do not make {transaction.balance_after}.",
        )
    try:
        text = transaction.text
    except TransactionText.DoesNotExist:
        yield finding("TEXT_MISSING", f"Sequence {transaction.sequence} has no text row.")
        return
    is_erased = text.salt == text.reason == text.internal_note == ""
    if not is_erased and transaction.text_digest != digest_texts(
        salt=text.salt, reason=text.reason, internal_note=text.internal_note
    ):
        yield finding("TEXT_MISMATCH", f"The texts of sequence {transaction.sequence} were edited.")
