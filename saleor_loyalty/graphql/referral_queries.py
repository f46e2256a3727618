"""The root fields of referrals, with their resolvers: the list in which staff find what they should look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import graphene
from django.db.models import Q, QuerySet

from ..models import Referral
from ..referrals import where_state
from .connection import Page, Sort, connection_arguments, page_arguments, paginate, parse_integer
from .enums import LoyaltyReferralFlagEnum, LoyaltyReferralSortField, LoyaltyReferralStateEnum
from .host_types import OrderDirection
from .ids import integer_key
from .permissions import NEEDS_LOYALTY, require_manage_loyalty
from .reach import within_reach
from .request import LoyaltyRequest, loyalty_request
from .sorters import NEWEST_FIRST
from .types.referral import LoyaltyReferral, LoyaltyReferralCountableConnection

_NO_KEY = 0
"""The key of no row."""


class LoyaltyReferralWhereInput(graphene.InputObjectType):  # type: ignore[misc]
    state = graphene.List(graphene.NonNull(LoyaltyReferralStateEnum), description="In one of these states.")
    flags = graphene.List(graphene.NonNull(LoyaltyReferralFlagEnum), description="With at least one of these flags.")
    program = graphene.ID(description="Of this program.")
    account = graphene.ID(description="On either side of which this account is.")
    referrer = graphene.ID(description="Of those whom this account invited.")


class LoyaltyReferralSortingInput(graphene.InputObjectType):  # type: ignore[misc]
    direction = graphene.Argument(OrderDirection, required=True)
    field = graphene.Argument(LoyaltyReferralSortField, required=True)


def resolve_loyalty_referral(_root: Any, info: Any, id: str) -> Referral | None:
    require_manage_loyalty(info)
    rows = _referrals(loyalty_request(info))
    found: Referral | None = rows.filter(pk=integer_key(id, "LoyaltyReferral") or _NO_KEY).first()
    return found


def resolve_loyalty_referrals(
    _root: Any, info: Any, where: Any | None = None, sort_by: Any | None = None, **arguments: Any
) -> Page:
    require_manage_loyalty(info)
    request = loyalty_request(info)
    rows, where = _referrals(request), where or {}
    if where.get("program") is not None:
        rows = rows.filter(program_id=integer_key(where["program"], "LoyaltyProgram") or _NO_KEY)
    if where.get("referrer") is not None:
        rows = rows.filter(referrer_id=integer_key(where["referrer"], "LoyaltyAccount") or _NO_KEY)
    if where.get("account") is not None:
        key = integer_key(where["account"], "LoyaltyAccount") or _NO_KEY
        rows = rows.filter(Q(referrer_id=key) | Q(referee_id=key))
    if where.get("flags") is not None:
        rows = rows.filter(flags__overlap=where["flags"])
    if where.get("state") is not None:
        rows = where_state(rows, where["state"], at=request.at)
    return paginate(rows, _sort(sort_by), page_arguments(arguments))


def _referrals(request: LoyaltyRequest) -> QuerySet[Referral]:
    return within_reach(Referral.objects.using(request.using).all(), request)


def _sort(sort_by: Any | None) -> Sort:
    """Return the order. Claims are written as they are made: the order of the ids is that of the claims."""
    if sort_by is None or sort_by["direction"] == "-":
        return NEWEST_FIRST
    return Sort(name="CLAIMED_AT", column="id", parse=parse_integer)


QUERIES: dict[str, tuple[graphene.Field, Callable[..., Any]]] = {
    "loyalty_referral": (
        graphene.Field(
            LoyaltyReferral,
            id=graphene.ID(required=True, description="The referral's id."),
            description="One referral." + NEEDS_LOYALTY,
        ),
        resolve_loyalty_referral,
    ),
    "loyalty_referrals": (
        graphene.Field(
            LoyaltyReferralCountableConnection,
            where=LoyaltyReferralWhereInput(description="Which referrals."),
            sort_by=LoyaltyReferralSortingInput(description="In which order."),
            description="Referrals, the newest first; those to be looked at are IN_REVIEW." + NEEDS_LOYALTY,
            **connection_arguments(),
        ),
        resolve_loyalty_referrals,
    ),
}
