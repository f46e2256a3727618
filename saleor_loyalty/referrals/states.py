"""What a referral is at a moment: to staff, and to the two customers, who are told less.

A claim lapses by time alone: nothing is written when it does. Customers never learn that somebody looks at their
referral, nor why it came to nothing. Pure, but for the condition of lists.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import Q, QuerySet

from ..models import Referral, ReferralState

LAPSED = "LAPSED"
STATES: tuple[str, ...] = (*(str(state) for state in ReferralState), LAPSED)
"""What staff see."""
OPEN_STATES = frozenset({ReferralState.CLAIMED, ReferralState.ORDERED, ReferralState.WAITING, ReferralState.IN_REVIEW})
"""The stored states from which points may still come."""
PUBLIC_STATES: tuple[str, ...] = ("CLAIMED", "WAITING", "CONFIRMED", "ENDED")
"""What the two customers see."""
_PUBLIC: Mapping[str, str] = MappingProxyType(
    {
        "CLAIMED": "CLAIMED",
        "ORDERED": "WAITING",
        "WAITING": "WAITING",
        "IN_REVIEW": "WAITING",
        "CONFIRMED": "CONFIRMED",
    }
)


def state_of(referral: Referral, *, at: datetime.datetime) -> str:
    """Return one of ``STATES``."""
    if referral.state == ReferralState.CLAIMED and referral.valid_until <= at:
        return LAPSED
    return str(referral.state)


def public_state_of(referral: Referral, *, at: datetime.datetime) -> str:
    """Return one of ``PUBLIC_STATES``."""
    return _PUBLIC.get(state_of(referral, at=at), "ENDED")


def is_open(referral: Referral) -> bool:
    """Return whether points may still come of it. Of a lapsed claim they may: its order may be delivered late."""
    return referral.state in OPEN_STATES


def where_state(rows: QuerySet[Any], states: Collection[str], *, at: datetime.datetime) -> QuerySet[Any]:
    """Return the referrals that are in one of ``STATES`` at ``at``, as ``state_of`` says."""
    stored = [state for state in states if state not in (LAPSED, ReferralState.CLAIMED)]
    condition = Q(state__in=stored)
    if LAPSED in states:
        condition |= Q(state=ReferralState.CLAIMED, valid_until__lte=at)
    if ReferralState.CLAIMED in states:
        condition |= Q(state=ReferralState.CLAIMED, valid_until__gt=at)
    return rows.filter(condition)
