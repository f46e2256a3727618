"""The orders in which lists may be asked for, as keyset sorts, and the annotations they need."""

from __future__ import annotations

import datetime
from typing import Any

import graphene
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce

from ..models.account import BEGINNING_OF_TIME
from .connection import Sort, parse_integer, parse_moment, parse_text
from .enums import LoyaltyAccountSortField, LoyaltyTransactionSortField
from .host_types import OrderDirection

END_OF_TIME = datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC)


class LoyaltyAccountSortingInput(graphene.InputObjectType):  # type: ignore[misc]
    direction = graphene.Argument(OrderDirection, required=True)
    field = graphene.Argument(LoyaltyAccountSortField, required=True)


class LoyaltyTransactionSortingInput(graphene.InputObjectType):  # type: ignore[misc]
    direction = graphene.Argument(OrderDirection, required=True)
    field = graphene.Argument(LoyaltyTransactionSortField, required=True)


_ACCOUNT_COLUMNS: dict[str, tuple[str, Any]] = {
    "BALANCE": ("balance", parse_integer),
    "EARNED": ("given", parse_integer),
    "CREATED": ("created_at", parse_moment),
    "LAST_ACTIVITY": ("last_activity", parse_moment),
    "CUSTOMER": ("customer", parse_text),
}
NEWEST_FIRST = Sort(name="NEWEST", column="id", parse=parse_integer, is_descending=True)
"""Of whatever has an id that grows as rows are written."""
OLDEST_FIRST = Sort(name="OLDEST", column="id", parse=parse_integer)
SOONEST_EXPIRY_FIRST = Sort(name="EXPIRY", column="expiry", parse=parse_moment)


def account_sort(sort_by: Any | None) -> Sort:
    """Return the order of an account list; the newest account first without ``sort_by``."""
    if sort_by is None:
        return NEWEST_FIRST
    column, parse = _ACCOUNT_COLUMNS[sort_by["field"]]
    return Sort(name=sort_by["field"], column=column, parse=parse, is_descending=sort_by["direction"] == "-")


def annotate_for_account_sort(queryset: QuerySet[Any], sort: Sort) -> QuerySet[Any]:
    """Return the accounts with the column that the sort needs; by CUSTOMER the list adds it itself."""
    if sort.column == "last_activity":
        return queryset.annotate(last_activity=Coalesce("last_transaction_at", Value(BEGINNING_OF_TIME)))
    return queryset


def log_sort(sort_by: Any | None) -> Sort:
    """Return the order of the log of many accounts, the newest first without ``sort_by``. Ids grow as transactions are
    written, so both fields are the order of the ids, which is an index."""
    if sort_by is None or sort_by["direction"] == "-":
        return NEWEST_FIRST
    return OLDEST_FIRST


def transaction_sort(sort_by: Any | None) -> Sort:
    """Return the order of one account's transactions; the last one first without ``sort_by``."""
    if sort_by is None:
        return Sort(name="SEQUENCE", column="sequence", parse=parse_integer, is_descending=True)
    is_descending = sort_by["direction"] == "-"
    if sort_by["field"] == "CREATED_AT":
        return Sort(name="CREATED_AT", column="created_at", parse=parse_moment, is_descending=is_descending)
    return Sort(name="SEQUENCE", column="sequence", parse=parse_integer, is_descending=is_descending)
