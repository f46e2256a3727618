"""Programs and their versions. The rules are for staff; customers see names, channels and point names."""

from __future__ import annotations

from typing import Any

import graphene
from graphene.relay import Node
from promise import Promise

from ...models import LoyaltyProgram as LoyaltyProgramModel
from ...models import ProgramVersion
from ...rules import ActivityRule, EarningRule, ProgramRules, RedemptionRule, RuleWarning, find_warnings, parse_rules
from .. import host_types
from ..activity_loaders import WaysToEarnByProgramIdLoader
from ..connection import connection_type
from ..dataloaders import (
    DraftVersionByProgramIdLoader,
    HostRootLoader,
    ProgramVersionByIdLoader,
    UserByIdLoader,
)
from ..enums import LoyaltyGuestEarningEnum, LoyaltyProgramStatusEnum
from ..permissions import STAFF_ONLY
from ..request import loyalty_request
from ..statistics import resolve_program_statistics
from .activity import LoyaltyActivityRule, LoyaltyWayToEarn
from .reward_rule import LoyaltyReward, RewardInProgram
from .rule import (
    LoyaltyEarningRule,
    LoyaltyExpiryPolicy,
    LoyaltyManualPolicy,
    LoyaltyMembershipPolicy,
    LoyaltyProfilePolicy,
    LoyaltyRedemptionRule,
    LoyaltyRefundPolicy,
    LoyaltyRuleWarning,
    RuleInProgram,
)
from .tier import LoyaltyTier, LoyaltyTierPolicy, TierInProgram, tiers_of


class LoyaltyPointName(graphene.ObjectType):  # type: ignore[misc]
    language_code = graphene.String(required=True, description="The language, like `en` or `pt-br`.")
    zero = graphene.String(description="The plural form for zero.")
    one = graphene.String(description="The plural form for one.")
    two = graphene.String(description="The plural form for two.")
    few = graphene.String(description="The plural form for few.")
    many = graphene.String(description="The plural form for many.")
    other = graphene.String(required=True, description="The form for all other numbers.")

    class Meta:
        description = "What points are called in one language."


class LoyaltyProgramChannelListing(graphene.ObjectType):  # type: ignore[misc]
    key = graphene.String(required=True, description="Stable inside the rules document.")
    channel = graphene.Field(host_types.Channel, description="The channel; null where the shop no longer has it.")
    channel_slug = graphene.String(required=True, description="The channel's slug.")
    is_active = graphene.Boolean(required=True, description="Whether the program counts in this channel.")
    currency = graphene.String(required=True, description="The channel's currency.")
    registration_required = graphene.Boolean(required=True, description="Whether only registered customers may buy.")
    time_zone = graphene.String(required=True, description="The time zone of the program's days in this channel.")

    class Meta:
        description = "A program in one channel."

    @staticmethod
    def resolve_channel(root: Any, info: Any) -> Promise:
        return loyalty_request(info).loader(HostRootLoader).load(("Channel", root.channel))

    @staticmethod
    def resolve_channel_slug(root: Any, _info: Any) -> str:
        slug: str = root.channel
        return slug


def _staff_only(info: Any, value: Any) -> Any:
    return value if loyalty_request(info).requester.can_manage_loyalty else None


class LoyaltyProgramVersion(graphene.ObjectType):  # type: ignore[misc]
    number = graphene.Int(required=True, description="Counts the versions of a program from 1.")
    published_at = graphene.Field(host_types.DateTime, description="When it was published; null for the draft.")
    published_by = graphene.Field(
        host_types.User, description="Who published it." + STAFF_ONLY + " Null without MANAGE_USERS."
    )
    published_by_app = graphene.Field(host_types.App, description="The app that published it." + STAFF_ONLY)
    checksum = graphene.String(description="The checksum of the rules." + STAFF_ONLY)
    rules = graphene.Field(host_types.JSONString, description="The whole rules document." + STAFF_ONLY)
    earning_rules = graphene.List(
        graphene.NonNull(LoyaltyEarningRule), description="How points are earned." + STAFF_ONLY
    )
    activity_rules = graphene.List(
        graphene.NonNull(LoyaltyActivityRule), description="What else earns points." + STAFF_ONLY
    )
    redemption_rules = graphene.List(
        graphene.NonNull(LoyaltyRedemptionRule), description="How points are spent." + STAFF_ONLY
    )
    tiers = graphene.List(
        graphene.NonNull(LoyaltyTier), description="The tiers, from the lowest to the highest." + STAFF_ONLY
    )
    tier_policy = graphene.Field(
        LoyaltyTierPolicy, description="What reaches a tier, and how long one is kept." + STAFF_ONLY
    )
    rewards = graphene.List(graphene.NonNull(LoyaltyReward), description="What points buy." + STAFF_ONLY)
    expiry_policy = graphene.Field(LoyaltyExpiryPolicy, description="When points expire." + STAFF_ONLY)
    refund_policy = graphene.Field(LoyaltyRefundPolicy, description="What refunds do." + STAFF_ONLY)
    manual_policy = graphene.Field(
        LoyaltyManualPolicy, description="What points moved by hand are held to." + STAFF_ONLY
    )
    membership_policy = graphene.Field(
        LoyaltyMembershipPolicy, description="When customers are told that a membership ends." + STAFF_ONLY
    )
    profile_policy = graphene.Field(
        LoyaltyProfilePolicy, description="What makes a customer's profile complete." + STAFF_ONLY
    )
    warnings = graphene.List(
        graphene.NonNull(LoyaltyRuleWarning), description="What may not be meant in the rules." + STAFF_ONLY
    )

    class Meta:
        description = "One set of rules of a program: the draft, or published and immutable."
        interfaces = (Node,)

    @staticmethod
    def resolve_published_by(root: ProgramVersion, info: Any) -> Promise | None:
        requester = loyalty_request(info).requester
        if root.published_by_kind != "STAFF" or not (requester.can_manage_loyalty and requester.can_manage_users):
            return None
        return loyalty_request(info).loader(UserByIdLoader).load(root.published_by_id)

    @staticmethod
    def resolve_published_by_app(root: ProgramVersion, info: Any) -> Promise | None:
        if root.published_by_kind != "APP" or not loyalty_request(info).requester.can_manage_loyalty:
            return None
        return loyalty_request(info).loader(HostRootLoader).load(("App", str(root.published_by_id)))

    @staticmethod
    def resolve_checksum(root: ProgramVersion, info: Any) -> str | None:
        checksum: str | None = _staff_only(info, root.checksum)
        return checksum

    @staticmethod
    def resolve_rules(root: ProgramVersion, info: Any) -> Any:
        return _staff_only(info, root.rules)

    @staticmethod
    def resolve_earning_rules(root: ProgramVersion, info: Any) -> list[RuleInProgram[EarningRule]] | None:
        rules = _staff_rules(root, info)
        return None if rules is None else [RuleInProgram(rule, rules) for rule in rules.earning]

    @staticmethod
    def resolve_activity_rules(root: ProgramVersion, info: Any) -> list[RuleInProgram[ActivityRule]] | None:
        rules = _staff_rules(root, info)
        return None if rules is None else [RuleInProgram(rule, rules) for rule in rules.activities]

    @staticmethod
    def resolve_redemption_rules(root: ProgramVersion, info: Any) -> list[RuleInProgram[RedemptionRule]] | None:
        rules = _staff_rules(root, info)
        return None if rules is None else [RuleInProgram(rule, rules) for rule in rules.redemption]

    @staticmethod
    def resolve_tiers(root: ProgramVersion, info: Any) -> list[TierInProgram] | None:
        rules = _staff_rules(root, info)
        return None if rules is None else tiers_of(rules, root.program_id)

    @staticmethod
    def resolve_tier_policy(root: ProgramVersion, info: Any) -> Any:
        rules = _staff_rules(root, info)
        return None if rules is None else rules.tier_policy

    @staticmethod
    def resolve_rewards(root: ProgramVersion, info: Any) -> list[RewardInProgram] | None:
        rules = _staff_rules(root, info)
        return None if rules is None else [RewardInProgram(reward, rules) for reward in rules.rewards]

    @staticmethod
    def resolve_expiry_policy(root: ProgramVersion, info: Any) -> Any:
        rules = _staff_rules(root, info)
        return None if rules is None else rules.expiry

    @staticmethod
    def resolve_refund_policy(root: ProgramVersion, info: Any) -> Any:
        rules = _staff_rules(root, info)
        return None if rules is None else rules.refund

    @staticmethod
    def resolve_manual_policy(root: ProgramVersion, info: Any) -> Any:
        rules = _staff_rules(root, info)
        return None if rules is None else rules.manual

    @staticmethod
    def resolve_membership_policy(root: ProgramVersion, info: Any) -> Any:
        rules = _staff_rules(root, info)
        return None if rules is None else rules.memberships

    @staticmethod
    def resolve_profile_policy(root: ProgramVersion, info: Any) -> Any:
        rules = _staff_rules(root, info)
        return None if rules is None else rules.profile

    @staticmethod
    def resolve_warnings(root: ProgramVersion, info: Any) -> tuple[RuleWarning, ...] | None:
        rules = _staff_rules(root, info)
        return None if rules is None else find_warnings(rules)


def _staff_rules(version: ProgramVersion, info: Any) -> ProgramRules | None:
    return parse_rules(version.rules) if loyalty_request(info).requester.can_manage_loyalty else None


class LoyaltyProgram(graphene.ObjectType):  # type: ignore[misc]
    name = graphene.String(required=True, description="The program's name.")
    slug = graphene.String(required=True, description="The program's slug.")
    status = LoyaltyProgramStatusEnum(required=True, description="Whether it counts.")
    point_names = graphene.List(
        graphene.NonNull(LoyaltyPointName), required=True, description="What points are called, by language."
    )
    channel_listings = graphene.List(
        graphene.NonNull(LoyaltyProgramChannelListing), required=True, description="The channels of the program."
    )
    tiers = graphene.List(
        graphene.NonNull(LoyaltyTier), required=True, description="The tiers, from the lowest to the highest."
    )
    guest_earning = LoyaltyGuestEarningEnum(description="What guests earn; null before there are rules.")
    published_version = graphene.Field(LoyaltyProgramVersion, description="The version that counts." + STAFF_ONLY)
    draft_version = graphene.Field(LoyaltyProgramVersion, description="The version being edited." + STAFF_ONLY)
    statistics = graphene.Field(
        "saleor_loyalty.graphql.types.statistics.LoyaltyStatistics",
        channel=graphene.String(description="A channel's slug, whose movements alone count."),
        period=host_types.DateRangeInput(description="Days in the program's time zone, both included."),
        description="Points in a period of days; null where a channel cannot have that slug, and for staff restricted "
        "to channels who name none of theirs and have not all of the program's." + STAFF_ONLY,
    )
    ways_to_earn = graphene.List(
        graphene.NonNull(LoyaltyWayToEarn),
        required=True,
        description="What customers can do to earn points beside ordering; empty while the program is paused.",
    )
    created_at = graphene.Field(host_types.DateTime, required=True, description="When it was created.")
    updated_at = graphene.Field(host_types.DateTime, required=True, description="When it was last changed.")

    class Meta:
        description = "One loyalty club."
        interfaces = (Node,)

    @staticmethod
    def resolve_point_names(root: LoyaltyProgramModel, info: Any) -> Promise:
        return _public_rules(root, info).then(
            lambda rules: (
                [
                    LoyaltyPointName(language_code=language, **name.model_dump())
                    for language, name in sorted(rules.point_names.items())
                ]
                if rules
                else []
            )
        )

    @staticmethod
    def resolve_channel_listings(root: LoyaltyProgramModel, info: Any) -> Promise:
        return _public_rules(root, info).then(lambda rules: list(rules.channels) if rules else [])

    @staticmethod
    def resolve_tiers(root: LoyaltyProgramModel, info: Any) -> Promise:
        return _public_rules(root, info).then(lambda rules: tiers_of(rules, root.pk))

    @staticmethod
    def resolve_guest_earning(root: LoyaltyProgramModel, info: Any) -> Promise:
        return _public_rules(root, info).then(lambda rules: rules.guest_earning if rules else None)

    @staticmethod
    def resolve_ways_to_earn(root: LoyaltyProgramModel, info: Any) -> Promise:
        return loyalty_request(info).loader(WaysToEarnByProgramIdLoader).load(root.pk)

    @staticmethod
    def resolve_published_version(root: LoyaltyProgramModel, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if root.published_version_id is None or not request.requester.can_manage_loyalty:
            return None
        return request.loader(ProgramVersionByIdLoader).load(root.published_version_id)

    @staticmethod
    def resolve_statistics(
        root: LoyaltyProgramModel, info: Any, channel: str | None = None, period: Any = None
    ) -> Promise | None:
        return resolve_program_statistics(root, info, channel, period)

    @staticmethod
    def resolve_draft_version(root: LoyaltyProgramModel, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if not request.requester.can_manage_loyalty:
            return None
        return request.loader(DraftVersionByProgramIdLoader).load(root.pk)


def _public_rules(program: LoyaltyProgramModel, info: Any) -> Promise:
    """Return a promise of the published rules; for staff of a program never published, of the draft's; else None."""
    request = loyalty_request(info)
    if program.published_version_id is not None:
        version = request.loader(ProgramVersionByIdLoader).load(program.published_version_id)
    elif request.requester.can_manage_loyalty:
        version = request.loader(DraftVersionByProgramIdLoader).load(program.pk)
    else:
        return Promise.resolve(None)
    return version.then(lambda found: parse_rules(found.rules) if found else None)


LoyaltyProgramCountableConnection = connection_type(LoyaltyProgram)
