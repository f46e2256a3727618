"""What looks alike between the two customers of a referral, or between those whom one customer invited.

It only finds what staff should look at (D-16): it refuses nothing, and it never looks at IP addresses. The order's
digests are kept with the referral, so that the next one of the same referrer is compared with them; what is known of
the referrer is asked of the host each time and not kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..host import Fingerprints, get_host
from ..models import Referral, ReferralCode, ReferralFlag

COMPARED_MAX = 500
"""Of one referrer's referrals, the newest so many are compared with."""
_KINDS: Mapping[str, ReferralFlag] = {
    "addresses": ReferralFlag.SAME_ADDRESS,
    "phones": ReferralFlag.SAME_PHONE,
    "payments": ReferralFlag.SAME_PAYMENT,
    "devices": ReferralFlag.SAME_DEVICE,
}


def look_alike(referral: Referral) -> list[str]:
    """Return the flags of a referral whose order is known, in a fixed order, and keep its digests on it (unsaved).

    Cost: two statements and those of the host.
    """
    of_order = get_host().order_fingerprints(referral.order_id)
    own = {**_digests(of_order), "devices": {referral.device} - {""}}
    referral.fingerprints = {kind: sorted(found) for kind, found in own.items()}
    known = _of_referrer(referral)
    for other in _others(referral):
        for kind, found in (other.fingerprints or {}).items():
            known[kind] |= set(found)
        known["devices"] |= {other.device} - {""}
    return [str(flag) for kind, flag in _KINDS.items() if own[kind] & known[kind]]


def _of_referrer(referral: Referral) -> dict[str, set[str]]:
    user_id = referral.referrer.user_id
    found = Fingerprints() if user_id is None else get_host().customer_fingerprints(user_id)
    devices = ReferralCode.objects.filter(account_id=referral.referrer_id).values_list("device", flat=True)
    return {**_digests(found), "devices": set(devices) - {""}}


def _others(referral: Referral) -> Iterable[Referral]:
    rows = Referral.objects.filter(referrer_id=referral.referrer_id).exclude(pk=referral.pk)
    return rows.only("fingerprints", "device").order_by("-pk")[:COMPARED_MAX]


def _digests(found: Fingerprints) -> dict[str, set[str]]:
    return {"addresses": set(found.addresses), "phones": set(found.phones), "payments": set(found.payments)}
