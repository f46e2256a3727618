"""``erase_referrals``: what referrals say of a customer, gone for good.

That there were any, how they ended and what they paid stays: it is in the books of both customers.
"""

from __future__ import annotations

from django.db.models import Q

from ..models import Referral, ReferralChange, ReferralCode


def erase_referrals(account_id: int) -> None:
    """Delete the account's code, and empty digests and reasons of the referrals on either side of it.

    Needs the account's lock. A second call changes nothing. Three statements.
    """
    ReferralCode.objects.filter(account_id=account_id).delete()
    either = Q(referrer_id=account_id) | Q(referee_id=account_id)
    Referral.objects.filter(either).exclude(fingerprints=None, device="").update(fingerprints=None, device="")
    sides = Q(referral__referrer_id=account_id) | Q(referral__referee_id=account_id)
    ReferralChange.objects.filter(sides).exclude(reason="").update(reason="")
