"""Taking back what an order was awarded, as far as the policy and the account allow."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..lock_objects import lot_qs_select_for_update
from ..models import Lot, LoyaltyAccount, LoyaltyTransaction, Source, TransactionType
from .idempotency import Request, write_once
from .inputs import check_moment, check_points
from .lots import PlannedUse, plan_lot_use, use_lots
from .movements import take_points
from .posting import Entry, post_entry
from .results import ReversalResult

PENDING_ONLY = "PENDING_ONLY"
WITHIN_BALANCE = "WITHIN_BALANCE"
ALLOW_NEGATIVE = "ALLOW_NEGATIVE"
AWARDS = (TransactionType.EARN, TransactionType.MERGE_IN)
"""What gave an order's points to this account: the award, or the move of a guest's award."""


@dataclass
class ReversalPlan:
    """From where points are taken back."""

    own: list[PlannedUse] = field(default_factory=list)
    """From the award's own lots."""
    others: int = 0
    """From whatever else is available."""
    debt: int = 0
    corrects_id: int | None = None
    """The newest award of the order."""
    channel_slug: str = ""
    """Its channel."""
    program_version_id: int | None = None
    """The version it was judged by."""

    @property
    def points(self) -> int:
        return sum(use.points for use in self.own) + self.others + self.debt


def reverse_award(
    account_id: int,
    *,
    points: int,
    at: datetime.datetime,
    idempotency_key: str,
    order_id: str,
    policy: str = WITHIN_BALANCE,
    receipt: dict[str, Any] | Callable[[int], dict[str, Any]] | None = None,
) -> ReversalResult:
    """Take back up to ``points`` of what the order was awarded.

    The award's own lots come first (pending before matured), then what else is available; points that a reservation
    set aside stay. What cannot be recovered is left (WITHIN_BALANCE), or becomes a debt (ALLOW_NEGATIVE); with
    PENDING_ONLY only what is still pending of the award is taken. A ``receipt`` may be made of the points that are
    really taken. Works on frozen and on closed accounts.

    Raises InvalidPoints; AccountNotFound; IdempotencyConflict.
    Locks / writes: opens an atomic block; the account, then its lots.
    Idempotency: the same request returns the stored outcome. Where nothing could be taken nothing is stored, and the
    same request tries again.
    """
    check_points(points)
    check_moment(at)
    if policy not in (PENDING_ONLY, WITHIN_BALANCE, ALLOW_NEGATIVE):
        raise ValueError(f"unknown policy {policy}")
    request = Request(
        key=idempotency_key,
        facts={
            "verb": "reverse",
            "account": account_id,
            "points": points,
            "order": order_id,
            "policy": policy,
        },
    )

    def write(account: LoyaltyAccount) -> LoyaltyTransaction | None:
        own = _own_lots(account, order_id=order_id)
        plan = plan_reversal(account, own, points=points, policy=policy, at=at)
        if plan.points == 0:
            return None
        entry = Entry(
            type=TransactionType.REVERSE.value,
            source=Source.ORDER.value,
            points=-plan.points,
            created_at=at,
            occurred_at=at,
            idempotency_key=request.key,
            request_hash=request.hash,
            order_id=order_id,
            channel_slug=plan.channel_slug,
            program_version_id=plan.program_version_id,
            reverses_id=plan.corrects_id,
            receipt=receipt(plan.points) if callable(receipt) else receipt,
        )
        return post_reversal(account, entry, plan)

    written = write_once(account_id, request=request, at=at, write=write)
    if written.transaction is None:
        return ReversalResult(posting=None, reversed_points=0, unrecovered_points=points)
    recovered = -written.transaction.points
    return ReversalResult(posting=written.posting(), reversed_points=recovered, unrecovered_points=points - recovered)


def _own_lots(account: LoyaltyAccount, *, order_id: str) -> list[Lot]:
    return list(
        lot_qs_select_for_update()
        .filter(account=account, transaction__order_id=order_id, transaction__type__in=AWARDS)
        .select_related("transaction")
    )


def plan_reversal(
    account: LoyaltyAccount, own: list[Lot], *, points: int, policy: str, at: datetime.datetime
) -> ReversalPlan:
    """Return how ``points`` are taken back from the locked account, of which ``own`` lots first, as far as the policy
    goes. Writes nothing. The lots carry their ``transaction``."""
    plan = ReversalPlan()
    if own:
        award = max((lot.transaction for lot in own), key=lambda transaction: transaction.pk)
        plan.corrects_id, plan.channel_slug = award.pk, award.channel_slug
        plan.program_version_id = award.program_version_id
    plan.own = plan_lot_use([lot for lot in own if not lot.is_matured], points=points)
    missing = points - plan.points
    if policy == PENDING_ONLY:
        return plan
    free = min(missing, account.available)
    matured = [lot for lot in own if lot.is_matured and (lot.expires_at is None or lot.expires_at > at)]
    from_matured = plan_lot_use(matured, points=free)
    plan.own += from_matured
    plan.others = free - sum(use.points for use in from_matured)
    if policy == ALLOW_NEGATIVE:
        plan.debt = missing - free
    return plan


def post_reversal(account: LoyaltyAccount, entry: Entry, plan: ReversalPlan) -> LoyaltyTransaction:
    """Post what is planned."""
    transaction = post_entry(account, entry)
    use_lots(transaction, plan.own)
    account.pending -= sum(use.points for use in plan.own if not use.lot.is_matured)
    account.debt += plan.debt
    take_points(account, transaction, points=plan.others)
    return transaction
