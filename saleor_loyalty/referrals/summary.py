"""What a customer sees of the own invitations: how many are how far, and the points. Reads only."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Count, Sum, Value, When
from django.db.models.fields import CharField

from ..models import Referral, ReferralState


@dataclass(frozen=True, kw_only=True, slots=True)
class ReferralSummary:
    claimed: int = 0
    """Invited, and has not ordered yet."""
    waiting: int = 0
    """Has ordered; the points come later."""
    confirmed: int = 0
    ended: int = 0
    """Came to nothing, for whatever reason."""
    points: int = 0
    """What the referrer got for them."""


def summaries_of(
    account_ids: Iterable[int], *, at: datetime.datetime, using: str = "default"
) -> dict[int, ReferralSummary]:
    """Return by account what became of the invitations that it made; as ``states.public_state_of`` counts them.

    One statement.
    """
    public = Case(
        When(state=ReferralState.CLAIMED, valid_until__gt=at, then=Value("claimed")),
        When(state__in=(ReferralState.ORDERED, ReferralState.WAITING, ReferralState.IN_REVIEW), then=Value("waiting")),
        When(state=ReferralState.CONFIRMED, then=Value("confirmed")),
        default=Value("ended"),
        output_field=CharField(),
    )
    keys = set(account_ids)
    rows = Referral.objects.using(using).filter(referrer_id__in=keys).order_by().annotate(public=public)
    counts: dict[int, dict[str, int]] = {key: {} for key in keys}
    points: dict[int, int] = dict.fromkeys(keys, 0)
    for key, name, number, given in rows.values_list("referrer_id", "public").annotate(
        number=Count("pk"), given=Sum("referrer_points")
    ):
        counts[key][name] = number
        # What was taken back again is no longer the customer's.
        points[key] += given if name == "confirmed" else 0
    return {key: ReferralSummary(**counts[key], points=points[key]) for key in keys}
