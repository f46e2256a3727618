"""The filters of lists. An id that is malformed, of another type or unknown matches nothing, and whoever excludes such
a label matches nothing either. What is stored or acted by is judged more strictly: see ``stored_filters``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import graphene
from graphql import GraphQLError

from ..accounts import AccountFilter, IntegerRange, LabelChoice, MomentRange
from ..accounts.account_filter import MAX_DEPTH, MAX_ITEMS
from ..errors import AccountFilterInvalid
from ..storable_text import storable_part
from . import host_types
from .enums import (
    LoyaltyAccountStatusEnum,
    LoyaltyMemberStatusEnum,
)
from .ids import integer_key

_NO_KEY = 0
"""The key of no row."""


class LoyaltyIDFilterInput(graphene.InputObjectType):  # type: ignore[misc]
    eq = graphene.ID(description="This id.")
    one_of = graphene.List(graphene.NonNull(graphene.ID), description="One of these ids.")


class LoyaltyIntFilterInput(graphene.InputObjectType):  # type: ignore[misc]
    eq = graphene.Int(description="This number.")
    range = graphene.Field(host_types.IntRangeInput, description="From and to, both included.")


class LoyaltyLabelFilterInput(graphene.InputObjectType):  # type: ignore[misc]
    eq = graphene.ID(description="Those with this label.")
    one_of = graphene.List(graphene.NonNull(graphene.ID), description="Those with at least one of these labels.")
    not_one_of = graphene.List(
        graphene.NonNull(graphene.ID),
        description="Those with none of these labels. With one that does not exist: nobody.",
    )


class LoyaltyTierFilterInput(graphene.InputObjectType):  # type: ignore[misc]
    eq = graphene.String(description="Those with the tier of this key; empty: those without a tier.")
    one_of = graphene.List(
        graphene.NonNull(graphene.String), description="Those with one of the tiers of these keys; empty: none."
    )


class LoyaltyAccountWhereInput(graphene.InputObjectType):  # type: ignore[misc]
    ids = graphene.List(graphene.NonNull(graphene.ID), description="These accounts.")
    program = graphene.Field(LoyaltyIDFilterInput, description="By program.")
    user = graphene.Field(LoyaltyIDFilterInput, description="By user.")
    status = LoyaltyAccountStatusEnum(description="By status.")
    member_status = LoyaltyMemberStatusEnum(description="By whether the customer has joined.")
    labels = graphene.Field(LoyaltyLabelFilterInput, description="By label: is, is one of, is none of.")
    tier = graphene.Field(LoyaltyTierFilterInput, description="By tier as of the last look at the account.")
    balance = graphene.Field(LoyaltyIntFilterInput, description="By balance as of the last write.")
    available = graphene.Field(LoyaltyIntFilterInput, description="By spendable points as of the last write.")
    earned = graphene.Field(LoyaltyIntFilterInput, description="By all points ever given.")
    redeemed = graphene.Field(LoyaltyIntFilterInput, description="By all points ever redeemed.")
    last_activity_at = graphene.Field(
        host_types.DateTimeRangeInput, description="By the time of the last transaction; logins do not count."
    )
    created_at = graphene.Field(host_types.DateTimeRangeInput, description="By when the account was opened.")
    enrolled_at = graphene.Field(host_types.DateTimeRangeInput, description="By when the customer joined the program.")
    AND = graphene.List(graphene.NonNull(lambda: LoyaltyAccountWhereInput), description="All of these.")
    OR = graphene.List(graphene.NonNull(lambda: LoyaltyAccountWhereInput), description="At least one of these.")


def account_filter(where: Any | None, *, search: str | None = None) -> AccountFilter:
    """Return the filter of a where input and a search text. A malformed id, or one of another type, is nobody's.

    An account's or a user's id as the search text finds that account, or that user's.

    Raises GraphQLError when it is nested too deep, a list or text in it is too long, or a time has no time zone.
    """
    try:
        found = _read_where(where, depth=1)
        text = storable_part(search or "").strip()
        account = integer_key(text, "LoyaltyAccount")
        user = integer_key(text, host_types.User._meta.name)
        if account is not None:
            return replace(found, ids=_narrowed(found.ids, account))
        if user is not None:
            return replace(found, users=_narrowed(found.users, user))
        return replace(found, search=text)
    except AccountFilterInvalid as exception:
        raise GraphQLError(exception.message) from None


def _narrowed(keys: tuple[int, ...] | None, key: int) -> tuple[int, ...]:
    return (key,) if keys is None or key in keys else ()


def _read_where(where: Any | None, *, depth: int) -> AccountFilter:
    if where is None:
        return AccountFilter()
    if depth > MAX_DEPTH:
        raise GraphQLError(f"`where` must not be nested deeper than {MAX_DEPTH} levels.")
    ids, any_of = where.get("ids"), where.get("OR")
    return AccountFilter(
        ids=None if ids is None else _keys(ids, "LoyaltyAccount"),
        programs=_chosen(where.get("program"), "LoyaltyProgram"),
        users=_chosen(where.get("user"), host_types.User._meta.name),
        status=where.get("status"),
        member_status=where.get("member_status"),
        labels=_read_labels(where.get("labels")),
        tiers=_read_tiers(where.get("tier")),
        balance=_read_integers(where.get("balance")),
        available=_read_integers(where.get("available")),
        earned=_read_integers(where.get("earned")),
        redeemed=_read_integers(where.get("redeemed")),
        last_activity_at=_read_moments(where.get("last_activity_at")),
        created_at=_read_moments(where.get("created_at")),
        enrolled_at=_read_moments(where.get("enrolled_at")),
        all_of=_read_parts(where.get("AND") or (), depth=depth),
        any_of=None if any_of is None else _read_parts(any_of, depth=depth),
    )


def _read_parts(parts: Any, *, depth: int) -> tuple[AccountFilter, ...]:
    return tuple(_read_where(part, depth=depth + 1) for part in _bounded(parts))


def _chosen(data: Any, type_name: str) -> tuple[int, ...] | None:
    """Return the keys that an id filter leaves, in order; None where it says nothing."""
    data = data or {}
    choices = [
        _keys(ids, type_name)
        for ids in (None if data.get("eq") is None else [data["eq"]], data.get("one_of"))
        if ids is not None
    ]
    if not choices:
        return None
    return tuple(key for key in choices[0] if all(key in others for others in choices[1:]))


def _keys(global_ids: Any, type_name: str) -> tuple[int, ...]:
    keys = [integer_key(global_id, type_name) for global_id in _bounded(global_ids)]
    return tuple(key for key in keys if key is not None)


def excluded_keys(global_ids: Any) -> tuple[int, ...]:
    """Return the keys of excluded labels. What is no label's id stays among them as the key of none: dropping it
    would let in whom it was to keep out."""
    return tuple(integer_key(global_id, "LoyaltyLabel") or _NO_KEY for global_id in _bounded(global_ids))


def _read_labels(data: Any) -> LabelChoice | None:
    """Return the choice of labels. An unknown label is nobody's, and nobody is without it."""
    if data is None:
        return None
    eq, one_of, not_one_of = (data.get(name) for name in ("eq", "one_of", "not_one_of"))
    return LabelChoice(
        eq=None if eq is None else integer_key(eq, "LoyaltyLabel") or _NO_KEY,
        one_of=None if one_of is None else _keys(one_of, "LoyaltyLabel"),
        not_one_of=None if not_one_of is None else excluded_keys(not_one_of),
    )


def _read_tiers(data: Any) -> tuple[str, ...] | None:
    """Return the keys that a filter leaves; None where it says nothing."""
    eq, one_of = (data or {}).get("eq"), (data or {}).get("one_of")
    if one_of is None:
        return None if eq is None else (eq,)
    return tuple(key for key in _bounded(one_of) if eq is None or key == eq)


def _read_integers(data: Any) -> IntegerRange | None:
    if data is None:
        return None
    lowest, highest = integer_bounds(data)
    return IntegerRange(gte=lowest, lte=highest)


def integer_bounds(data: Any | None) -> tuple[int | None, int | None]:
    """Return the lowest and the highest number that an integer filter leaves. Two parts that contradict leave none,
    from high to low."""
    data = data or {}
    bounds = data.get("range") or {}
    # graphql-core 2 takes true for an Int and leaves it a boolean, which the database compares with no number.
    lowest = [int(bound) for bound in (data.get("eq"), bounds.get("gte")) if bound is not None]
    highest = [int(bound) for bound in (data.get("eq"), bounds.get("lte")) if bound is not None]
    return max(lowest, default=None), min(highest, default=None)


def _read_moments(data: Any) -> MomentRange | None:
    return None if data is None else MomentRange(gte=data.get("gte"), lte=data.get("lte"))


def _bounded(items: Any) -> Any:
    if len(items) > MAX_ITEMS:
        raise GraphQLError(f"A filter must not have more than {MAX_ITEMS} items.")
    return items
