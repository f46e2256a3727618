"""Computing an order's record anew from its transactions, where somebody has changed or deleted one of them.

The transactions are taken at their word: whether they were tampered with is for the hash chain to say. Posts nothing;
settling the order afterwards posts the difference between what then stands and what should. Held by
``tests/auditing/test_healing.py``.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import transaction

from ..host import get_host
from ..models import LoyaltyTransaction, OrderRecord, TransactionType
from ..rules import receipt_from_json
from .records import lock_order_record
from .settle_order import heal_redemption, judge_once

_HELD_BY = (TransactionType.EARN, TransactionType.MERGE_IN, TransactionType.REDEEM)
_NUMBERS = ("awarded", "reversed", "redeemed", "returned", "earnable", "account_id", "revision")


def rebuild_order_record(order_id: str, *, at: datetime.datetime) -> dict[str, tuple[object, object]] | None:
    """Write on the order's record what its transactions add up to, and what its receipt says that it earns.

    Where the record is gone it is made anew: the order is judged as it would have been, by the version that was in
    force when it was made.

    Returns (old, new) by the name of what was changed, empty where nothing was; None where the record is gone and so
    is the host's order, or the order is none of a program's.

    Locks / writes: opens an atomic block; the host's order, then the record.
    Idempotency: a second call returns an empty dict and writes nothing.
    """
    with transaction.atomic():
        facts = get_host().order_facts(order_id, for_update=True)
        record = lock_order_record(order_id)
        changed: dict[str, tuple[object, object]] = {}
        if record is None:
            record = judge_once(heal_redemption(None, facts, at=at), facts, at=at) if facts is not None else None
            if record is None:
                return None
            changed["record"] = ("none", "made anew")
        rows = list(
            LoyaltyTransaction.objects.filter(program_id=record.program_id, order_id=order_id)
            .order_by("pk")
            .only("type", "points", "account_id", "idempotency_key", "order_id", "program_id")
        )
        for name, value in _numbers_of(record, rows).items():
            if getattr(record, name) != value:
                changed[name] = (getattr(record, name), value)
                setattr(record, name, value)
        if changed:
            record.updated_at = at
            # One that is made anew has its judgement too, which is stored nowhere yet.
            record.save(update_fields=None if "record" in changed else [*_NUMBERS, "updated_at"])
        return changed


def _numbers_of(record: OrderRecord, rows: Iterable[LoyaltyTransaction]) -> dict[str, object]:
    sums = dict.fromkeys(("EARN", "REVERSE", "REDEEM", "RETURN"), 0)
    account_id, revision = record.account_id, record.revision
    for row in rows:
        if row.type in sums:
            sums[row.type] += abs(row.points)
        if row.type in _HELD_BY and record.account_id is None:
            account_id = row.account_id
        last = row.idempotency_key.rpartition(":")[2]
        if row.idempotency_key.startswith("order:") and last.isdecimal():
            revision = max(revision, int(last))
    return {
        "awarded": sums["EARN"],
        "reversed": sums["REVERSE"],
        "redeemed": sums["REDEEM"],
        "returned": sums["RETURN"],
        "earnable": record.earnable if record.receipt is None else receipt_from_json(record.receipt).points,
        "account_id": account_id,
        "revision": revision,
    }
