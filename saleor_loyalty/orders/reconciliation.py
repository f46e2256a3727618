"""Walks the orders that changed, from where the last walk ended, and settles them.

Owns ``ReconciliationState``; never moves points itself. Of each name (the periodic walk, the one that somebody begins
by hand) one walk at a time: a walk claims its row for some minutes, renews the claim with each batch, and a claim that
is not renewed lapses, so that the next walk resumes where a killed one had come to. No lock is held while orders are
settled. Held by ``tests/orders/test_reconciliation.py`` and ``tests/test_reconcile_command.py``.
"""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from ..host import get_host
from ..lock_objects import reconciliation_state_qs_select_for_update
from ..models import OrderRecord, ReconciliationState
from .failure import try_to_settle

NAME = "orders"
"""The periodic walk."""
BY_HAND = "orders by hand"
FIRST_WINDOW = datetime.timedelta(days=2)
"""How far back the very first walk looks."""
OVERLAP = datetime.timedelta(hours=1)
"""Walked again each time: a transaction commits after the moment that it writes into its rows, and clocks differ."""
CLAIM_LASTS = datetime.timedelta(minutes=10)
"""Longer than a batch takes, and shorter than the time between two periodic runs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """The right to walk on from a position."""

    name: str
    key: str
    since: datetime.datetime
    after_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """How many orders were looked at, and whether there may be more."""

    orders: int
    has_more: bool
    healed: tuple[tuple[str, str], ...] = ()
    """The orders of which something was written, each with what it was."""
    failed: tuple[tuple[str, str], ...] = ()
    """The orders that could not be settled, each with why."""


def claim_reconciliation(
    *, at: datetime.datetime, key: str = "", name: str = NAME, since: datetime.datetime | None = None
) -> Claim | None:
    """Begin or resume a walk, or with the ``key`` of one go on with it. None while another of the name is under way.

    With ``since`` a new walk begins there, wherever the last one had come to.

    None too while the operator has switched the host's plugin off: orders of that time cannot be judged yet, so the
    walk stays where it is and finds them when the plugin is on again.

    Locks and writes: the row of ``ReconciliationState``, for this call only.
    """
    ReconciliationState.objects.get_or_create(name=name, defaults={"position_at": at - FIRST_WINDOW})
    if not get_host().is_active():
        return None
    with transaction.atomic():
        state = reconciliation_state_qs_select_for_update().get(name=name)
        is_taken = bool(state.claim) and state.claimed_until is not None and state.claimed_until > at
        if (key and key != state.claim) or (not key and is_taken):
            return None
        state.claim = key or uuid.uuid4().hex
        state.claimed_until = at + CLAIM_LASTS
        if since is not None:
            state.position_at, state.position_id = since, ""
        state.save(update_fields=["claim", "claimed_until", "position_at", "position_id"])
    return Claim(name=name, key=state.claim, since=state.position_at, after_id=state.position_id)


def release_reconciliation(claim: Claim) -> None:
    """Stop here: whoever comes next goes on from where the walk has come to, at once."""
    ReconciliationState.objects.filter(name=claim.name, claim=claim.key).update(claim="", claimed_until=None)


def reconcile_batch(claim: Claim, *, limit: int, at: datetime.datetime) -> Batch:
    """Settle the next ``limit`` changed orders; as a walk begins, also as many of those that failed before.

    ``at`` must be the clock before the call: the next walk starts an hour before it. Settling what is settled writes
    nothing. Keeps the position when the batch is done; a walk whose claim lapsed and was taken over ends.
    """
    failed = [] if claim.after_id else _failed_orders(limit=limit)
    changed = list(get_host().changed_orders(since=claim.since, after_id=claim.after_id, limit=limit))
    order_ids = list(dict.fromkeys([*failed, *(order_id for _, order_id in changed)]))
    before = _numbers_of(order_ids)
    attempts = {order_id: try_to_settle(order_id, at=at)[1] for order_id in order_ids}
    after = _numbers_of(order_ids)
    has_more = len(changed) >= limit
    position = changed[-1] if has_more else (at - OVERLAP, "")
    is_kept = _keep_position(claim, position=position, finished_at=None if has_more else at)
    changes = {
        order_id: _tell(before.get(order_id), after.get(order_id))
        for order_id, error in attempts.items()
        if error is None
    }
    return Batch(
        orders=len(order_ids),
        has_more=has_more and is_kept,
        healed=tuple((order_id, text) for order_id, text in changes.items() if text),
        failed=tuple(
            (order_id, f"{type(error).__name__}: {error}") for order_id, error in attempts.items() if error is not None
        ),
    )


_TOLD = ("state", "awarded", "reversed", "unrecovered", "redeemed", "returned", "forfeited", "refund_excess")


def _numbers_of(order_ids: list[str]) -> dict[str, dict[str, Any]]:
    records = OrderRecord.objects.filter(order_id__in=order_ids).order_by("pk")
    return {row["order_id"]: row for row in records.values("order_id", *_TOLD)}


def _tell(before: dict[str, Any] | None, after: dict[str, Any] | None) -> str:
    """Return what is another than before, in words; empty where nothing is."""
    if after is None or before == after:
        return ""
    if before is None:
        return ", ".join(f"{name} {after[name]}" for name in _TOLD if after[name])
    return ", ".join(f"{name} {before[name]} -> {after[name]}" for name in _TOLD if before[name] != after[name])


def _failed_orders(*, limit: int) -> list[str]:
    failed = OrderRecord.objects.filter(failed_at__isnull=False).order_by("failed_at", "pk")
    return list(failed.values_list("order_id", flat=True)[:limit])


def _keep_position(
    claim: Claim, *, position: tuple[datetime.datetime, str], finished_at: datetime.datetime | None
) -> bool:
    with transaction.atomic():
        state = reconciliation_state_qs_select_for_update().get(name=claim.name)
        if state.claim != claim.key:
            return False
        state.position_at, state.position_id = position
        if finished_at is not None:
            state.finished_at, state.claim, state.claimed_until = finished_at, "", None
        state.save(update_fields=["position_at", "position_id", "finished_at", "claim", "claimed_until"])
    return True
