"""Reports on points, for staff and apps. Whoever can reach one holds MANAGE_LOYALTY."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import graphene
from graphql import GraphQLError
from promise import Promise

from ... import analytics
from .. import host_types
from ..connection import PAGE_LIMIT
from ..dataloaders import AccountByIdLoader
from ..enums import LoyaltySourceEnum, LoyaltyStatisticsStepEnum
from ..request import LoyaltyRequest, loyalty_request
from ..statistics import PointStatusLoader, StatisticsView
from .account import LoyaltyAccount

EARNERS_DEFAULT = 10

_WITHOUT = " Null for a period that is over, and for one channel: points can be spent in every channel."


def _number(description: str, *, required: bool = True) -> graphene.Field:
    # Totals of a shop can pass 2^31.
    return graphene.Field(host_types.DecimalNumber, required=required, description=description)


class LoyaltySourceStatistics(graphene.ObjectType):  # type: ignore[misc]
    source = LoyaltySourceEnum(required=True, description="What the points were given for.")
    points = _number("Points given.")
    transactions = graphene.Int(required=True, description="In how many transactions.")

    class Meta:
        description = "What one source gave."


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
    top_earners = graphene.List(
        graphene.NonNull(LoyaltyTopEarner),
        required=True,
        first=graphene.Int(description=f"How many, at most {PAGE_LIMIT}; {EARNERS_DEFAULT} unless said otherwise."),
        description="Who was given the most points in the period.",
    )

    class Meta:
        description = "Points of a program in a period of days."

    @staticmethod
    def resolve_start_date(root: StatisticsView, _info: Any) -> Any:
        return root.period.first

    @staticmethod
    def resolve_end_date(root: StatisticsView, _info: Any) -> Any:
        return root.period.last

    @staticmethod
    def resolve_previous(root: StatisticsView, _info: Any) -> StatisticsView | None:
        period = analytics.previous_period(root.period, today=root.today)
        return None if period is None else replace(root, period=period)

    @staticmethod
    def resolve_series(root: StatisticsView, info: Any, step: str | None = None) -> list[analytics.SeriesStep]:
        chosen = analytics.Step(step or "DAY")
        try:
            return analytics.point_series(root.program_id, step=chosen, **_arguments(root, loyalty_request(info)))
        except analytics.TooManySteps as error:
            raise GraphQLError(f"{error} Ask for a shorter `period` or a longer `step`.") from None

    @staticmethod
    def resolve_sources(root: StatisticsView, info: Any) -> list[analytics.SourcePoints]:
        return analytics.point_sources(root.program_id, **_arguments(root, loyalty_request(info)))

    @staticmethod
    def resolve_top_earners(root: StatisticsView, info: Any, first: int | None = None) -> list[analytics.Earner]:
        limit = EARNERS_DEFAULT if first is None else first
        if not 0 <= limit <= PAGE_LIMIT:
            raise GraphQLError(f"`first` must be from 0 to {PAGE_LIMIT}.")
        return analytics.top_earners(root.program_id, limit=limit, **_arguments(root, loyalty_request(info)))


def _arguments(view: StatisticsView, request: LoyaltyRequest) -> dict[str, Any]:
    return {"at": request.at, "period": view.period, "channel": view.channel, "using": request.using}


def _status_resolver(name: str) -> Callable[[StatisticsView, Any], Promise]:
    def resolve(root: StatisticsView, info: Any) -> Promise:
        status = loyalty_request(info).loader(PointStatusLoader).load(root)
        return status.then(lambda found: getattr(found, name))

    return resolve


for _name in (
    *("given", "redeemed", "expired", "reversed", "deducted", "outstanding_before", "outstanding", "transactions"),
    *("available", "pending", "reserved", "debt"),
):
    setattr(LoyaltyStatistics, f"resolve_{_name}", staticmethod(_status_resolver(_name)))
