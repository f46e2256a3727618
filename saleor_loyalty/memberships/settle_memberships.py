"""``settle_memberships``: bring the memberships of an order to what the order, as it is now, has sold.

Hooks are hints, the order is the truth: settling once, twice, late or in another order of events gives the same
memberships. Which plan a line sells, and on what terms, is frozen when the order is first seen.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Mapping

from django.db import transaction

from ..basket import BasketLine
from ..errors import AccountClosed
from ..host import OrderFacts
from ..ledger import open_account
from ..models import LoyaltyProgram, Membership, MembershipChange, MembershipPayment, MembershipPlan, PlanStart
from ..rules import round_down
from .book import Book, open_book
from .selling import count_units, plans_of_lines

logger = logging.getLogger(__name__)

Type = MembershipChange.Type
UNITS_MAX = 100
"""Memberships that one order line makes."""


def settle_memberships(
    facts: OrderFacts, *, program_id: int, account_id: int | None, time_zone: str, at: datetime.datetime
) -> None:
    """Make the memberships that the order sells; release, suspend, cancel and reinstate them as the order says.

    A unit waits until the order is paid or delivered, as its plan wants it, and begins on the day on which that is
    seen. A unit that the order no longer sells (refunded, returned, cancelled) is cancelled; one that it sells but
    whose delivery was undone waits again. Of a line whose units go one by one, the last ones go first. What staff has
    cancelled stays cancelled; what staff has marked as paid counts as paid. Of one line at most 100 are made; that
    there would be more is logged.

    Args:
        account_id: whose memberships they are, where the order has an account already; else one is opened for its
            user or guest. A closed account gets none.
        time_zone: of the channel: in it the days are counted.

    Points of a start that are at another account than the membership by now are taken back by the next sweep: the
    settlement may hold the lock of an account already, and asks for no second one.

    Locks: the account, its memberships; the caller holds the order record's lock.
    Idempotency: the same facts again change nothing.
    """
    if not facts.has_ended and facts.status != "CONFIRMED":
        return
    with transaction.atomic():
        owner = Membership.objects.filter(order_id=facts.id).values_list("account_id", flat=True).first()
        plans: dict[str, MembershipPlan] = {}
        if owner is None:
            plans = {} if facts.has_ended else plans_of_lines(program_id, facts.basket.lines)
            owner = _account_of(facts, program_id=program_id, account_id=account_id, at=at) if plans else None
            if owner is None:
                return
        try:
            book = open_book(owner, at=at, is_for_new=bool(plans), is_alone=True)
        except AccountClosed:
            return
        lines = {line.id: line for line in facts.basket.lines}
        for line_id, plan in plans.items():
            _sell(book, facts, lines[line_id], plan=plan, time_zone=time_zone)
        _settle_units(book, facts)
        book.write()


def _account_of(facts: OrderFacts, *, program_id: int, account_id: int | None, at: datetime.datetime) -> int | None:
    if account_id is not None:
        return account_id
    if facts.user_id is None and not facts.email:
        return None
    program = LoyaltyProgram.objects.get(pk=program_id)
    email = None if facts.user_id is not None else facts.email
    return open_account(program, user_id=facts.user_id, email=email, at=at).pk


def _sell(book: Book, facts: OrderFacts, line: BasketLine, *, plan: MembershipPlan, time_zone: str) -> None:
    """Add a membership for each unit that the line sells, on the plan's terms of now; ``UNITS_MAX`` at most."""
    sold = count_units(facts, line.id, starts_when=plan.starts_when).sold
    if sold > UNITS_MAX:
        logger.warning("Line %s of order %s sells %s memberships: %s are made.", line.id, facts.id, sold, UNITS_MAX)
    for unit in range(min(sold, UNITS_MAX)):
        membership = membership_of_plan(plan)
        membership.order_id, membership.order_line_id, membership.unit = facts.id, line.id, unit
        membership.channel_slug, membership.time_zone = facts.channel, time_zone
        membership.price_amount = round_down(line.gross / line.quantity, facts.currency)
        membership.currency = facts.currency
        membership.payment_status = MembershipPayment.UNPAID
        book.add(membership)
        book.note(membership, Type.SOLD)


def membership_of_plan(plan: MembershipPlan) -> Membership:
    """Return a membership on the plan's terms as they are now; not stored."""
    return Membership(
        plan=plan,
        plan_name=plan.name,
        duration_months=plan.duration_months,
        duration_days=plan.duration_days,
        starts_when=plan.starts_when,
        stacking=plan.stacking,
        start_points=plan.start_points,
        label_id=plan.label_id,
    )


def _settle_units(book: Book, facts: OrderFacts) -> None:
    standing: Mapping[str, list[Membership]] = _by_line(book, facts)
    for line_id, units in standing.items():
        for membership in units:
            counted = count_units(facts, line_id, starts_when=membership.starts_when)
            is_paid_by_hand = membership.is_marked_as_paid and membership.starts_when == PlanStart.ORDER_PAID
            is_sold = membership.unit < counted.sold
            is_released = is_sold and (membership.unit < counted.released or is_paid_by_hand)
            _settle_payment(book, membership, facts, is_sold=is_sold)
            _settle_unit(book, membership, is_sold=is_sold, is_released=is_released)


def _by_line(book: Book, facts: OrderFacts) -> dict[str, list[Membership]]:
    found: dict[str, list[Membership]] = {}
    for membership in sorted(book.of_order(facts.id), key=lambda row: (row.order_line_id, row.unit)):
        found.setdefault(membership.order_line_id, []).append(membership)
    return found


def _settle_unit(book: Book, membership: Membership, *, is_sold: bool, is_released: bool) -> None:
    if membership.canceled_at is not None and not membership.is_canceled_by_order:
        return
    if not is_sold:
        if membership.canceled_at is None:
            cancel_in_book(book, membership, is_canceled_by_order=True)
        return
    if membership.canceled_at is not None:
        membership.canceled_at, membership.is_canceled_by_order = None, False
        membership.released_on = None
        book.forget_freezes(membership)
        book.note(membership, Type.REINSTATED)
    if is_released and membership.released_on is None:
        membership.released_on = book.today(membership)
        book.note(membership, Type.RELEASED, on=membership.released_on)
    elif not is_released and membership.released_on is not None:
        membership.released_on = None
        book.forget_freezes(membership)
        book.note(membership, Type.SUSPENDED)


def cancel_in_book(book: Book, membership: Membership, *, is_canceled_by_order: bool, reason: str = "") -> None:
    """Cancel the membership now. A freeze that has no end yet ends today."""
    if membership.frozen_from is not None and membership.frozen_until is None:
        book.end_freeze(membership)
    membership.canceled_at = book.at
    membership.is_canceled_by_order = is_canceled_by_order
    book.note(membership, Type.CANCELED, on=book.today(membership), reason=reason)


def _settle_payment(book: Book, membership: Membership, facts: OrderFacts, *, is_sold: bool) -> None:
    status = membership.payment_status
    if is_sold and facts.is_charged_in_full and status in (MembershipPayment.UNPAID, MembershipPayment.REFUNDED):
        membership.payment_status = MembershipPayment.PAID
        book.note(membership, Type.PAID)
    went_back = facts.refunds.money > 0 or bool(facts.refunds.units.get(membership.order_line_id))
    if not is_sold and went_back and status == MembershipPayment.PAID:
        membership.payment_status = MembershipPayment.REFUNDED
