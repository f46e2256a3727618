"""``ProgramRules``: one program's whole rules as one frozen, typed document.

It knows nothing of the database: rules have stable keys, channels and products are named by slug. A published
document is never edited. ``parse_rules`` is the door: it reports every problem with its path. Validating through the
model alone checks single values only.
"""

from __future__ import annotations

import datetime
from typing import Literal

from .activity_rule import ActivityRule
from .channel_listing import ChannelListing
from .earning_rule import EarningRule
from .expiry_policy import ExpiryPolicy
from .fields import (
    ClaimDays,
    DocumentPart,
    GraceDays,
    Moment,
    PendingDays,
    Points,
    PointWord,
    ReservationMinutes,
    SchemaVersion,
    YesOrNo,
)
from .membership_policy import MembershipPolicy
from .profile_policy import ProfilePolicy
from .redemption_rule import RedemptionRule
from .referral_policy import ReferralPolicy
from .reward import Reward
from .tier import Tier, TierPolicy

Trigger = Literal["ORDER_PLACED", "ORDER_PAID", "ORDER_FULFILLED"]
GuestEarning = Literal["NONE", "PENDING_UNTIL_JOINED"]


class PointName(DocumentPart):
    """The word for points in one language, by CLDR plural form. A form that is not given is said with ``other``."""

    zero: PointWord | None = None
    one: PointWord | None = None
    two: PointWord | None = None
    few: PointWord | None = None
    many: PointWord | None = None
    other: PointWord


class RefundPolicy(DocumentPart):
    """What happens to points when an order no longer stands."""

    reversal: Literal["PENDING_ONLY", "WITHIN_BALANCE", "ALLOW_NEGATIVE"] = "WITHIN_BALANCE"
    """How far an award is taken back: only what is still pending of it, what the account has, or all of it."""
    return_spent_points: YesOrNo = True
    """Whether a refund gives spent points back. An order that ended always does: it delivered nothing."""
    expired_lots: Literal["EXPIRE", "GRACE"] = "EXPIRE"
    """What becomes of returned points whose date has passed: they expire again at once, or after ``grace_days``."""
    grace_days: GraceDays = 30


class ManualPolicy(DocumentPart):
    """What points that are moved by hand, one by one or many at once, are held to."""

    max_points_per_operation: Points | None = None
    """The most that one operation may give, take or change for one account. None: any number."""


class ProgramRules(DocumentPart):
    """The rules document."""

    schema_version: SchemaVersion = 1
    starts_at: Moment | None = None
    """Inclusive."""
    ends_at: Moment | None = None
    """Exclusive."""
    point_names: dict[str, PointName] = {}
    guest_earning: GuestEarning = "PENDING_UNTIL_JOINED"
    guest_claim_days: ClaimDays = 90
    """How old a guest's points may be when the owner of the e-mail address joins: addresses get new owners."""
    trigger: Trigger = "ORDER_FULFILLED"
    pending_days: PendingDays = 0
    earn_on_redeemed: YesOrNo = False
    include_imported_orders: YesOrNo = False
    reservation_minutes: ReservationMinutes = 60
    channels: tuple[ChannelListing, ...] = ()
    earning: tuple[EarningRule, ...] = ()
    activities: tuple[ActivityRule, ...] = ()
    redemption: tuple[RedemptionRule, ...] = ()
    rewards: tuple[Reward, ...] = ()
    tiers: tuple[Tier, ...] = ()
    """From the lowest to the highest."""
    tier_policy: TierPolicy = TierPolicy()
    expiry: ExpiryPolicy = ExpiryPolicy()
    refund: RefundPolicy = RefundPolicy()
    referral: ReferralPolicy | None = None
    """None: nobody is paid for inviting others."""
    manual: ManualPolicy = ManualPolicy()
    memberships: MembershipPolicy = MembershipPolicy()
    profile: ProfilePolicy = ProfilePolicy()

    def listing(self, channel: str) -> ChannelListing | None:
        """Return the program's listing in the channel with this slug, or None."""
        for listing in self.channels:
            if listing.channel == channel:
                return listing
        return None

    def redemption_rule(self, channel: str) -> RedemptionRule | None:
        """Return the redemption rule of the channel with this slug, or None."""
        if self.listing(channel) is None:
            return None
        for rule in self.redemption:
            if rule.is_for(channel):
                return rule
        return None

    def reward(self, key: str) -> Reward | None:
        """Return the reward with this key, or None."""
        for reward in self.rewards:
            if reward.key == key:
                return reward
        return None

    def tier(self, key: str) -> Tier | None:
        """Return the tier with this key, or None."""
        for tier in self.tiers:
            if tier.key == key:
                return tier
        return None

    def is_current(self, at: datetime.datetime) -> bool:
        """Return whether ``at`` is within the program's dates."""
        return (self.starts_at is None or self.starts_at <= at) and (self.ends_at is None or at < self.ends_at)

    def inactive_reason(self, channel: str, *, at: datetime.datetime) -> str:
        """Return why the program is not active there and then: CHANNEL or DATES; empty where it is active."""
        listing = self.listing(channel)
        if listing is None or not listing.is_active:
            return "CHANNEL"
        return "" if self.is_current(at) else "DATES"
