"""The root fields of plans and memberships, with their resolvers."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import graphene
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce, Lower
from graphql import GraphQLError

from ..errors import LoyaltyException
from ..memberships import about_to_expire, where_status
from ..models import Membership, MembershipPlan
from .connection import Page, Sort, connection_arguments, page_arguments, paginate, parse_integer, parse_text
from .enums import LoyaltyMembershipSortField, LoyaltyMembershipStatusEnum
from .host_types import OrderDirection
from .ids import integer_key
from .permissions import NEEDS_LOYALTY, require_manage_loyalty
from .reach import within_reach
from .request import LoyaltyRequest, loyalty_request
from .sorters import NEWEST_FIRST
from .types.membership import (
    LoyaltyMembership,
    LoyaltyMembershipCountableConnection,
    LoyaltyMembershipPlanCountableConnection,
)

NEVER = datetime.date(9999, 12, 31)
_NO_KEY = 0
"""The key of no row."""


def parse_day(value: Any) -> datetime.date:
    """Return the day of a cursor. Raises TypeError or ValueError."""
    return datetime.date.fromisoformat(value)


SOONEST_END_FIRST = Sort(name="ENDS_SOON", column="ends_on", parse=parse_day)
PLANS_BY_NAME = Sort(name="NAME", column="lower_name", parse=parse_text)


class LoyaltyMembershipWhereInput(graphene.InputObjectType):  # type: ignore[misc]
    status = graphene.List(graphene.NonNull(LoyaltyMembershipStatusEnum), description="With one of these statuses.")
    plan = graphene.ID(description="Of this plan.")
    account = graphene.ID(description="Of this account.")
    program = graphene.ID(description="Of this program.")
    expiring_within_days = graphene.Int(
        description="Running now and over in at most so many days, 0 to 3660; not what is frozen until further notice."
    )


class LoyaltyMembershipSortingInput(graphene.InputObjectType):  # type: ignore[misc]
    direction = graphene.Argument(OrderDirection, required=True)
    field = graphene.Argument(LoyaltyMembershipSortField, required=True)


def resolve_loyalty_membership(_root: Any, info: Any, id: str) -> Membership | None:
    require_manage_loyalty(info)
    rows = _memberships(loyalty_request(info))
    found: Membership | None = rows.filter(pk=integer_key(id, "LoyaltyMembership") or _NO_KEY).first()
    return found


def resolve_loyalty_memberships(
    _root: Any, info: Any, where: Any | None = None, sort_by: Any | None = None, **arguments: Any
) -> Page:
    require_manage_loyalty(info)
    request = loyalty_request(info)
    rows, where = _memberships(request), where or {}
    for name, path in (("account", "account_id"), ("plan", "plan_id"), ("program", "account__program_id")):
        if where.get(name) is not None:
            rows = rows.filter(**{path: integer_key(where[name], _TYPES[name]) or _NO_KEY})
    if where.get("status") is not None:
        rows = where_status(rows, where["status"], at=request.at)
    is_expiring = where.get("expiring_within_days") is not None
    if is_expiring:
        rows = _about_to_expire(rows, within_days=int(where["expiring_within_days"]), at=request.at)
    return _paginate(rows, sort_by, arguments, is_expiring=is_expiring)


def _about_to_expire(rows: QuerySet[Membership], *, within_days: int, at: datetime.datetime) -> QuerySet[Membership]:
    try:
        return about_to_expire(rows, within_days=within_days, at=at)
    except LoyaltyException as exception:
        raise GraphQLError(f"`{exception.field}`: {exception.message}") from None


_TYPES = {"account": "LoyaltyAccount", "plan": "LoyaltyMembershipPlan", "program": "LoyaltyProgram"}


def _memberships(request: LoyaltyRequest) -> QuerySet[Membership]:
    return within_reach(Membership.objects.using(request.using).all(), request, program="account__program_id")


def _paginate(rows: QuerySet[Any], sort_by: Any | None, arguments: Any, *, is_expiring: bool) -> Page:
    if sort_by is None:
        sort = SOONEST_END_FIRST if is_expiring else NEWEST_FIRST
        return paginate(rows, sort, page_arguments(arguments))
    is_descending = sort_by["direction"] == "-"
    if sort_by["field"] == "CREATED_AT":
        sort = Sort(name="CREATED", column="id", parse=parse_integer, is_descending=is_descending)
        return paginate(rows, sort, page_arguments(arguments))
    sort = Sort(name="END_DATE", column="end", parse=parse_day, is_descending=is_descending)
    return paginate(rows.annotate(end=Coalesce("ends_on", Value(NEVER))), sort, page_arguments(arguments))


def resolve_loyalty_membership_plans(
    _root: Any,
    info: Any,
    program: str | None = None,
    include_archived: bool | None = False,
    **arguments: Any,
) -> Page:
    require_manage_loyalty(info)
    request = loyalty_request(info)
    plans = within_reach(MembershipPlan.objects.using(request.using).annotate(lower_name=Lower("name")), request)
    if program is not None:
        plans = plans.filter(program_id=integer_key(program, "LoyaltyProgram") or _NO_KEY)
    if not include_archived:
        plans = plans.filter(archived_at__isnull=True)
    return paginate(plans, PLANS_BY_NAME, page_arguments(arguments))


QUERIES: dict[str, tuple[graphene.Field, Callable[..., Any]]] = {
    "loyalty_membership": (
        graphene.Field(
            LoyaltyMembership,
            id=graphene.ID(required=True, description="The membership's id."),
            description="One membership." + NEEDS_LOYALTY,
        ),
        resolve_loyalty_membership,
    ),
    "loyalty_memberships": (
        graphene.Field(
            LoyaltyMembershipCountableConnection,
            where=LoyaltyMembershipWhereInput(description="Which memberships."),
            sort_by=LoyaltyMembershipSortingInput(description="In which order."),
            description="Memberships, the newest first; those about to expire by their end." + NEEDS_LOYALTY,
            **connection_arguments(),
        ),
        resolve_loyalty_memberships,
    ),
    "loyalty_membership_plans": (
        graphene.Field(
            LoyaltyMembershipPlanCountableConnection,
            program=graphene.ID(description="Of this program only."),
            include_archived=graphene.Boolean(description="Also those that are archived."),
            description="Plans and packages, by name." + NEEDS_LOYALTY,
            **connection_arguments(),
        ),
        resolve_loyalty_membership_plans,
    ),
}
