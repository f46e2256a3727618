"""The hash chain: each transaction of an account carries a hash over its content and its predecessor's hash.

Texts that may name a person enter the chain only as a salted digest; when text and salt are erased the chain still
verifies. All functions are pure. Changing what they compute would make every stored chain look broken: the test
``test_chain`` pins a hash.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from typing import Any

from ..models import LoyaltyTransaction


def canonical_json(value: Any) -> str:
    """Return one text for equal values, the same before and after PostgreSQL has stored them as ``jsonb``.

    Raises TypeError for a float: its text is not stable.
    """
    _refuse_floats(value)
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)
_PLAIN = frozenset((str, int, bool, type(None)))


def digest(value: Any) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def digest_texts(*, salt: str, reason: str, internal_note: str) -> str:
    return digest([salt, reason, internal_note])


def hash_transaction(transaction: LoyaltyTransaction) -> str:
    """Return the hash over the transaction's content, its ``previous_hash`` included; its primary key and ``hash``
    are not."""
    content = {
        "program": transaction.program_id,
        "account": transaction.account_id,
        "sequence": transaction.sequence,
        "type": str(transaction.type),
        "source": str(transaction.source),
        "points": transaction.points,
        "balanceAfter": transaction.balance_after,
        "occurredAt": _moment_text(transaction.occurred_at),
        "createdAt": _moment_text(transaction.created_at),
        "actorKind": str(transaction.actor_kind),
        "actorId": transaction.actor_id,
        "orderId": transaction.order_id,
        "checkoutId": transaction.checkout_id,
        "channelSlug": transaction.channel_slug,
        "programVersion": transaction.program_version_id,
        "reverses": transaction.reverses_id,
        "isShortfall": transaction.is_shortfall,
        "externalReference": transaction.external_reference,
        "idempotencyKey": transaction.idempotency_key,
        "requestHash": transaction.request_hash,
        "receiptDigest": None if transaction.receipt is None else digest(transaction.receipt),
        "textDigest": transaction.text_digest,
        "previousHash": transaction.previous_hash,
    }
    if transaction.batch_id is not None:
        # Left out otherwise: the chains that were stored before there were batches still verify.
        content["batch"] = transaction.batch_id
    return digest(content)


def _moment_text(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).isoformat(timespec="microseconds")


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no place in the ledger")
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise TypeError("keys must be text")
        value = value.values()
    elif not isinstance(value, list | tuple):
        return
    for member in value:
        if type(member) not in _PLAIN:
            _refuse_floats(member)
