"""Reports on points, for staff and apps. Whoever can reach one holds MANAGE_LOYALTY."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import graphene
from graphene import Node
from graphql import GraphQLError
from promise import Promise

from ... import analytics
from ...models import AwardDimension
from .. import host_types
from ..connection import PAGE_LIMIT
from ..dataloaders import AccountByIdLoader
from ..enums import LoyaltySourceEnum, LoyaltyStatisticsStepEnum
from ..request import loyalty_request
from ..statistics_loaders import (
    AwardsKey,
    AwardSourcesLoader,
    EarnersKey,
    PointSeriesLoader,
    PointSourcesLoader,
    PointStatusLoader,
    RuleNamesByProgramIdLoader,
    SeriesKey,
    StatisticsView,
    TopEarnersLoader,
)
from .account import LoyaltyAccount

LISTED_DEFAULT = 10

_WITHOUT = " Null for a period that is over, and for one channel: points can be spent in every channel."


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """What a row of awards resolves from."""

    program_id: int
    award: analytics.AwardSource

    @property
    def points(self) -> int:
        return self.award.given

    @property
    def reversed(self) -> int:
        return self.award.reversed

    @property
    def transactions(self) -> int:
        return self.award.transactions


def _number(description: str, *, required: bool = True) -> graphene.Field:
    # Totals of a shop can pass 2^31.
    return graphene.Field(host_types.DecimalNumber, required=required, description=description)


def _listed(of_type: Any, description: str) -> graphene.List:
    first = f"How many, at most {PAGE_LIMIT}; {LISTED_DEFAULT} unless said otherwise."
    return graphene.List(
        graphene.NonNull(of_type), required=True, first=graphene.Int(description=first), description=description
    )


_SUM = ", the most first; all of them add up to what the source ORDER gave."


class LoyaltySourceStatistics(graphene.ObjectType):  # type: ignore[misc]
    source = LoyaltySourceEnum(required=True, description="What the points were given for.")
    points = _number("Points given.")
    transactions = graphene.Int(required=True, description="In how many transactions.")

    class Meta:
        description = "What one source gave."


_TAKEN_BACK = "Points of these awards that were taken back in the period."
_AWARDS = "In how many awards."


class LoyaltyRuleStatistics(graphene.ObjectType):  # type: ignore[misc]
    rule_key = graphene.String(required=True, description="The rule's key; empty: what no receipt explains.")
    name = graphene.String(required=True, description="The rule's name in the newest version that has it.")
    points = _number("Points given.")
    reversed = _number(_TAKEN_BACK)
    transactions = graphene.Int(required=True, description=_AWARDS)

    class Meta:
        description = "What orders earned by one rule."

    @staticmethod
    def resolve_rule_key(root: Listed, _info: Any) -> str:
        return root.award.key

    @staticmethod
    def resolve_name(root: Listed, info: Any) -> Promise:
        names = loyalty_request(info).loader(RuleNamesByProgramIdLoader).load(root.program_id)
        return names.then(lambda found: found.get(root.award.key, ""))


class LoyaltyProductStatistics(graphene.ObjectType):  # type: ignore[misc]
    product_id = graphene.ID(description="The product's id in the shop; null: not known.")
    slug = graphene.String(required=True, description="The product's slug when it was bought.")
    points = _number("Points given.")
    reversed = _number(_TAKEN_BACK)
    transactions = graphene.Int(required=True, description=_AWARDS)

    class Meta:
        description = "What orders earned with one product."

    @staticmethod
    def resolve_product_id(root: Listed, _info: Any) -> str | None:
        return Node.to_global_id("Product", root.award.key) if root.award.key else None

    @staticmethod
    def resolve_slug(root: Listed, _info: Any) -> str:
        return root.award.label


class LoyaltyCategoryStatistics(graphene.ObjectType):  # type: ignore[misc]
    slug = graphene.String(
        required=True, description="The slug of the product's own category when it was bought; empty: not known."
    )
    points = _number("Points given.")
    reversed = _number(_TAKEN_BACK)
    transactions = graphene.Int(required=True, description=_AWARDS)

    class Meta:
        description = "What orders earned in one category. Categories above it are not counted for it."

    @staticmethod
    def resolve_slug(root: Listed, _info: Any) -> str:
        return root.award.key


class LoyaltyTopEarner(graphene.ObjectType):  # type: ignore[misc]
    account = graphene.Field(LoyaltyAccount, required=True, description="The account.")
    points = _number("Points given to it in the period.")

    class Meta:
        description = "An account that was given many points."

    @staticmethod
    def resolve_account(root: analytics.Earner, info: Any) -> Promise:
        return loyalty_request(info).loader(AccountByIdLoader).load(root.account_id)


class LoyaltyStatisticsStep(graphene.ObjectType):  # type: ignore[misc]
    start_date = graphene.Field(host_types.Date, required=True, description="The first day.")
    end_date = graphene.Field(host_types.Date, required=True, description="The last day.")
    given = _number("Points given.")
    redeemed = _number("Points redeemed, less those returned.")
    expired = _number("Points expired.")
    reversed = _number("Points of awards that were taken back.")
    deducted = _number("Points taken by staff.")
    outstanding = _number("Points outstanding at the end of the last day.")
    transactions = graphene.Int(required=True, description="How many transactions.")

    class Meta:
        description = "One step of a series."

    @staticmethod
    def resolve_start_date(root: analytics.SeriesStep, _info: Any) -> Any:
        return root.first

    @staticmethod
    def resolve_end_date(root: analytics.SeriesStep, _info: Any) -> Any:
        return root.last


class LoyaltyStatistics(graphene.ObjectType):  # type: ignore[misc]
    start_date = graphene.Field(host_types.Date, description="The first day; null: without beginning.")
    end_date = graphene.Field(host_types.Date, description="The last day; null: without end.")
    time_zone = graphene.String(required=True, description="The time zone of the days.")
    given = _number("Points given, those of customers who have not joined included.")
    redeemed = _number("Points redeemed, less those returned.")
    expired = _number("Points expired.")
    reversed = _number("Points of awards that were taken back.")
    deducted = _number("Points taken by staff.")
    outstanding_before = _number("Points outstanding before the first day; 0 without beginning.")
    outstanding = _number(
        "Points outstanding after the last day: "
        "outstandingBefore + given - redeemed - expired - reversed - deducted. "
        "Of now: available + pending + reserved - debt."
    )
    available = _number("Points that can be spent now." + _WITHOUT, required=False)
    pending = _number("Points recorded, not yet spendable." + _WITHOUT, required=False)
    reserved = _number("Points set aside for checkouts." + _WITHOUT, required=False)
    debt = _number("Points that later ones make up for first." + _WITHOUT, required=False)
    transactions = graphene.Int(required=True, description="How many transactions.")
    previous = graphene.Field(
        lambda: LoyaltyStatistics,
        description="As many days directly before; null for a period without beginning.",
    )
    series = graphene.List(
        graphene.NonNull(LoyaltyStatisticsStep),
        required=True,
        step=LoyaltyStatisticsStepEnum(description="How long a step is; a day unless said otherwise."),
        description=f"Every step of the period, at most {analytics.MAX_STEPS}.",
    )
    sources = graphene.List(
        graphene.NonNull(LoyaltySourceStatistics), required=True, description="What gave the points, the most first."
    )
    sources_by_rule = _listed(LoyaltyRuleStatistics, "Which earning rules gave the points of orders" + _SUM)
    sources_by_product = _listed(LoyaltyProductStatistics, "Which products gave the points of orders" + _SUM)
    sources_by_category = _listed(LoyaltyCategoryStatistics, "Which categories gave the points of orders" + _SUM)
    top_earners = _listed(LoyaltyTopEarner, "Who was given the most points in the period, ties by account.")

    class Meta:
        description = "Points of a program in a period of days."

    @staticmethod
    def resolve_start_date(root: StatisticsView, _info: Any) -> Any:
        return root.question.period.first

    @staticmethod
    def resolve_end_date(root: StatisticsView, _info: Any) -> Any:
        return root.question.period.last

    @staticmethod
    def resolve_previous(root: StatisticsView, _info: Any) -> StatisticsView | None:
        period = analytics.previous_period(root.question.period, today=root.today)
        return None if period is None else replace(root, question=replace(root.question, period=period))

    @staticmethod
    def resolve_series(root: StatisticsView, info: Any, step: str | None = None) -> Promise:
        key = SeriesKey(question=root.question, step=analytics.Step(step or "DAY"))
        return loyalty_request(info).loader(PointSeriesLoader).load(key)

    @staticmethod
    def resolve_sources(root: StatisticsView, info: Any) -> Promise:
        return loyalty_request(info).loader(PointSourcesLoader).load(root.question)

    @staticmethod
    def resolve_sources_by_rule(root: StatisticsView, info: Any, first: int | None = None) -> Promise:
        return _awards(root, info, AwardDimension.RULE, first)

    @staticmethod
    def resolve_sources_by_product(root: StatisticsView, info: Any, first: int | None = None) -> Promise:
        return _awards(root, info, AwardDimension.PRODUCT, first)

    @staticmethod
    def resolve_sources_by_category(root: StatisticsView, info: Any, first: int | None = None) -> Promise:
        return _awards(root, info, AwardDimension.CATEGORY, first)

    @staticmethod
    def resolve_top_earners(root: StatisticsView, info: Any, first: int | None = None) -> Promise:
        key = EarnersKey(question=root.question, limit=_limit(first))
        return loyalty_request(info).loader(TopEarnersLoader).load(key)


def _awards(root: StatisticsView, info: Any, dimension: AwardDimension, first: int | None) -> Promise:
    key = AwardsKey(question=root.question, dimension=dimension, limit=_limit(first))
    program_id = root.question.program_id
    found = loyalty_request(info).loader(AwardSourcesLoader).load(key)
    return found.then(lambda awards: [Listed(program_id=program_id, award=award) for award in awards])


def _limit(first: int | None) -> int:
    limit = LISTED_DEFAULT if first is None else int(first)
    if not 0 <= limit <= PAGE_LIMIT:
        raise GraphQLError(f"`first` must be from 0 to {PAGE_LIMIT}.")
    return limit


def _status_resolver(name: str) -> Callable[[StatisticsView, Any], Promise]:
    def resolve(root: StatisticsView, info: Any) -> Promise:
        status = loyalty_request(info).loader(PointStatusLoader).load(root.question)
        return status.then(lambda found: getattr(found, name))

    return resolve


for _name in (
    *("given", "redeemed", "expired", "reversed", "deducted", "outstanding_before", "outstanding", "transactions"),
    *("available", "pending", "reserved", "debt"),
):
    setattr(LoyaltyStatistics, f"resolve_{_name}", staticmethod(_status_resolver(_name)))
