"""Giving spent points back, to the lots they came from and with the dates those had."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Sum

from ..errors import InvalidPoints
from ..lock_objects import lot_qs_select_for_update
from ..models import Lot, LotUse, LoyaltyAccount, LoyaltyTransaction, Source, TransactionType
from .account_rows import note_due, require_open
from .idempotency import Request, write_once
from .inputs import check_actor, check_moment, check_points
from .lots import PlannedUse, follow_activity, save_uses
from .posting import Entry, post_entry
from .results import Actor, Posting
from .settling import settle_changes
from .upkeep import expire_points


@dataclass
class ReturnPlan:
    """What one debit gets back."""

    redemption: LoyaltyTransaction
    to_debt: int = 0
    """The part that was never covered and is still owed: it is simply no longer owed."""
    to_lots: list[PlannedUse] = field(default_factory=list)

    @property
    def points(self) -> int:
        return self.to_debt + sum(use.points for use in self.to_lots)


def return_points(
    account_id: int,
    *,
    points: int,
    at: datetime.datetime,
    idempotency_key: str,
    order_id: str,
    receipt: dict[str, Any] | None = None,
    actor: Actor = Actor(),  # noqa: B008 (frozen)
    reason: str = "",
    internal_note: str = "",
    grace: datetime.timedelta | None = None,
    even_if_closed: bool = False,
) -> Posting:
    """Give back ``points`` of what the order redeemed.

    What was taken last comes back first, as if so much less had been spent: first what is still owed of it, then the
    lots in the reverse order of their use. A lot that is past its date by now gets its points and loses them again in
    the same step, by an EXPIRE of its own; with ``grace`` it keeps them that much longer. Works on a frozen account.

    ``even_if_closed``: also to an account that was merged into another one; the caller moves the points on.

    An order with several redemptions gets a RETURN for each that is touched, the newest first; that one is returned.

    Raises InvalidPoints, also where the order has fewer points left to return; AccountNotFound; IdempotencyConflict;
    AccountClosed.
    Locks / writes: opens an atomic block; the account, then its lots.
    Idempotency: the same request returns the stored posting.
    """
    check_points(points)
    check_moment(at)
    check_actor(actor)
    request = Request(
        key=idempotency_key,
        facts={"verb": "return", "account": account_id, "points": points, "order": order_id},
        reason=reason,
        internal_note=internal_note,
    )

    def write(account: LoyaltyAccount) -> LoyaltyTransaction:
        if not even_if_closed:
            require_open(account)
        transactions: list[LoyaltyTransaction] = []
        missing = points
        for redemption in _redemptions(account, order_id=order_id):
            # Each plan reads the lots as the one before has left them.
            plan = plan_return(account, redemption, points=missing)
            if plan.points == 0:
                continue
            number = len(transactions) + 1
            entry = Entry(
                type=TransactionType.RETURN.value,
                source=Source.ORDER.value,
                points=plan.points,
                created_at=at,
                occurred_at=at,
                actor=actor,
                idempotency_key=request.key if number == 1 else f"{request.key}#{number}",
                request_hash=request.hash,
                reason=reason,
                internal_note=internal_note,
                order_id=order_id,
                channel_slug=redemption.channel_slug,
                program_version_id=redemption.program_version_id,
                reverses_id=redemption.pk,
                receipt=receipt,
            )
            transactions.append(post_return(account, entry, plan, at=at, grace=grace))
            missing -= plan.points
            if missing == 0:
                settle_changes(account, at=at)
                return transactions[0]
        raise InvalidPoints(f"Only {points - missing} points of the order are left to return.")

    return write_once(account_id, request=request, at=at, write=write).posting()


def post_return(
    account: LoyaltyAccount,
    entry: Entry,
    plan: ReturnPlan,
    *,
    at: datetime.datetime,
    grace: datetime.timedelta | None = None,
) -> LoyaltyTransaction:
    """Post what is planned. What is past its date by now expires in the same step, but for ``grace``."""
    transaction = post_entry(account, entry)
    uses = [LotUse(lot=use.lot, transaction=transaction, points=-use.points, created_at=at) for use in plan.to_lots]
    if plan.to_debt:
        # The points that pay the debt pass through a lot of their own, like any credit that pays one.
        lot = Lot.objects.create(
            account=account,
            transaction=transaction,
            issued=plan.to_debt,
            remaining=plan.to_debt,
            available_at=at,
            is_matured=True,
        )
        uses.append(LotUse(lot=lot, transaction=plan.redemption, points=plan.to_debt, created_at=at))
        account.debt -= plan.to_debt
    save_uses(uses)
    follow_activity(account, [use.lot for use in plan.to_lots])
    dead = [use for use in plan.to_lots if use.lot.expires_at is not None and use.lot.expires_at <= at]
    if grace is not None and dead:
        Lot.objects.filter(pk__in=[use.lot.pk for use in dead]).update(expires_at=at + grace)
        for use in dead:
            use.lot.expires_at = at + grace
        dead = []
    expire_points(account, dead, at=at)
    for use in plan.to_lots:
        if use not in dead:
            note_due(account, use.lot.expires_at)
    return transaction


def _redemptions(account: LoyaltyAccount, *, order_id: str) -> list[LoyaltyTransaction]:
    """The order's redemptions, newest first."""
    return list(
        LoyaltyTransaction.objects.filter(account=account, order_id=order_id, type=TransactionType.REDEEM).order_by(
            "-sequence"
        )
    )


def plan_return(account: LoyaltyAccount, redemption: LoyaltyTransaction, *, points: int) -> ReturnPlan:
    """Return how ``points`` that a debit of the locked account took go back: what is still owed of it first, then the
    lots in the reverse order of their use. Writes nothing."""
    plan = ReturnPlan(redemption)
    # A lot of a return that reduced this redemption's own debt has nothing to get back.
    uses = LotUse.objects.filter(transaction=redemption).exclude(lot__transaction__reverses=redemption)
    taken = list(uses.order_by("-pk").values_list("lot_id", "points"))
    covered = LotUse.objects.filter(transaction=redemption).aggregate(points=Sum("points"))["points"] or 0
    # As far as a lot got something back, its last uses are undone.
    undone: dict[int, int] = dict(
        LotUse.objects.filter(transaction__reverses=redemption, points__lt=0)
        .order_by()
        .values_list("lot")
        .annotate(points_back=-Sum("points"))
    )
    plan.to_debt = min(points, -redemption.points - covered)
    missing = points - plan.to_debt
    lots = {
        lot.pk: lot
        for lot in lot_qs_select_for_update()
        .filter(pk__in={lot_id for lot_id, _ in taken}, account=account)
        .select_related("transaction")
    }
    # A lot may have paid more than once: at first, and later a part of the debt.
    back_to: dict[int, int] = {}
    for lot_id, used in taken:
        gone = min(used, undone.get(lot_id, 0))
        back = min(missing, used - gone)
        undone[lot_id] = undone.get(lot_id, 0) - gone
        if back > 0:
            back_to[lot_id] = back_to.get(lot_id, 0) + back
            missing -= back
    plan.to_lots = [PlannedUse(lots[lot_id], back) for lot_id, back in back_to.items()]
    return plan
