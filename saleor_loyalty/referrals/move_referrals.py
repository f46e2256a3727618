"""``move_referrals``: two accounts become one, and what one of them has of referrals goes along.

A referral between the two was between one person and the same: it ends, if nothing was paid for it yet.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from ..lock_objects import referral_qs_select_for_update
from ..models import Referral, ReferralCode, ReferralEnd
from .settle_referral import end_referral
from .states import is_open


@dataclass(frozen=True, kw_only=True, slots=True)
class MovedReferrals:
    """What went along: to be moved back when the merge is undone."""

    made: tuple[int, ...] = ()
    """Primary keys of referrals whose referrer it was."""
    claimed: tuple[int, ...] = ()
    """Primary keys of the referral by which it was invited: one or none."""
    has_code: bool = False


def move_referrals(
    from_account_id: int, *, to_account_id: int, at: datetime.datetime, only: MovedReferrals | None = None
) -> MovedReferrals:
    """Move referrals and the code of one account to another of the same program, and return what went along.

    What the other account has already stays its own: its code, and the referral by which it was invited. With
    ``only`` nothing else is moved: for undoing a merge, with what the first call returned, from the other side.

    Needs an atomic block and the locks of both accounts, taken in the order of their keys. Locks: the referrals.
    Idempotency: a second call moves nothing. Cost: constant, but for the referrals between the two.
    """
    rows = referral_qs_select_for_update()
    if only is not None:
        rows = rows.filter(pk__in=[*only.made, *only.claimed])
    made, claimed = [], []
    for referral in rows.filter(referrer_id=from_account_id):
        if referral.referee_id == to_account_id:
            _end_between_one_person(referral, at=at)
        else:
            made.append(referral.pk)
    Referral.objects.filter(pk__in=made).update(referrer=to_account_id)
    for referral in rows.filter(referee_id=from_account_id):
        if referral.referrer_id == to_account_id:
            _end_between_one_person(referral, at=at)
        elif not Referral.objects.filter(referee_id=to_account_id).exists():
            claimed.append(referral.pk)
            Referral.objects.filter(pk=referral.pk).update(referee=to_account_id)
    return MovedReferrals(
        made=tuple(made),
        claimed=tuple(claimed),
        has_code=(only is None or only.has_code) and _move_code(from_account_id, to_account_id),
    )


def _end_between_one_person(referral: Referral, *, at: datetime.datetime) -> None:
    if is_open(referral):
        end_referral(referral, ReferralEnd.SAME_PERSON, at=at)


def _move_code(from_account_id: int, to_account_id: int) -> bool:
    if ReferralCode.objects.filter(account_id=to_account_id).exists():
        return False
    return ReferralCode.objects.filter(account_id=from_account_id).update(account=to_account_id) > 0
