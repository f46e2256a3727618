"""``step_referral``: what has to be done with a referral apart from its order's own hooks, and the sweep over all.

Once the order has passed the trigger it is compared with what is known of the referrer; when the refund window is over
it is paid, if the order still stands then; after a late refund it is taken back, where the rules say so. Everything is
judged anew from the order as it is, under its lock: a hook that was lost pays nobody.
"""

from __future__ import annotations

import datetime
import logging

from django.db import transaction

from ..host import OrderFacts, get_host
from ..lock_objects import loyalty_account_qs_select_for_update, referral_qs_select_for_update
from ..models import (
    ENDED_ACCOUNT_STATUSES,
    AccountStatus,
    LoyaltyAccount,
    Referral,
    ReferralChange,
    ReferralEnd,
    ReferralFlag,
    ReferralState,
)
from .history import note_change
from .paying import accounts_that_hold, pay_referral, take_back_referral
from .settle_referral import end_referral, follow_order, still_stands
from .suspicion import look_alike

logger = logging.getLogger(__name__)

RETRY_AFTER = datetime.timedelta(hours=1)


def step_due_referrals(*, at: datetime.datetime, limit: int) -> int:
    """Do what is due with up to ``limit`` referrals, each in an atomic block of its own. Returns how many it was.

    One that fails is logged and tried again an hour later; it does not stop the others. Idempotent.
    """
    due = Referral.objects.filter(next_step_at__lte=at).order_by("next_step_at", "pk")
    pks = list(due.values_list("pk", flat=True)[:limit])
    for pk in pks:
        try:
            step_referral(pk, at=at)
        except Exception:
            # Whatever it was, it must not stop the referrals after this one.
            logger.exception("Referral %s could not be gone on with.", pk)
            Referral.objects.filter(pk=pk, next_step_at__lte=at).update(next_step_at=at + RETRY_AFTER)
    return len(pks)


def step_referral(referral_id: int, *, at: datetime.datetime) -> Referral:
    """Do what is due with one referral, and return it as it is then.

    Raises Referral.DoesNotExist. Locks: the host's order, both accounts in the order of their keys, the referral.
    Idempotency: where nothing is due nothing is written; each side's points have a key of their own.
    """
    with transaction.atomic():
        seen = Referral.objects.get(pk=referral_id)
        if seen.next_step_at is None or seen.next_step_at > at:
            return seen
        facts = get_host().order_facts(seen.order_id, for_update=True)
        pks = {seen.referrer_id, seen.referee_id, *accounts_that_hold(seen)}
        accounts = {row.pk: row for row in loyalty_account_qs_select_for_update().filter(pk__in=pks)}
        referral = referral_qs_select_for_update().select_related("referrer").get(pk=referral_id)
        needed = {referral.referrer_id, referral.referee_id, *accounts_that_hold(referral)}
        is_as_seen = referral.order_id == seen.order_id and needed <= pks
        if not is_as_seen or referral.next_step_at is None or referral.next_step_at > at:
            return referral  # somebody else has gone on with it; the next run sees the rest
        _go_on(referral, facts, accounts, at=at)
        return referral


def _go_on(
    referral: Referral,
    facts: OrderFacts | None,
    accounts: dict[int, LoyaltyAccount],
    *,
    at: datetime.datetime,
) -> None:
    if referral.state == ReferralState.CONFIRMED:
        if facts is None or not still_stands(referral, facts):
            take_back_referral(referral, at=at)
        else:
            _wait(referral, until=None)
        return
    if facts is None:
        end_referral(referral, ReferralEnd.ORDER_ENDED, at=at)
        return
    follow_order(referral, facts, at=at)
    if referral.state != ReferralState.WAITING or referral.due_at is None:
        return
    referrer, referee = accounts[referral.referrer_id], accounts[referral.referee_id]
    if referee.status in ENDED_ACCOUNT_STATUSES:
        end_referral(referral, ReferralEnd.ACCOUNT_CLOSED, at=at)
        return
    if referral.approved_at is None and _is_put_before_staff(referral, referrer, referee, at=at):
        return
    if at < referral.due_at:
        _wait(referral, until=referral.due_at)
    else:
        pay_referral(referral, facts, referrer=referrer, referee=referee, at=at)


def _is_put_before_staff(
    referral: Referral, referrer: LoyaltyAccount, referee: LoyaltyAccount, *, at: datetime.datetime
) -> bool:
    """Compare the referral, and put it before staff where something looks alike or an account is frozen."""
    flags = look_alike(referral)
    if AccountStatus.FROZEN in (referrer.status, referee.status):
        flags.append(str(ReferralFlag.ACCOUNT_FROZEN))
    referral.flags, referral.checked_at = flags, at
    if not flags:
        return False
    referral.state, referral.next_step_at = ReferralState.IN_REVIEW, None
    referral.save()
    note_change(referral, ReferralChange.Type.FLAGGED, at=at)
    return True


def _wait(referral: Referral, *, until: datetime.datetime | None) -> None:
    referral.next_step_at = until
    referral.save()
