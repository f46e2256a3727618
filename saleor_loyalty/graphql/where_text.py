"""An account filter as a LoyaltyAccountWhereInput, so that what was saved can be changed and sent again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphene import Node

from ..accounts import AccountFilter, IntegerRange, LabelChoice, MomentRange
from . import host_types


def where_of(wanted: AccountFilter) -> dict[str, Any]:
    """Return the input that means the filter, with ids instead of keys. What says nothing is left out."""
    where: dict[str, Any] = {
        "ids": _ids("LoyaltyAccount", wanted.ids),
        "program": _choice("LoyaltyProgram", wanted.programs),
        "user": _choice(host_types.User._meta.name, wanted.users),
        "status": wanted.status,
        "memberStatus": wanted.member_status,
        "labels": _labels(wanted.labels),
        "tier": None if wanted.tiers is None else {"oneOf": list(wanted.tiers)},
        "balance": _integers(wanted.balance),
        "available": _integers(wanted.available),
        "earned": _integers(wanted.earned),
        "redeemed": _integers(wanted.redeemed),
        "lastActivityAt": _moments(wanted.last_activity_at),
        "createdAt": _moments(wanted.created_at),
        "enrolledAt": _moments(wanted.enrolled_at),
        "AND": [where_of(part) for part in wanted.all_of] or None,
        "OR": None if wanted.any_of is None else [where_of(part) for part in wanted.any_of],
    }
    return {name: value for name, value in where.items() if value is not None}


def _ids(type_name: str, keys: Iterable[int] | None) -> list[str] | None:
    return None if keys is None else [Node.to_global_id(type_name, key) for key in keys]


def _choice(type_name: str, keys: Iterable[int] | None) -> dict[str, Any] | None:
    return None if keys is None else {"oneOf": _ids(type_name, keys)}


def _labels(choice: LabelChoice | None) -> dict[str, Any] | None:
    if choice is None:
        return None
    parts = {
        "eq": None if choice.eq is None else Node.to_global_id("LoyaltyLabel", choice.eq),
        "oneOf": _ids("LoyaltyLabel", choice.one_of),
        "notOneOf": _ids("LoyaltyLabel", choice.not_one_of),
    }
    return {name: value for name, value in parts.items() if value is not None}


def _integers(range_: IntegerRange | None) -> dict[str, Any] | None:
    if range_ is None:
        return None
    bounds = {"gte": range_.gte, "lte": range_.lte}
    return {"range": {name: bound for name, bound in bounds.items() if bound is not None}}


def _moments(range_: MomentRange | None) -> dict[str, Any] | None:
    if range_ is None:
        return None
    bounds = {"gte": range_.gte, "lte": range_.lte}
    return {name: bound.isoformat() for name, bound in bounds.items() if bound is not None}
