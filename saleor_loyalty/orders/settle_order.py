"""``settle_order``: bring the ledger to what an order, as it is now, should have earned, spent and got back.

Hooks are hints, the order is the truth: settling once, twice, late or in another order of events gives
the same ledger. It never trusts an event's own content and never posts anything but the difference.
Order of locks: the host's order row (where it is read here) → the order record → the account.
Enforced by ``tests/orders/``.
"""

from __future__ import annotations

import datetime

from django.db import transaction

from ..events import emit
from ..events.catalogue import ORDER_SETTLED
from ..host import OrderFacts, get_host
from ..memberships import settle_memberships
from ..models import OrderRecord, OrderRecordState
from ..programs import load_version
from ..referrals import settle_referral
from ..rewards import settle_rewards
from ..rules import receipt_from_json
from .awarding import settle_award
from .following_tiers import Counted, counted_of, follow_tier, note_spent
from .judging import find_judging_program, judge_order
from .noting import note_movements, numbers_of
from .records import insert_order_record, lock_order_record, record_of_facts
from .redeeming import (
    find_way_back,
    give_back_points,
    redeem_for_order,
    redeeming_order_of_facts,
    release_open_reservation,
)
from .targets import award_state, refund_excess


def settle_order(facts: OrderFacts, *, at: datetime.datetime) -> OrderRecord | None:
    """Post the difference between what the order should have moved and what it has moved so far.

    A redemption that could not be recorded with the order is recorded first. The order is judged when it is first seen
    confirmed: basket, program version and receipt are frozen then; an order that earns nothing keeps a receipt too.

    Returns:
        The order's record; None where the order has nothing to do with a program (yet).

    A failure (of the database, of the host's facts) rolls everything back: keep it with ``record_failure``.

    Locks: the order record, then the account. One atomic block.
    Idempotency: the same facts again change nothing.
    Cost: three statements for a new order whose trigger has not happened, one for an order that is settled already,
    three for one that is none of a program's (``tests/orders/test_cost.py``).
    """
    with transaction.atomic():
        record = lock_order_record(facts.id)
        was_judged = record is not None and record.receipt is not None
        record = heal_redemption(record, facts, at=at)
        was_stored = record is not None
        record = judge_once(record, facts, at=at)
        if record is None:
            return None
        is_new = record.receipt is not None and not was_judged
        before, moved = _comparable(record), numbers_of(record)
        counted = Counted() if is_new else counted_of(record)
        refund = load_version(record.program_version_id).rules.refund
        way = find_way_back(record, facts, refund=refund)
        _settle_earning(record, facts, at=at)
        give_back_points(record, facts, refund=refund, at=at, way=way)
        record.refund_excess = refund_excess(facts, redeemed_value=record.redeemed_value)
        if record.sells_memberships:
            _settle_memberships(record, facts, at=at)
        if record.is_referred:
            settle_referral(facts, program_id=record.program_id, account_id=record.account_id, at=at)
        record.state = _state_of(record, facts)
        record.failure, record.failed_at = "", None
        spent = record.spent
        note_spent(record, facts)
        is_changed = _comparable(record) != before
        if is_changed or record.spent != spent or (is_new and was_stored):
            record.updated_at = at
            record.save()
        # Of a record that was locked it is known whether anybody listens; a new one has not been asked about.
        if is_changed and getattr(record, "is_told", True):
            _tell(record, at=at)
        follow_tier(record, facts, before=counted, at=at)
        note_movements(record, before=moved, is_new=is_new, rules=load_version(record.program_version_id).rules)
        return record


def settle_order_now(order_id: str, *, at: datetime.datetime) -> OrderRecord | None:
    """Read the order under the host's lock and settle it. Returns None where the order is gone.

    Reading under the lock means that of two settlements at once the later one sees the later order.
    """
    with transaction.atomic():
        facts = get_host().order_facts(order_id, for_update=True)
        if facts is None:
            _give_up(order_id)
            return None
        record = settle_order(facts, at=at)
    settle_rewards(facts, at=at)
    return record


def _give_up(order_id: str) -> None:
    """Forget the failure of an order that is gone: nothing can heal it, and it must not be tried for ever."""
    record = lock_order_record(order_id)
    if record is not None and record.failed_at is not None:
        record.failure, record.failed_at = "", None
        record.save(update_fields=["failure", "failed_at"])


def heal_redemption(record: OrderRecord | None, facts: OrderFacts, *, at: datetime.datetime) -> OrderRecord | None:
    """Take the points of an order that could not be recorded with it; free what is set aside for one that ended."""
    if record is not None and record.redeemed:
        return record
    if facts.has_ended:
        if record is not None and facts.checkout_id:
            release_open_reservation(facts.checkout_id, at=at)
        return record
    order = redeeming_order_of_facts(facts)
    if order is None:
        return record
    return redeem_for_order(order, at=at) or record


def judge_once(record: OrderRecord | None, facts: OrderFacts, *, at: datetime.datetime) -> OrderRecord | None:
    """Freeze basket, version and receipt of a confirmed order that was not judged. Returns its record, if any.

    A record that was there already is changed without being saved: the settlement saves it once, at its end.
    """
    if facts.status != "CONFIRMED" or (record is not None and record.receipt is not None):
        return record
    program = find_judging_program(facts)
    if program is None:
        return record
    version = program.version
    if record is not None and record.program_id != version.program_id:
        return record  # the order belongs to the program whose points were spent on it
    if record is None:
        record = record_of_facts(facts, program_id=version.program_id, program_version_id=version.version_id, at=at)
        judge_order(record, facts, program=program, at=at)
        record.state = _state_of(record, facts)
        return insert_order_record(record)
    judge_order(record, facts, program=program, at=at)
    return record


def _settle_earning(record: OrderRecord, facts: OrderFacts, *, at: datetime.datetime) -> None:
    if record.receipt is None:
        return
    rules = load_version(record.program_version_id).rules
    judged = {line["id"]: line["quantity"] for line in record.basket["lines"]} if record.basket else None
    state = award_state(facts, receipt=receipt_from_json(record.receipt), rules=rules, judged=judged)
    # Of an order that ended nothing comes in any case, whether or not it was ever judged.
    record.forfeited = 0 if facts.has_ended else state.forfeited
    settle_award(record, facts, state=state, rules=rules, at=at)


def _settle_memberships(record: OrderRecord, facts: OrderFacts, *, at: datetime.datetime) -> None:
    listing = load_version(record.program_version_id).rules.listing(record.channel_slug)
    settle_memberships(
        facts,
        program_id=record.program_id,
        account_id=record.account_id,
        time_zone=listing.time_zone if listing is not None else "UTC",
        at=at,
    )


def _state_of(record: OrderRecord, facts: OrderFacts) -> str:
    if facts.has_ended:
        return OrderRecordState.CANCELED
    if record.receipt is None:
        return OrderRecordState.WAITING
    if record.earnable == 0:
        return OrderRecordState.NOTHING
    is_whole = record.awarded - record.reversed >= record.earnable - record.forfeited
    return OrderRecordState.AWARDED if is_whole else OrderRecordState.PENDING


def _tell(record: OrderRecord, *, at: datetime.datetime) -> None:
    emit(
        ORDER_SETTLED,
        program_id=record.program_id,
        account_id=record.account_id,
        payload={
            "order": record.order_id,
            "account": record.account_id,
            "state": str(record.state),
            "earned": record.awarded,
            "reversed": record.reversed,
            "redeemed": record.redeemed,
            "returned": record.returned,
        },
        at=at,
    )


def _comparable(record: OrderRecord) -> tuple[object, ...]:
    return (
        record.account_id,
        record.state,
        record.awarded,
        record.reversed,
        record.unrecovered,
        record.returned,
        record.forfeited,
        record.refund_excess,
        record.failure,
    )
