"""The filters of lists. An id that is malformed, of another type or unknown matches nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import graphene
from django.db.models import Exists, OuterRef, Q
from graphql import GraphQLError

from ..models import AccountLabel
from . import host_types
from .enums import (
    LoyaltyAccountStatusEnum,
    LoyaltySourceEnum,
    LoyaltyTransactionTypeEnum,
)
from .ids import integer_key

MAX_DEPTH = 5
MAX_ITEMS = 100
NOTHING = Q(pk__in=())


class LoyaltyIDFilterInput(graphene.InputObjectType):  # type: ignore[misc]
    eq = graphene.ID(description="This id.")
    one_of = graphene.List(graphene.NonNull(graphene.ID), description="One of these ids.")


class LoyaltyIntFilterInput(graphene.InputObjectType):  # type: ignore[misc]
    eq = graphene.Int(description="This number.")
    range = graphene.Field(host_types.IntRangeInput, description="From and to, both included.")


class LoyaltyLabelFilterInput(graphene.InputObjectType):  # type: ignore[misc]
    eq = graphene.ID(description="Those with this label.")
    one_of = graphene.List(graphene.NonNull(graphene.ID), description="Those with at least one of these labels.")
    not_one_of = graphene.List(graphene.NonNull(graphene.ID), description="Those with none of these labels.")


class LoyaltyAccountWhereInput(graphene.InputObjectType):  # type: ignore[misc]
    ids = graphene.List(graphene.NonNull(graphene.ID), description="These accounts.")
    program = graphene.Field(LoyaltyIDFilterInput, description="By program.")
    user = graphene.Field(LoyaltyIDFilterInput, description="By user.")
    status = LoyaltyAccountStatusEnum(description="By status.")
    labels = graphene.Field(LoyaltyLabelFilterInput, description="By label: is, is one of, is none of.")
    balance = graphene.Field(LoyaltyIntFilterInput, description="By balance as of the last write.")
    last_activity_at = graphene.Field(
        host_types.DateTimeRangeInput, description="By the time of the last transaction."
    )
    AND = graphene.List(graphene.NonNull(lambda: LoyaltyAccountWhereInput), description="All of these.")
    OR = graphene.List(graphene.NonNull(lambda: LoyaltyAccountWhereInput), description="At least one of these.")


class LoyaltyTransactionFilterInput(graphene.InputObjectType):  # type: ignore[misc]
    type = graphene.List(graphene.NonNull(LoyaltyTransactionTypeEnum), description="One of these types.")
    source = graphene.List(graphene.NonNull(LoyaltySourceEnum), description="One of these sources.")
    created_at = graphene.Field(host_types.DateTimeRangeInput, description="When it was written.")


@dataclass(frozen=True, kw_only=True, slots=True)
class TransactionFilter:
    """A transaction filter as plain values: hashable, for it is part of the keys of data loaders."""

    types: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    created_from: datetime.datetime | None = None
    created_to: datetime.datetime | None = None

    def condition(self) -> Q:
        condition = Q()
        if self.types is not None:
            condition &= Q(type__in=self.types)
        if self.sources is not None:
            condition &= Q(source__in=self.sources)
        if self.created_from is not None:
            condition &= Q(created_at__gte=self.created_from)
        if self.created_to is not None:
            condition &= Q(created_at__lte=self.created_to)
        return condition


def transaction_filter(data: Any | None) -> TransactionFilter:
    """Return the filter of an input. Raises GraphQLError on a time without time zone."""
    data = data or {}
    types, sources = data.get("type"), data.get("source")
    created_from, created_to = _moments(data.get("created_at"))
    return TransactionFilter(
        types=None if types is None else tuple(types),
        sources=None if sources is None else tuple(sources),
        created_from=created_from,
        created_to=created_to,
    )


def account_condition(where: Any | None, *, depth: int = 1) -> Q:
    """Return the condition of a where input: all its parts hold.

    Raises GraphQLError when it is nested too deep, a list in it is too long, or a time has no time zone.
    """
    if where is None:
        return Q()
    if depth > MAX_DEPTH:
        raise GraphQLError(f"`where` must not be nested deeper than {MAX_DEPTH} levels.")
    condition = Q()
    if where.get("ids") is not None:
        condition &= _any_of("pk", where["ids"], "LoyaltyAccount")
    for name, type_name in (("program", "LoyaltyProgram"), ("user", host_types.User._meta.name)):
        if where.get(name) is not None:
            condition &= _id_condition(f"{name}_id", where[name], type_name)
    if where.get("status") is not None:
        condition &= Q(status=where["status"])
    if where.get("balance") is not None:
        condition &= _integer_condition("balance", where["balance"])
    if where.get("labels") is not None:
        condition &= _label_condition(where["labels"])
    since, until = _moments(where.get("last_activity_at"))
    condition &= Q(last_transaction_at__gte=since) if since else Q()
    condition &= Q(last_transaction_at__lte=until) if until else Q()
    for part in _bounded(where.get("AND") or ()):
        condition &= account_condition(part, depth=depth + 1)
    if where.get("OR") is not None:
        alternatives = NOTHING
        for part in _bounded(where["OR"]):
            alternatives |= account_condition(part, depth=depth + 1)
        condition &= alternatives
    return condition


def _id_condition(column: str, data: Any, type_name: str) -> Q:
    condition = Q()
    if data.get("eq") is not None:
        condition &= _any_of(column, [data["eq"]], type_name)
    if data.get("one_of") is not None:
        condition &= _any_of(column, data["one_of"], type_name)
    return condition


def _any_of(column: str, global_ids: Iterable[str], type_name: str) -> Q:
    keys = [integer_key(global_id, type_name) for global_id in _bounded(list(global_ids))]
    return Q(**{f"{column}__in": [key for key in keys if key is not None]})


def _label_condition(data: Any) -> Q:
    """Return the condition of a label filter: all its parts hold. An unknown label is nobody's."""
    condition = Q()
    if data.get("eq") is not None:
        condition &= _labelled([data["eq"]])
    if data.get("one_of") is not None:
        condition &= _labelled(data["one_of"])
    if data.get("not_one_of") is not None:
        condition &= ~_labelled(data["not_one_of"])
    return condition


def _labelled(global_ids: Iterable[str]) -> Q:
    """Return the condition of the accounts that have one of the labels, as a semi-join on the assignments."""
    return Q(
        Exists(AccountLabel.objects.filter(_any_of("label_id", global_ids, "LoyaltyLabel"), account=OuterRef("pk")))
    )


def _integer_condition(column: str, data: Any) -> Q:
    condition = Q()
    if data.get("eq") is not None:
        condition &= Q(**{column: data["eq"]})
    bounds = data.get("range") or {}
    for name in ("gte", "lte"):
        if bounds.get(name) is not None:
            condition &= Q(**{f"{column}__{name}": bounds[name]})
    return condition


def _moments(data: Any | None) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    bounds = ((data or {}).get("gte"), (data or {}).get("lte"))
    if any(bound is not None and bound.tzinfo is None for bound in bounds):
        raise GraphQLError("A time must have a time zone.")
    return bounds


def _bounded(items: Any) -> Any:
    if len(items) > MAX_ITEMS:
        raise GraphQLError(f"A filter must not have more than {MAX_ITEMS} items.")
    return items
