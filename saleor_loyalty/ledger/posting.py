"""The posting core: the one place that writes transactions.

Takes a locked account, gives each entry its sequence number, balance after and place in the hash chain, and counts its
points in the balance and in one term of the account's identity:
``given = redeemed + expired + reversed + deducted + balance`` (a check constraint). It knows nothing of lots: see
``movements``. Posting several entries costs two statements, as one does, and one more where an endpoint outside is
told of them: whether one is comes back with the texts.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..events import mirror_movements
from ..models import LoyaltyAccount, LoyaltyTransaction, TransactionText, TransactionType
from .chain import digest_texts, hash_transaction
from .inputs import check_account_bounds
from .results import Actor
from .row_events import IS_SUBSCRIBED, emit_transactions
from .statements import RowStatements

_BATCH_SIZE = 500
_TRANSACTION = RowStatements(LoyaltyTransaction)
_TEXT = RowStatements(TransactionText)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What one transaction says."""

    type: str
    source: str
    points: int
    """Signed."""
    created_at: datetime.datetime
    occurred_at: datetime.datetime
    idempotency_key: str
    request_hash: str
    actor: Actor = field(default_factory=Actor)
    reason: str = ""
    internal_note: str = ""
    order_id: str = ""
    checkout_id: str = ""
    channel_slug: str = ""
    program_version_id: int | None = None
    reverses_id: int | None = None
    receipt: dict[str, Any] | None = None
    is_shortfall: bool = False
    external_reference: str = ""
    batch_id: int | None = None


def post_entry(account: LoyaltyAccount, entry: Entry) -> LoyaltyTransaction:
    """Write one transaction and its text row, and project it on the locked account (which the caller saves)."""
    return post_entries(account, [entry])[0]


def post_entries(account: LoyaltyAccount, entries: Sequence[Entry]) -> list[LoyaltyTransaction]:
    """Write transactions and their text rows in order, and project them on the locked account.

    Locks / writes: inside the caller's atomic block, under the account's lock.
    """
    return post_pairs([(account, entry) for entry in entries])


def post_pairs(pairs: Sequence[tuple[LoyaltyAccount, Entry]]) -> list[LoyaltyTransaction]:
    """As ``post_entries``, for several accounts of one program, all of them locked."""
    salts = [secrets.token_hex(16) for _ in pairs]
    rows = [_next_row(account, entry, salt=salt) for (account, entry), salt in zip(pairs, salts, strict=True)]
    if len(rows) == 1:
        _TRANSACTION.insert(rows[0])
    else:
        LoyaltyTransaction.objects.bulk_create(rows, batch_size=_BATCH_SIZE)
    texts = [
        TransactionText(transaction=row, reason=entry.reason, internal_note=entry.internal_note, salt=salt)
        for row, (_, entry), salt in zip(rows, pairs, salts, strict=True)
    ]
    if len(texts) == 1:
        is_subscribed = _TEXT.insert_and_ask(texts[0], IS_SUBSCRIBED)
    else:
        TransactionText.objects.bulk_create(texts, batch_size=_BATCH_SIZE)
        is_subscribed = True
    accounts = [account for account, _ in pairs]
    if is_subscribed:
        emit_transactions(list(zip(accounts, rows, strict=True)))
    orders: dict[int, set[str]] = {account.pk: set() for account in accounts}
    for row in rows:
        orders[row.account_id] |= {row.order_id} - {""}
    for account_id, order_ids in orders.items():
        mirror_movements(account_id, order_ids=order_ids)
    return rows


def _next_row(account: LoyaltyAccount, entry: Entry, *, salt: str) -> LoyaltyTransaction:
    _count(account, type=entry.type, points=entry.points)
    account.sequence += 1
    account.last_transaction_at = entry.created_at
    row = LoyaltyTransaction(
        program_id=account.program_id,
        account_id=account.pk,
        sequence=account.sequence,
        type=entry.type,
        source=entry.source,
        points=entry.points,
        balance_after=account.balance,
        occurred_at=entry.occurred_at,
        created_at=entry.created_at,
        actor_kind=entry.actor.kind,
        actor_id=entry.actor.id,
        order_id=entry.order_id,
        checkout_id=entry.checkout_id,
        channel_slug=entry.channel_slug,
        program_version_id=entry.program_version_id,
        reverses_id=entry.reverses_id,
        receipt=entry.receipt,
        is_shortfall=entry.is_shortfall,
        external_reference=entry.external_reference,
        batch_id=entry.batch_id,
        idempotency_key=entry.idempotency_key,
        request_hash=entry.request_hash,
        text_digest=digest_texts(salt=salt, reason=entry.reason, internal_note=entry.internal_note),
        previous_hash=account.last_hash,
    )
    row.hash = hash_transaction(row)
    account.last_hash = row.hash
    return row


def _count(account: LoyaltyAccount, *, type: str, points: int) -> None:
    """Add signed points to the balance and to the term of the identity that the type belongs to."""
    account.balance += points
    term = term_of(type, points=points)
    if term == "given":
        account.given += points
    else:
        setattr(account, term, getattr(account, term) - points)
    check_account_bounds(account)


def term_of(type: str, *, points: int) -> str:
    """Return the term of the identity in which a transaction counts: given upwards, the others downwards."""
    if type == TransactionType.SET:
        return "given" if points > 0 else "deducted"
    if type == TransactionType.REVERSE:
        # Upwards it takes a deduction back.
        return "deducted" if points > 0 else "reversed"
    return _TERMS[type]


_TERMS: dict[str, str] = {
    TransactionType.EARN: "given",
    TransactionType.GIVE: "given",
    TransactionType.IMPORT: "given",
    TransactionType.MERGE_IN: "given",
    # The pair of a merge cancels: what moved away was given to the other account.
    TransactionType.MERGE_OUT: "given",
    TransactionType.REDEEM: "redeemed",
    TransactionType.RETURN: "redeemed",
    TransactionType.EXPIRE: "expired",
    TransactionType.DEDUCT: "deducted",
}
