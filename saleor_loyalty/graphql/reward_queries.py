"""The root fields of rewards: the catalogue for storefronts, and what staff look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import graphene
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce

from ..models import RewardIssue, RewardIssueStatus
from ..rewards import find_offers
from ..storable_text import is_storable
from .connection import Page, Sort, connection_arguments, page_arguments, paginate, parse_integer, parse_moment
from .dataloaders import ActiveProgramByChannelLoader
from .enums import LoyaltyRewardIssueSortField, LoyaltyRewardIssueStatusEnum, LoyaltyRewardTypeEnum
from .host_types import OrderDirection
from .ids import integer_key
from .permissions import NEEDS_LOYALTY, PermissionDenied, require_manage_loyalty
from .reach import within_reach
from .request import LoyaltyRequest, loyalty_request
from .sorters import END_OF_TIME, NEWEST_FIRST
from .types.reward import LoyaltyRewardIssue, LoyaltyRewardIssueCountableConnection, LoyaltyRewardOffer, OfferInProgram

_NO_KEY = 0
"""The key of no row."""


class LoyaltyRewardIssueWhereInput(graphene.InputObjectType):  # type: ignore[misc]
    status = graphene.List(graphene.NonNull(LoyaltyRewardIssueStatusEnum), description="With one of these statuses.")
    type = graphene.List(graphene.NonNull(LoyaltyRewardTypeEnum), description="Of one of these types.")
    reward = graphene.String(description="Of the reward with this key.")
    code = graphene.String(description="With exactly this code. Needs MANAGE_USERS too.")
    account = graphene.ID(description="Of this account.")
    program = graphene.ID(description="Of this program.")


class LoyaltyRewardIssueSortingInput(graphene.InputObjectType):  # type: ignore[misc]
    direction = graphene.Argument(OrderDirection, required=True)
    field = graphene.Argument(LoyaltyRewardIssueSortField, required=True)


def resolve_loyalty_rewards(_root: Any, info: Any, channel: str) -> Any:
    request = loyalty_request(info)
    requester = request.requester
    user_id = None if requester.app_id is not None else requester.user_id

    def offer(program: Any) -> list[OfferInProgram]:
        if program is None:
            return []
        offers = find_offers(program, channel=channel, user_id=user_id, at=request.at, using=request.using)
        return [OfferInProgram(found, program.rules) for found in offers]

    return request.loader(ActiveProgramByChannelLoader).load(channel).then(offer)


def resolve_loyalty_reward_issue(_root: Any, info: Any, id: str) -> RewardIssue | None:
    require_manage_loyalty(info)
    rows = _issues(loyalty_request(info))
    found: RewardIssue | None = rows.filter(pk=integer_key(id, "LoyaltyRewardIssue") or _NO_KEY).first()
    return found


def resolve_loyalty_reward_issues(
    _root: Any, info: Any, where: Any | None = None, sort_by: Any | None = None, **arguments: Any
) -> Page:
    requester = require_manage_loyalty(info)
    request = loyalty_request(info)
    rows, where = _issues(request), where or {}
    for name, path in (("account", "account_id"), ("program", "account__program_id")):
        if where.get(name) is not None:
            rows = rows.filter(**{path: integer_key(where[name], _TYPES[name]) or _NO_KEY})
    if where.get("type") is not None:
        rows = rows.filter(type__in=where["type"])
    if not all(is_storable(where.get(name) or "") for name in ("reward", "code")):
        # No row has it, and the database would fail on it.
        rows = rows.none()
        where = {**where, "reward": None, "code": None}
    if where.get("reward") is not None:
        rows = rows.filter(reward_key=where["reward"])
    if where.get("status") is not None:
        rows = _with_status(rows, where["status"], request)
    if where.get("code") is not None:
        if not requester.can_manage_users:
            raise PermissionDenied("MANAGE_LOYALTY", "MANAGE_USERS")
        rows = rows.filter(code=where["code"]).exclude(code="")
    return _paginate(rows, sort_by, arguments)


_TYPES = {"account": "LoyaltyAccount", "program": "LoyaltyProgram"}


def _issues(request: LoyaltyRequest) -> QuerySet[RewardIssue]:
    return within_reach(RewardIssue.objects.using(request.using).all(), request, program="account__program_id")


def _with_status(rows: QuerySet[RewardIssue], wanted: list[str], request: LoyaltyRequest) -> QuerySet[RewardIssue]:
    """Return the rows with these statuses as they are shown: what is over is EXPIRED before a sweep has said so."""
    is_over = {"status": RewardIssueStatus.ISSUED, "expires_at__lte": request.at}
    found = rows.filter(status__in=wanted)
    if RewardIssueStatus.ISSUED in wanted and RewardIssueStatus.EXPIRED in wanted:
        return found
    if RewardIssueStatus.ISSUED in wanted:
        return found.exclude(**is_over)
    return found | rows.filter(**is_over) if RewardIssueStatus.EXPIRED in wanted else found


def _paginate(rows: QuerySet[RewardIssue], sort_by: Any | None, arguments: Any) -> Page:
    if sort_by is None:
        return paginate(rows, NEWEST_FIRST, page_arguments(arguments))
    is_descending = sort_by["direction"] == "-"
    if sort_by["field"] == "CREATED_AT":
        sort = Sort(name="CREATED", column="id", parse=parse_integer, is_descending=is_descending)
        return paginate(rows, sort, page_arguments(arguments))
    sort = Sort(name="EXPIRES", column="end", parse=parse_moment, is_descending=is_descending)
    return paginate(rows.annotate(end=Coalesce("expires_at", Value(END_OF_TIME))), sort, page_arguments(arguments))


QUERIES: dict[str, tuple[graphene.Field, Callable[..., Any]]] = {
    "loyalty_rewards": (
        graphene.Field(
            graphene.List(graphene.NonNull(LoyaltyRewardOffer)),
            required=True,
            channel=graphene.String(required=True, description="The slug of the channel."),
            description="What points buy in the channel now, each as it is offered to whoever asks: also what is "
            "missing for it. Without a program there, nothing.",
        ),
        resolve_loyalty_rewards,
    ),
    "loyalty_reward_issue": (
        graphene.Field(
            LoyaltyRewardIssue,
            id=graphene.ID(required=True, description="The issued reward's id."),
            description="One reward that a customer had." + NEEDS_LOYALTY,
        ),
        resolve_loyalty_reward_issue,
    ),
    "loyalty_reward_issues": (
        graphene.Field(
            LoyaltyRewardIssueCountableConnection,
            where=LoyaltyRewardIssueWhereInput(description="Which of them."),
            sort_by=LoyaltyRewardIssueSortingInput(description="In which order."),
            description="Rewards that customers had, the newest first." + NEEDS_LOYALTY,
            **connection_arguments(),
        ),
        resolve_loyalty_reward_issues,
    ),
}
