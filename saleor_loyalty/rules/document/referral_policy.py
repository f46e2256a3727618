"""What a referral is worth and when it counts (A-045, D-16): the section ``referral`` of the rules document.

A program without the section takes no new claims. A claim is held to the section of the version it was made under.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import PlainValidator

from ..money import is_whole, minor_unit
from .fields import Amount, ClaimDays, Currency, DocumentPart, Moment, PendingDays, Points, YesOrNo, whole_number

ReferralCap = Annotated[int, PlainValidator(whole_number(1, 1_000_000))]


class ReferralPolicy(DocumentPart):
    """What both sides get when somebody who was invited buys, and under which conditions."""

    starts_at: Moment | None = None
    """From when codes can be claimed; inclusive."""
    ends_at: Moment | None = None
    """Until when codes can be claimed; exclusive."""
    referrer_points: Points | None = None
    """Who invited; None: nothing."""
    referee_points: Points | None = None
    """Who was invited; None: nothing."""
    minimum_amounts: dict[Currency, Amount] = {}
    """By currency: the least that the goods of the order cost in money, with tax and after discounts, without
    shipping and gift cards. A currency that is not named asks for any amount above 0."""
    new_customers_only: YesOrNo = True
    """Whether only customers who have never ordered can claim a code."""
    claim_days: ClaimDays = 30
    """For how many days after the claim an order counts."""
    refund_days: PendingDays = 14
    """How many days after the order passed the trigger its points come, if it still stands."""
    max_per_month: ReferralCap | None = None
    """For how many referrals in a calendar month a referrer gets points."""
    max_in_all: ReferralCap | None = None
    """For how many referrals in all a referrer gets points."""
    late_refund: Literal["KEEP", "TAKE_BACK"] = "KEEP"
    """What a refund after ``refund_days`` does to the points of both: nothing, or they are taken back."""

    def is_current(self, at: datetime.datetime) -> bool:
        """Return whether codes can be claimed at ``at``."""
        return (self.starts_at is None or self.starts_at <= at) and (self.ends_at is None or at < self.ends_at)

    def minimum_amount(self, currency: str) -> Decimal:
        """Return the least that an order must cost; 0 where any amount above it does."""
        return self.minimum_amounts.get(currency, Decimal(0))


def find_referral_problems(policy: ReferralPolicy, *, currencies: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (path, message) of what contradicts itself. ``currencies``: channel slug -> currency."""
    if policy.starts_at is not None and policy.ends_at is not None and policy.starts_at >= policy.ends_at:
        yield "referral.endsAt", "must be after startsAt"
    if policy.referrer_points is None and policy.referee_points is None:
        yield "referral.referrerPoints", "is required where there are no refereePoints"
    for currency, amount in policy.minimum_amounts.items():
        path = f"referral.minimumAmounts.{currency}"
        if currency not in currencies.values():
            yield path, "is the currency of none of the program's channels"
        elif not is_whole(amount, currency):
            yield path, f"must be a multiple of {minor_unit(currency)} {currency}"
    for name, cap in (("maxPerMonth", policy.max_per_month), ("maxInAll", policy.max_in_all)):
        if cap is not None and policy.referrer_points is None:
            yield f"referral.{name}", "limits referrerPoints, which are not set"
    if policy.max_per_month is not None and policy.max_in_all is not None and policy.max_in_all < policy.max_per_month:
        yield "referral.maxInAll", "must not be below maxPerMonth"
