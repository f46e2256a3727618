"""The redemption side of an order: its points are taken once, and given back as far as the order no longer uses them.

It never takes further points after the order exists (a row that grows is ignored), and never looks at today's rate:
the reservation's program version names it. Used by the commit inside the order's own transaction and, where that
failed, by ``settle_order``. The caller holds the order record's lock or has made the order in this atomic block.
"""

from __future__ import annotations

import dataclasses
import datetime
import logging
from decimal import Decimal
from typing import Any

from ..errors import AccountClosed
from ..host import AppliedDiscount, OrderFacts
from ..ledger import CommitResult, commit_reservation, release_reservation
from ..models import LoyaltyAccount, OrderRecord, Reservation, ReservationStatus
from ..programs import active_program, lasting_of, load_version
from ..rules import (
    RefundPolicy,
    SetAside,
    explain_redemption,
    explain_return,
    points_taken,
    receipt_from_json,
)
from ..selectors import last_reservation
from .records import insert_order_record, lock_order_record, new_order_record
from .returning import Way, lock_way_back, return_along
from .targets import returned_target, standing_redemption, values_now

logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class RedeemingOrder:
    """What the commit needs to know of an order."""

    order_id: str
    order_number: str
    checkout_id: str
    user_id: int | None
    channel: str
    currency: str
    discount: AppliedDiscount
    reservation: Reservation | None = None
    """The checkout's last one, where it is locked already in this atomic block, exact at the moment of the commit."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _Terms:
    """Whose points pay, by which rule, and how many at most."""

    account_id: int
    program_id: int
    program_version_id: int
    program_version: int
    rule_key: str
    rate_points: int
    rate_value: Decimal
    reserved: SetAside | None
    points: int


def redeem_for_order(
    order: RedeemingOrder, *, at: datetime.datetime, is_new_order: bool = False
) -> OrderRecord | None:
    """Take the points that the order's rows stand for and note it on the order's record.

    The smaller of the reserved points and the rows' value counts; the rest of the reservation is free again. Where
    the reservation is gone the points are taken from what is available, and what is missing becomes a debt marked as
    a shortfall. Returns the record, or None where the rows belong to no account.
    ``is_new_order`` says that this atomic block makes the order: nobody else knows it, so its record is not looked for
    before the points are taken and is written once.
    Idempotency: one redemption for each order, keyed by its id. Needs an atomic block.
    """
    terms = _find_terms(order, at=at)
    if terms is None:
        logger.warning("Order %s carries loyalty rows that belong to no account.", order.order_id)
        return None
    if terms.points <= 0:
        release_open_reservation(order.checkout_id, at=at)
        return None
    record = _new_record(order, terms=terms, at=at)
    if not is_new_order:
        record = lock_order_record(order.order_id) or insert_order_record(record)
    if record.redeemed:
        return record
    receipt = _receipt_of(order, terms=terms)
    result = commit_reservation(
        checkout_id=order.checkout_id,
        account_id=terms.account_id,
        order_id=order.order_id,
        points_max=terms.points,
        points_wanted=terms.points,
        at=at,
        idempotency_key=f"order:{order.order_id}:redeem",
        program_version_id=terms.program_version_id,
        channel_slug=order.channel,
        receipt=receipt,
        active_until=_active_until(order, terms=terms, at=at),
        locked=order.reservation,
    )
    if is_new_order:
        _note(record, order, terms=terms, result=result, receipt=receipt, at=at)
        stored = insert_order_record(record)
        if stored.redeemed:
            return stored
        record = stored
    _note(record, order, terms=terms, result=result, receipt=receipt, at=at)
    record.save()
    return record


def _active_until(order: RedeemingOrder, *, terms: _Terms, at: datetime.datetime) -> datetime.datetime | None:
    """Return until when an order makes points last that last while the customer is active; None: no such policy."""
    lasting = lasting_of(load_version(terms.program_version_id).rules, channel=order.channel, at=at)
    return lasting.until if lasting.while_active else None


def _note(
    record: OrderRecord,
    order: RedeemingOrder,
    *,
    terms: _Terms,
    result: CommitResult,
    receipt: dict[str, Any],
    at: datetime.datetime,
) -> None:
    """Write on the record, in memory, what the commit took."""
    record.account_id = terms.account_id
    record.redeemed = result.points
    record.redeemed_value = order.discount.value
    record.redeemed_rows = order.discount.rows
    stored = result.transaction.receipt if result.transaction is not None else None
    record.redemption_receipt = {**(stored or receipt), "shortfall": result.shortfall}
    record.revision += 1
    record.updated_at = at


def find_way_back(record: OrderRecord, facts: OrderFacts, *, refund: RefundPolicy) -> Way:
    """Return the way that points go which are to be given back now, with its accounts locked. Before anything else of
    the settlement locks one of them. No statement where nothing is to be given back."""
    if record.account_id is None or _missing_return(record, facts, refund=refund) <= 0:
        return ()
    return lock_way_back(record)


def _missing_return(record: OrderRecord, facts: OrderFacts, *, refund: RefundPolicy) -> int:
    target = returned_target(
        facts,
        redeemed=record.redeemed,
        redeemed_value=record.redeemed_value,
        returns_spent_points=refund.return_spent_points,
    )
    return target - record.returned


def give_back_points(
    record: OrderRecord, facts: OrderFacts, *, refund: RefundPolicy, at: datetime.datetime, way: Way = ()
) -> None:
    """Return spent points to their original lots until as many are back as ``returned_target`` says.

    Never takes a return back; a closed account gets nothing. Changes the record without saving it; the caller holds
    its lock. ``way``: as ``find_way_back`` gave it.
    """
    missing = _missing_return(record, facts, refund=refund)
    if missing <= 0 or record.account_id is None:
        return
    receipt = _receipt_of_return(record, facts, missing=missing, refund=refund)
    record.revision += 1
    try:
        return_along(
            way,
            account_id=record.account_id,
            points=missing,
            at=at,
            idempotency_key=f"order:{record.order_id}:return:{record.revision}",
            order_id=record.order_id,
            receipt=receipt,
            grace=datetime.timedelta(days=refund.grace_days) if refund.expired_lots == "GRACE" else None,
        )
    except AccountClosed:
        record.revision -= 1
        return
    record.returned += missing


def _receipt_of_return(
    record: OrderRecord, facts: OrderFacts, *, missing: int, refund: RefundPolicy
) -> dict[str, Any] | None:
    if record.redemption_receipt is None:
        return None
    return explain_return(
        receipt_from_json(record.redemption_receipt),
        redeemed=record.redeemed,
        value=record.redeemed_value,
        values=values_now(facts, redeemed_value=record.redeemed_value),
        standing=standing_redemption(facts, returns_spent_points=refund.return_spent_points),
        before=record.returned,
        posted=missing,
        reason="ORDER_ENDED" if facts.has_ended else "",
    )


def release_open_reservation(checkout_id: str, *, at: datetime.datetime) -> bool:
    """Free what is still set aside for the checkout. Returns whether something was."""
    reservation = last_reservation(checkout_id)
    if reservation is None or reservation.status != ReservationStatus.RESERVED:
        return False
    return release_reservation(reservation.pk, at=at)


def redeeming_order_of_facts(facts: OrderFacts) -> RedeemingOrder | None:
    """Return what the commit needs, or None where the order has no redemption of its own to take."""
    if facts.origin != "CHECKOUT" or not facts.checkout_id:
        return None  # a reissue copies rows that were paid for once already
    if facts.discount is None or facts.discount.value <= 0:
        return None
    return RedeemingOrder(
        order_id=facts.id,
        order_number=facts.number,
        checkout_id=facts.checkout_id,
        user_id=facts.user_id,
        channel=facts.channel,
        currency=facts.currency,
        discount=facts.discount,
    )


def _find_terms(order: RedeemingOrder, *, at: datetime.datetime) -> _Terms | None:
    reservation = order.reservation or last_reservation(order.checkout_id)
    if reservation is not None:
        version = load_version(reservation.program_version_id)
        account_id = reservation.account_id
        reserved = SetAside(points=reservation.points, value=reservation.value)
    else:
        active = active_program(order.channel, at=at)
        if active is None or order.user_id is None:
            return None
        account = LoyaltyAccount.objects.filter(program_id=active.program_id, user_id=order.user_id).first()
        if account is None:
            return None
        version, account_id, reserved = active, account.pk, None
    rule = version.rules.redemption_rule(order.channel)
    if rule is None:
        return None
    rate = rule.rate(order.channel)
    rate_value = Decimal(rate.value)
    points = points_taken(order.discount.value, rate_points=rate.points, rate_value=rate_value, reserved=reserved)
    return _Terms(
        account_id=account_id,
        program_id=version.program_id,
        program_version_id=version.version_id,
        program_version=version.version_number,
        rule_key=rule.key,
        rate_points=rate.points,
        rate_value=rate_value,
        reserved=reserved,
        points=points,
    )


def _new_record(order: RedeemingOrder, *, terms: _Terms, at: datetime.datetime) -> OrderRecord:
    return new_order_record(
        order_id=order.order_id,
        order_number=order.order_number,
        channel=order.channel,
        currency=order.currency,
        program_id=terms.program_id,
        program_version_id=terms.program_version_id,
        at=at,
    )


def _receipt_of(order: RedeemingOrder, *, terms: _Terms) -> dict[str, Any]:
    return explain_redemption(
        terms.points,
        value=order.discount.value,
        currency=order.currency,
        rule_key=terms.rule_key,
        rate_points=terms.rate_points,
        rate_value=terms.rate_value,
        program_version=terms.program_version,
        reserved=terms.reserved,
    )
