"""What earns points beside orders: the rules as the document says them, and as a storefront lists them."""

from __future__ import annotations

from typing import Any

import graphene
from promise import Promise

from ...activities import WayToEarn
from ...models import LoyaltyAccount
from ...rules import ActivityRule
from .. import host_types
from ..activity_loaders import WaysToEarnByAccountIdLoader
from ..enums import LoyaltyCapPeriodEnum, LoyaltySourceEnum, LoyaltyWeekdayEnum
from ..request import loyalty_request
from .rule import LoyaltyCustomerCap, LoyaltyRuleConditions, RuleInProgram


class LoyaltyActivityRule(graphene.ObjectType):  # type: ignore[misc]
    key = graphene.String(required=True, description="Stable inside the rules document.")
    name = graphene.String(required=True, description="The rule's name, as customers see it.")
    event = graphene.String(required=True, description="What earns: SIGNED_UP, BIRTHDAY, or the shop's own name.")
    points = graphene.Int(required=True, description="Points for each event.")
    source = LoyaltySourceEnum(required=True, description="What statistics count the points under.")
    customer_caps = graphene.List(
        graphene.NonNull(LoyaltyCustomerCap), required=True, description="The most for one customer."
    )
    once_per_reference = graphene.Boolean(
        required=True, description="Whether what an event is about earns only once in the program."
    )
    includes_earlier_customers = graphene.Boolean(
        required=True, description="Whether customers get it who registered before the rule was in force."
    )
    pending_days = graphene.Int(required=True, description="Days until awarded points can be spent.")
    conditions = graphene.Field(LoyaltyRuleConditions, required=True, description="For which customers it counts.")
    weekdays = graphene.List(
        graphene.NonNull(LoyaltyWeekdayEnum), description="On which days of the week; null: every day."
    )
    starts_at = graphene.Field(host_types.DateTime, description="Counts from then on.")
    ends_at = graphene.Field(host_types.DateTime, description="Counts until then, exclusive.")
    priority = graphene.Int(required=True, description="The greater goes first.")
    stop_processing = graphene.Boolean(
        required=True, description="Whether rules below it give nothing where it gave something."
    )

    class Meta:
        description = "One way to earn points by something other than an order."

    @staticmethod
    def resolve_source(root: RuleInProgram[ActivityRule], _info: Any) -> str:
        return root.rule.points_source

    @staticmethod
    def resolve_pending_days(root: RuleInProgram[ActivityRule], _info: Any) -> int:
        own = root.rule.pending_days
        return root.rules.pending_days if own is None else own


class LoyaltyCapStanding(graphene.ObjectType):  # type: ignore[misc]
    period = LoyaltyCapPeriodEnum(required=True, description="The day, week, month or year around now, or all time.")
    points = graphene.Int(required=True, description="The most that can be earned in it.")
    earned = graphene.Int(description="What the customer has earned in it; null where no account was asked for.")

    class Meta:
        description = "How far a customer is with a cap."


class LoyaltyWayToEarn(graphene.ObjectType):  # type: ignore[misc]
    key = graphene.String(required=True, description="The rule's key, stable inside the rules document.")
    name = graphene.String(required=True, description="The rule's name.")
    event = graphene.String(required=True, description="What earns: SIGNED_UP, BIRTHDAY, or the shop's own name.")
    points = graphene.Int(required=True, description="Points for each time.")
    weekdays = graphene.List(
        graphene.NonNull(LoyaltyWeekdayEnum), description="On which days of the week it counts; null: every day."
    )
    starts_at = graphene.Field(host_types.DateTime, description="Counts from then on.")
    ends_at = graphene.Field(host_types.DateTime, description="Counts until then, exclusive.")
    caps = graphene.List(graphene.NonNull(LoyaltyCapStanding), required=True, description="The most that it gives.")
    points_left = graphene.Int(description="What the caps leave for now; null without caps.")
    times = graphene.Int(
        description="How often the customer got something by it; null where no account was asked for."
    )

    class Meta:
        description = (
            "Something that a customer can do to earn points. Conditions on labels and the like are not told."
        )

    @staticmethod
    def resolve_caps(root: WayToEarn, _info: Any) -> list[LoyaltyCapStanding]:
        return [
            LoyaltyCapStanding(
                period=cap.period,
                points=cap.points,
                earned=None if root.times is None else root.earned.get(cap.period, 0),
            )
            for cap in root.rule.customer_caps
        ]


class AccountActivityFields:
    """What ``LoyaltyAccount`` says of activities."""

    ways_to_earn = graphene.List(
        graphene.NonNull(LoyaltyWayToEarn),
        required=True,
        description="What the customer can do to earn points beside ordering, and how far that is; empty while the "
        "program is paused.",
    )

    @staticmethod
    def resolve_ways_to_earn(root: LoyaltyAccount, info: Any) -> Promise:
        return loyalty_request(info).loader(WaysToEarnByAccountIdLoader).load(root.pk)
