"""Paying a referral out, and taking back what was paid: the postings of both sides, each once.

The points are posted when the refund window has passed and not before: pending points would become spendable by time
alone, also where nobody had looked at the order again. The caller holds the locks of the order, of both accounts in
the order of their keys, and of the referral.
"""

from __future__ import annotations

import contextlib
import datetime
from decimal import Decimal

from django.db.models import Q

from ..errors import AccountClosed, AlreadyReversed
from ..host import OrderFacts, get_host
from ..ledger import award_points, holding_accounts, reverse_transaction
from ..models import (
    ENDED_ACCOUNT_STATUSES,
    LoyaltyAccount,
    LoyaltyTransaction,
    Referral,
    ReferralChange,
    ReferralEnd,
    ReferralState,
    Source,
)
from ..programs import ActiveProgram, lasting_of, load_version
from ..rules import Side, explain_referral, referrer_share, round_down
from ..rules.periods import period_bounds
from ..tiers import reassess_if_held, reassess_tier_under
from .history import note_change
from .offer import terms_of

Type = ReferralChange.Type
UTC = "UTC"
SIDES: tuple[Side, ...] = ("REFERRER", "REFEREE")


def pay_referral(
    referral: Referral,
    facts: OrderFacts,
    *,
    referrer: LoyaltyAccount,
    referee: LoyaltyAccount,
    at: datetime.datetime,
) -> None:
    """Give both sides what the terms say, and confirm the referral.

    A referrer whose account is closed, or who has had as many as the caps allow, gets nothing; the invited customer
    gets the points all the same. Points of somebody who has not joined wait for that, as an order's do.
    """
    program = load_version(referral.program_version_id)
    terms = terms_of(program)
    share = referrer_share(terms, **_rewarded(referral, program, at=at))
    points = {"REFERRER": share.points, "REFEREE": terms.referee_points or 0}
    if referrer.status in ENDED_ACCOUNT_STATUSES:
        points["REFERRER"] = 0
    else:
        referral.cap = share.cap
    accounts: dict[Side, LoyaltyAccount] = {"REFERRER": referrer, "REFEREE": referee}
    for side, account in sorted(accounts.items(), key=lambda item: item[1].pk):
        if points[side]:
            _award(referral, side, account, points=points[side], program=program, facts=facts, at=at)
    referral.referrer_points, referral.referee_points = points["REFERRER"], points["REFEREE"]
    referral.state, referral.confirmed_at, referral.next_step_at = ReferralState.CONFIRMED, at, None
    referral.save()
    note_change(referral, Type.CONFIRMED, at=at)


def _rewarded(referral: Referral, program: ActiveProgram, *, at: datetime.datetime) -> dict[str, int]:
    """Return for how many referrals the referrer got points before: this month, and in all. What was taken back does
    not make room for another."""
    rewarded = Referral.objects.filter(referrer_id=referral.referrer_id, referrer_points__gt=0)
    bounds = period_bounds("MONTH", at=at, time_zone=_time_zone(program, referral.channel_slug))
    this_month = Q() if bounds is None else Q(confirmed_at__gte=bounds[0], confirmed_at__lt=bounds[1])
    return {"rewarded_this_month": rewarded.filter(this_month).count(), "rewarded_in_all": rewarded.count()}


def _time_zone(program: ActiveProgram, channel: str) -> str:
    listing = program.rules.listing(channel)
    return UTC if listing is None else listing.time_zone


def _award(
    referral: Referral,
    side: Side,
    account: LoyaltyAccount,
    *,
    points: int,
    program: ActiveProgram,
    facts: OrderFacts,
    at: datetime.datetime,
) -> None:
    owner = None if account.user_id is None else get_host().users([account.user_id]).get(account.user_id)
    has_joined = owner is not None and owner.member_status == "MEMBER"
    lasting = lasting_of(program.rules, channel=referral.channel_slug, at=at)
    award_points(
        account.pk,
        points=points,
        at=at,
        idempotency_key=award_key(referral, side),
        order_id="",  # the order is the invited customer's: the referrer must not find it, nor its refund these points
        program_version=program.version_id,
        channel_slug=referral.channel_slug,
        receipt=explain_referral(
            side,
            points=points,
            base=round_down(referral.order_amount or Decimal(0), facts.currency),
            currency=facts.currency,
            program_version=program.version_number,
        ),
        available_at=at if has_joined else None,
        expires_at=lasting.until,
        source=Source.REFERRAL.value,
        lasts_while_active=lasting.while_active,
        is_activity=False,  # somebody else's order is none of the customer's own
    )
    reassess_tier_under(program.rules, account.pk, at=at)


def award_key(referral: Referral, side: Side) -> str:
    """Return the idempotency key of one side's points: there can be only one posting of them."""
    return f"referral:{referral.pk}:{side.lower()}"


def accounts_that_hold(referral: Referral) -> set[int]:
    """Return the accounts at which what was paid is now: after a merge another one than it was paid to."""
    keys = [award_key(referral, side) for side in SIDES]
    return set(holding_accounts(keys, program_id=referral.program_id).values())


def take_back_referral(referral: Referral, *, at: datetime.datetime) -> None:
    """Take back what both sides got, as far as they have it: points that were spent stay spent, and what staff took
    back already is not taken twice. The locks of ``accounts_that_hold`` are held."""
    keys = [award_key(referral, side) for side in SIDES]
    awards = LoyaltyTransaction.objects.filter(program_id=referral.program_id, idempotency_key__in=keys)
    for pk, key in awards.order_by("account_id").values_list("pk", "idempotency_key"):
        # The points of a closed account can be spent by nobody.
        with contextlib.suppress(AlreadyReversed, AccountClosed):
            result = reverse_transaction(pk, at=at, idempotency_key=f"{key}:reverse")
            if result.posting is not None:
                reassess_if_held(result.posting.account, at=at)
    referral.state, referral.ended_at, referral.end_reason = ReferralState.REVERSED, at, ReferralEnd.REFUNDED
    referral.next_step_at = None
    referral.save()
    note_change(referral, Type.REVERSED, at=at)
