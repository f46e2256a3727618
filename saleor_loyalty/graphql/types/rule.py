"""The rules of a program version, as the document says them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import graphene

from ...rules import ActivityRule, EarningRule, ProgramRules, RedemptionRule
from .. import host_types
from ..enums import (
    LoyaltyCapPeriodEnum,
    LoyaltyEarningRuleTypeEnum,
    LoyaltyExpiredLotsEnum,
    LoyaltyExpiryTypeEnum,
    LoyaltyMemberStatusEnum,
    LoyaltyOverLimitEnum,
    LoyaltyRedemptionTypeEnum,
    LoyaltyReversalPolicyEnum,
    LoyaltyRuleScopeEnum,
    LoyaltyTaxModeEnum,
    LoyaltyTriggerEnum,
    LoyaltyWeekdayEnum,
)
from ..host_types import MoneyValue

Rule = TypeVar("Rule", ActivityRule, EarningRule, RedemptionRule)


@dataclass(frozen=True, slots=True)
class RuleInProgram(Generic[Rule]):
    """A rule and the document that it stands in; other attributes are the rule's."""

    rule: Rule
    rules: ProgramRules

    def __getattr__(self, name: str) -> Any:
        return getattr(self.rule, name)


class LoyaltyRuleScope(graphene.ObjectType):  # type: ignore[misc]
    type = LoyaltyRuleScopeEnum(required=True, description="What the rule looks at.")
    slugs = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="Slugs of the categories, collections or products, or SKUs of the variants; empty for SHOP.",
    )

    class Meta:
        description = "The lines that a rule looks at."


class LoyaltyCombination(graphene.ObjectType):  # type: ignore[misc]
    with_coupons = graphene.Boolean(required=True, description="Lines on a voucher count.")
    with_automatic_discounts = graphene.Boolean(required=True, description="Lines on a promotion count.")
    with_buy_x_get_y = graphene.Boolean(
        required=True, name="withBuyXGetY", description="Lines of an order with a gift promotion count."
    )

    class Meta:
        description = "Which other discounts a rule goes together with."


class LoyaltyEarningRate(graphene.ObjectType):  # type: ignore[misc]
    channel = graphene.String(required=True, description="The channel's slug.")
    points = graphene.Int(required=True, description="Points for each step, or of the fixed award.")
    amount_step = graphene.Field(host_types.Money, description="The step of money; null for a fixed award.")

    class Meta:
        description = "What an earning rule gives in one channel."


class LoyaltyRuleConditions(graphene.ObjectType):  # type: ignore[misc]
    labels = graphene.List(graphene.NonNull(graphene.String), description="Keys of labels; null: any customer.")
    plans = graphene.List(graphene.NonNull(graphene.String), description="Keys of plans; null: any customer.")
    tiers = graphene.List(graphene.NonNull(graphene.String), description="Keys of tiers; null: any customer.")
    member_status = graphene.List(
        graphene.NonNull(LoyaltyMemberStatusEnum), description="Member statuses; null: any customer."
    )

    class Meta:
        description = "For which customers a rule counts: all that are given must hold, each by one of its words."


class LoyaltyCustomerCap(graphene.ObjectType):  # type: ignore[misc]
    period = LoyaltyCapPeriodEnum(required=True, description="A calendar day, week, month or year, or all time.")
    points = graphene.Int(required=True, description="The most points in it.")

    class Meta:
        description = "The most that one customer gets by a rule."


class LoyaltyEarningRule(graphene.ObjectType):  # type: ignore[misc]
    key = graphene.String(required=True, description="Stable inside the rules document.")
    name = graphene.String(required=True, description="The rule's name.")
    type = LoyaltyEarningRuleTypeEnum(required=True, description="How the points are counted.")
    trigger = LoyaltyTriggerEnum(required=True, description="When an order's points are awarded.")
    points = graphene.Int(
        required=True, description="Points for each step of money, or of the fixed award; 0 of a multiplier."
    )
    multiplier = graphene.Field(
        host_types.DecimalNumber, description="Of a MULTIPLIER: what points are multiplied by."
    )
    conditions = graphene.Field(LoyaltyRuleConditions, required=True, description="For which customers it counts.")
    rates = graphene.List(
        graphene.NonNull(LoyaltyEarningRate), required=True, description="What it gives, by channel."
    )
    scope = graphene.Field(LoyaltyRuleScope, required=True, description="The lines that it looks at.")
    combination = graphene.Field(LoyaltyCombination, required=True, description="Which discounts it goes with.")
    tax_mode = LoyaltyTaxModeEnum(required=True, description="Whether it counts before or after tax.")
    priority = graphene.Int(required=True, description="The greater counts where two rules are equally specific.")
    pending_days = graphene.Int(required=True, description="Days until awarded points can be spent.")
    stop_processing = graphene.Boolean(
        required=True, description="Whether rules below it give nothing for an order for which it gave something."
    )
    max_points_per_order = graphene.Int(description="The most points of one order.")
    customer_caps = graphene.List(
        graphene.NonNull(LoyaltyCustomerCap), required=True, description="The most for one customer."
    )
    weekdays = graphene.List(
        graphene.NonNull(LoyaltyWeekdayEnum),
        description="On which days of the week, in the channel's time zone; null: every day.",
    )
    starts_at = graphene.Field(host_types.DateTime, description="Counts from then on.")
    ends_at = graphene.Field(host_types.DateTime, description="Counts until then, exclusive.")

    class Meta:
        description = "One way to earn points."

    @staticmethod
    def resolve_points(root: RuleInProgram[EarningRule], _info: Any) -> int:
        return root.rule.points or 0

    @staticmethod
    def resolve_trigger(root: RuleInProgram[EarningRule], _info: Any) -> str:
        return root.rules.trigger

    @staticmethod
    def resolve_pending_days(root: RuleInProgram[EarningRule], _info: Any) -> int:
        return root.rules.pending_days

    @staticmethod
    def resolve_rates(root: RuleInProgram[EarningRule], _info: Any) -> list[LoyaltyEarningRate]:
        is_fixed = root.rule.type == "FIXED_AMOUNT"
        return [
            LoyaltyEarningRate(
                channel=listing.channel,
                points=root.rule.rate(listing.channel).points,
                amount_step=None
                if is_fixed
                else MoneyValue(root.rule.rate(listing.channel).amount_step, listing.currency),
            )
            for listing in root.rules.channels
            if root.rule.is_for(listing.channel) and root.rule.type != "MULTIPLIER"
        ]


class LoyaltyRedemptionRate(graphene.ObjectType):  # type: ignore[misc]
    channel = graphene.String(required=True, description="The channel's slug.")
    points = graphene.Int(required=True, description="So many points ...")
    value = graphene.Field(host_types.Money, required=True, description="... are worth this.")

    class Meta:
        description = "What points are worth in one channel."


class LoyaltyRedemptionRule(graphene.ObjectType):  # type: ignore[misc]
    key = graphene.String(required=True, description="Stable inside the rules document.")
    type = LoyaltyRedemptionTypeEnum(required=True, description="How points may be spent.")
    rates = graphene.List(
        graphene.NonNull(LoyaltyRedemptionRate), required=True, description="What points are worth, by channel."
    )
    min_points = graphene.Int(description="The fewest points of one order.")
    max_points = graphene.Int(description="The most points of one order.")
    max_percent = graphene.Int(description="The most of the eligible base that points may pay, in percent.")
    step = graphene.Int(description="Points are spent in multiples of this; null: what is worth whole minor units.")
    scope = graphene.Field(LoyaltyRuleScope, required=True, description="The lines that points may pay.")
    combination = graphene.Field(LoyaltyCombination, required=True, description="Which discounts it goes with.")
    over_limit = LoyaltyOverLimitEnum(required=True, description="What happens when too much is asked for.")

    class Meta:
        description = "How points are spent on an order."

    @staticmethod
    def resolve_rates(root: RuleInProgram[RedemptionRule], _info: Any) -> list[LoyaltyRedemptionRate]:
        return [
            LoyaltyRedemptionRate(
                channel=listing.channel,
                points=root.rule.rate(listing.channel).points,
                value=MoneyValue(root.rule.rate(listing.channel).value, listing.currency),
            )
            for listing in root.rules.channels
            if root.rule.is_for(listing.channel)
        ]


class LoyaltyExpiryPolicy(graphene.ObjectType):  # type: ignore[misc]
    type = LoyaltyExpiryTypeEnum(required=True, description="When points expire.")
    months = graphene.Int(description="After so many months; null where it counts in days, or not at all.")
    days = graphene.Int(description="After so many days; null where it counts in months, or not at all.")
    notice_days = graphene.List(
        graphene.NonNull(graphene.Int), required=True, description="How many days before, the customer is told."
    )

    class Meta:
        description = "When points expire."


class LoyaltyRefundPolicy(graphene.ObjectType):  # type: ignore[misc]
    reversal = LoyaltyReversalPolicyEnum(required=True, description="How far an award is taken back.")
    return_spent_points = graphene.Boolean(required=True, description="Whether a refund gives spent points back.")
    expired_lots = LoyaltyExpiredLotsEnum(
        required=True, description="What becomes of returned points whose date has passed."
    )
    grace_days = graphene.Int(required=True, description="For GRACE: the days that such points last then.")

    class Meta:
        description = "What happens to points when an order is cancelled or refunded."


class LoyaltyManualPolicy(graphene.ObjectType):  # type: ignore[misc]
    max_points_per_operation = graphene.Int(
        description="The most points that one operation may give, take or change for one account; null: any number."
    )

    class Meta:
        description = "What points moved by hand are held to."


class LoyaltyMembershipPolicy(graphene.ObjectType):  # type: ignore[misc]
    notice_days = graphene.List(
        graphene.NonNull(graphene.Int), required=True, description="How many days before, the customer is told."
    )

    class Meta:
        description = "What holds for memberships."


class LoyaltyProfilePolicy(graphene.ObjectType):  # type: ignore[misc]
    required_fields = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="Keys of the card's fields in which a complete profile says something; empty: none is reported.",
    )

    class Meta:
        description = "What makes a customer's profile complete."


class LoyaltyRuleWarning(graphene.ObjectType):  # type: ignore[misc]
    path = graphene.String(required=True, description="The place in the rules document.")
    code = graphene.String(required=True, description="The stable code.")
    message = graphene.String(required=True, description="The warning in English.")

    class Meta:
        description = "Something in valid rules that may not be meant."
