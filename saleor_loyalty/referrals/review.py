"""Staff's word on a referral: yes to what looks alike, or no to whatever may still be paid.

A no is final. The reason of a rejection is kept for staff alone; the two customers are told no more than that it came
to nothing.
"""

from __future__ import annotations

import datetime

from django.db import transaction

from ..errors import LoyaltyException
from ..ledger import Actor
from ..lock_objects import loyalty_account_qs_select_for_update, referral_qs_select_for_update
from ..models import Referral, ReferralChange, ReferralEnd, ReferralState
from ..models.referral import REFERRAL_REASON_MAX
from ..storable_text import is_storable
from .history import note_change
from .refusals import ReferralNotFound, ReferralSettled
from .states import is_open
from .step_referral import step_referral

Type = ReferralChange.Type


def approve_referral(referral_id: int, *, actor: Actor, at: datetime.datetime) -> Referral:
    """Let a referral go on that was put before staff; where its refund window is over it is paid at once.

    Raises ReferralNotFound; ReferralSettled where it is not in review. Locks: the invited customer's account, the
    referral; then as ``step_referral``. Idempotency: a second call is refused, and pays nothing twice.
    """
    with transaction.atomic():
        referral = _lock(referral_id)
        if referral.state != ReferralState.IN_REVIEW or referral.due_at is None:
            raise ReferralSettled(state=str(referral.state))
        referral.state, referral.approved_at = ReferralState.WAITING, at
        referral.next_step_at = max(at, referral.due_at)
        referral.save()
        note_change(referral, Type.APPROVED, at=at, actor=actor)
    return step_referral(referral_id, at=at)


def reject_referral(referral_id: int, *, reason: str, actor: Actor, at: datetime.datetime) -> Referral:
    """End a referral for which nothing was paid yet.

    Raises, in this order: LoyaltyException (REQUIRED or INVALID, reason) where it is empty or longer than 1,000
    characters; ReferralNotFound; ReferralSettled where it is paid or has ended. Locks: the invited customer's account,
    the referral.
    """
    reason = reason.strip()
    if not reason or len(reason) > REFERRAL_REASON_MAX or not is_storable(reason):
        raise LoyaltyException(f"A reason has 1 to {REFERRAL_REASON_MAX} characters.", field="reason")
    with transaction.atomic():
        referral = _lock(referral_id)
        if not is_open(referral):
            raise ReferralSettled(state=str(referral.state))
        referral.state, referral.end_reason, referral.ended_at = ReferralState.REJECTED, ReferralEnd.STAFF, at
        referral.next_step_at = None
        referral.save()
        note_change(referral, Type.REJECTED, at=at, actor=actor, reason=reason)
        return referral


def _lock(referral_id: int) -> Referral:
    referee_id = Referral.objects.filter(pk=referral_id).values_list("referee_id", flat=True).first()
    if referee_id is None:
        raise ReferralNotFound
    list(loyalty_account_qs_select_for_update().filter(pk=referee_id).values_list("pk"))
    return referral_qs_select_for_update().get(pk=referral_id)
