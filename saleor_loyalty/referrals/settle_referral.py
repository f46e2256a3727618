"""``settle_referral``: bring a referral to what its customer's order, as it now is, means for it.

Hooks are hints, the order is the truth. It pays nothing and asks nobody but the order: that is for ``step_referral``,
because a sale must not wait for it, nor fail with it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from ..host import OrderFacts
from ..lock_objects import loyalty_account_qs_select_for_update, referral_qs_select_for_update
from ..models import Referral, ReferralChange, ReferralEnd, ReferralState
from ..programs import load_version
from ..rules import (
    ReferralPolicy,
    Standing,
    Verdict,
    find_standing,
    judge_referred_order,
    money_standing,
    round_down,
    standing_at_trigger,
)
from .history import note_change
from .offer import terms_of

Type = ReferralChange.Type
ENDED_ORDERS = frozenset({"CANCELED", "EXPIRED"})
COUNTED_ORIGINS = frozenset({"CHECKOUT", "DRAFT"})
"""A reissue replaces an order that counted; an imported one was made elsewhere."""


def settle_referral(facts: OrderFacts, *, program_id: int, account_id: int | None, at: datetime.datetime) -> None:
    """Note whether the order counts for the referral of its customer, how far it is, and whether it still stands.

    The first order that is made in time and passes the program's trigger starts the refund window; within it, too
    little left of the order ends the referral. Afterwards only the policy ``TAKE_BACK`` looks at it.

    Args:
        account_id: whose the order's points are, where that is known: the one account that a settlement locks.

    Locks: the invited customer's account, unless it is another one than ``account_id``; the referral. The caller holds
    the lock of the order record. Idempotency: the same facts again change nothing.
    Cost: four statements where nothing changes.
    """
    with transaction.atomic():
        rows = Referral.objects.filter(program_id=program_id)
        of_order = rows.filter(order_id=facts.id).values_list("pk", "referee_id").first()
        if of_order is None and facts.user_id is not None:
            of_order = rows.filter(referee__user_id=facts.user_id).values_list("pk", "referee_id").first()
        if of_order is None:
            return
        pk, referee_id = of_order
        if account_id in (None, referee_id):
            # The account comes first: that is the order of locks, and of the events about it.
            list(loyalty_account_qs_select_for_update().filter(pk=referee_id).values_list("pk"))
        referral = referral_qs_select_for_update().get(pk=pk)
        follow_order(referral, facts, at=at)


def follow_order(referral: Referral, facts: OrderFacts, *, at: datetime.datetime) -> None:
    """Change the locked referral as the order says, and save it where that changes anything."""
    judged = _judge(referral, facts)
    verdict = judged.verdict
    is_own = referral.order_id == facts.id
    if referral.state in (ReferralState.CLAIMED, ReferralState.ORDERED):
        if is_own or _counts(referral, facts):
            _follow_before_the_trigger(referral, facts, verdict, judged=judged, at=at)
    elif not is_own:
        return
    elif referral.state in (ReferralState.WAITING, ReferralState.IN_REVIEW):
        _follow_in_the_window(referral, facts, verdict, at=at)
    elif referral.state == ReferralState.CONFIRMED and verdict == "GONE" and _is_to_be_taken_back(referral, judged):
        referral.next_step_at = at
        referral.save(update_fields=["next_step_at"])


def _is_to_be_taken_back(referral: Referral, judged: _Judged) -> bool:
    return judged.policy.late_refund == "TAKE_BACK" and referral.next_step_at is None


def still_stands(referral: Referral, facts: OrderFacts) -> bool:
    """Return whether enough is left of the referral's order."""
    return _judge(referral, facts).verdict != "GONE"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Judged:
    verdict: Verdict
    passed: Standing | None
    policy: ReferralPolicy


def _judge(referral: Referral, facts: OrderFacts) -> _Judged:
    program = load_version(referral.program_version_id)
    policy, kept = terms_of(program), _kept(facts)
    passed = kept and standing_at_trigger(
        kept,
        trigger=program.rules.trigger,
        is_charged_in_full=facts.is_charged_in_full,
        fulfilled=facts.fulfilled,
    )
    verdict = judge_referred_order(facts.basket, kept=kept, passed=passed, policy=policy)
    return _Judged(verdict=verdict, passed=passed, policy=policy)


def _kept(facts: OrderFacts) -> Standing | None:
    """Return what of the order was neither refunded nor returned; None of one that ended, or never counts."""
    if facts.status != "CONFIRMED" or facts.origin not in COUNTED_ORIGINS:
        return None
    refunds = facts.refunds
    return find_standing(facts.basket, gone=refunds.units, loose=refunds.loose, ordered=facts.ordered)


def _counts(referral: Referral, facts: OrderFacts) -> bool:
    return referral.claimed_at <= facts.created_at < referral.valid_until


def _follow_before_the_trigger(
    referral: Referral,
    facts: OrderFacts,
    verdict: Verdict,
    *,
    judged: _Judged,
    at: datetime.datetime,
) -> None:
    if verdict == "PASSED":
        money = money_standing(facts.basket, judged.passed)
        referral.state = ReferralState.WAITING
        referral.order_id, referral.currency = facts.id, facts.currency
        referral.order_amount = round_down(Decimal(money.numerator) / money.denominator, facts.currency)
        referral.qualified_at = referral.next_step_at = at
        referral.due_at = at + datetime.timedelta(days=judged.policy.refund_days)
        referral.save()
        note_change(referral, Type.QUALIFIED, at=at)
    elif verdict == "PENDING" and referral.state == ReferralState.CLAIMED:
        referral.state, referral.order_id = ReferralState.ORDERED, facts.id
        referral.save(update_fields=["state", "order_id"])
        note_change(referral, Type.ORDERED, at=at)
    elif verdict == "GONE" and referral.order_id == facts.id:
        referral.state, referral.order_id = ReferralState.CLAIMED, ""
        referral.save(update_fields=["state", "order_id"])
        note_change(referral, Type.REOPENED, at=at)


def _follow_in_the_window(referral: Referral, facts: OrderFacts, verdict: Verdict, *, at: datetime.datetime) -> None:
    if verdict == "PASSED":
        return
    if verdict == "GONE":
        ended = facts.status in ENDED_ORDERS
        end_referral(referral, ReferralEnd.ORDER_ENDED if ended else ReferralEnd.REFUNDED, at=at)
        return
    # Its delivery was undone: the window begins anew when it is delivered again.
    referral.state = ReferralState.ORDERED
    referral.qualified_at = referral.due_at = referral.next_step_at = None
    referral.save()
    note_change(referral, Type.ORDERED, at=at)


def end_referral(referral: Referral, reason: ReferralEnd, *, at: datetime.datetime) -> None:
    """End the locked referral: nothing is paid for it."""
    referral.state, referral.end_reason, referral.ended_at = ReferralState.CANCELED, reason, at
    referral.next_step_at = None
    referral.save()
    note_change(referral, Type.CANCELED, at=at)
