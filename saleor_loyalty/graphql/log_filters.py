"""The filter of the points log. An id that is malformed, of another type or unknown matches nothing.

The owner of an account reads its log too, so what only staff may know cannot be asked for by filtering either.
"""

from __future__ import annotations

import datetime
from typing import Any

import graphene
from graphql import GraphQLError

from ..host import Requester
from ..log import FILTER_ITEMS_MAX, SEARCH_LENGTH_MAX, TransactionFilter
from ..moments import BEYOND_CALENDAR, is_within_calendar
from ..storable_text import is_storable, storable_part
from . import host_types
from .enums import LoyaltySourceEnum, LoyaltyTransactionTypeEnum
from .filters import LoyaltyIntFilterInput, LoyaltyLabelFilterInput, excluded_keys, integer_bounds
from .ids import integer_key, text_key
from .permissions import PermissionDenied

NEEDS_STAFF = " Needs MANAGE_LOYALTY."
_NO_KEY = 0
"""The key of no row."""
_FOR_STAFF = ("apps", "batches", "labels", "users")


def _ids(description: str) -> Any:
    return graphene.List(graphene.NonNull(graphene.ID), description=description)


def _texts(description: str) -> Any:
    return graphene.List(graphene.NonNull(graphene.String), description=description)


class LoyaltyTransactionFilterInput(graphene.InputObjectType):  # type: ignore[misc]
    type = graphene.List(graphene.NonNull(LoyaltyTransactionTypeEnum), description="One of these types.")
    source = graphene.List(graphene.NonNull(LoyaltySourceEnum), description="One of these sources.")
    created_at = graphene.Field(host_types.DateTimeRangeInput, description="When it was written.")
    occurred_at = graphene.Field(host_types.DateTimeRangeInput, description="When it happened.")
    points_change = graphene.Field(
        LoyaltyIntFilterInput, description="By its points: from 1 what was given, to -1 what was taken."
    )
    programs = _ids("Of one of these programs.")
    accounts = _ids("Of one of these accounts.")
    channels = _texts('Of the channels of these slugs; "" is what belongs to no channel.')
    orders = _ids("Of one of these orders.")
    order_numbers = _texts("Of the orders of these numbers.")
    batches = _ids("Posted by one of these batches." + NEEDS_STAFF)
    labels = graphene.Field(
        LoyaltyLabelFilterInput, description="Of accounts with, or without, these labels now." + NEEDS_STAFF
    )
    users = _ids(
        "Done by one of these staff members or customers; together with `apps`, by one of either. Needs "
        "MANAGE_LOYALTY and MANAGE_USERS."
    )
    apps = _ids("Done by one of these apps." + NEEDS_STAFF)


def transaction_filter(data: Any | None, *, requester: Requester, search: str | None = None) -> TransactionFilter:
    """Return the filter of an input and a search text, which finds people only for those who may know them.

    Raises GraphQLError for a list or text that is too long and a time without time zone, PermissionDenied for a part
    that is not the requester's to ask.
    """
    data = data or {}
    if any(data.get(name) is not None for name in _FOR_STAFF) and not requester.can_manage_loyalty:
        raise PermissionDenied("MANAGE_LOYALTY")
    if data.get("users") is not None and not requester.can_manage_users:
        raise PermissionDenied("MANAGE_LOYALTY", "MANAGE_USERS")
    created_from, created_to = _moments(data.get("created_at"))
    occurred_from, occurred_to = _moments(data.get("occurred_at"))
    points_from, points_to = integer_bounds(data.get("points_change"))
    label, with_labels, without_labels = _labels(data.get("labels"))
    return TransactionFilter(
        types=_tuple(data.get("type")),
        sources=_tuple(data.get("source")),
        created_from=created_from,
        created_to=created_to,
        occurred_from=occurred_from,
        occurred_to=occurred_to,
        points_from=points_from,
        points_to=points_to,
        program_ids=_keys(data.get("programs"), "LoyaltyProgram"),
        account_ids=_keys(data.get("accounts"), "LoyaltyAccount"),
        channel_slugs=_storable(data.get("channels")),
        order_ids=_texts_of(data.get("orders"), host_types.Order._meta.name),
        order_numbers=_storable(data.get("order_numbers")),
        batch_ids=_keys(data.get("batches"), "LoyaltyBatch"),
        label_id=label,
        label_ids=with_labels,
        without_label_ids=without_labels,
        user_ids=_keys(data.get("users"), host_types.User._meta.name),
        app_ids=_keys(data.get("apps"), host_types.App._meta.name),
        search=_search(search),
        search_customers=bool(_search(search)) and requester.can_manage_users,
    )


def _search(text: str | None) -> str:
    wanted = storable_part(text or "").strip()
    if len(wanted) > SEARCH_LENGTH_MAX:
        raise GraphQLError(f"A search text must not be longer than {SEARCH_LENGTH_MAX} characters.")
    return wanted


def _tuple(items: Any | None) -> tuple[Any, ...] | None:
    if items is None:
        return None
    if len(items) > FILTER_ITEMS_MAX:
        raise GraphQLError(f"A filter must not have more than {FILTER_ITEMS_MAX} items.")
    return tuple(dict.fromkeys(items))


def _storable(texts: Any | None) -> tuple[str, ...] | None:
    items = _tuple(texts)
    return None if items is None else tuple(text for text in items if is_storable(text))


def _keys(global_ids: Any | None, type_name: str) -> tuple[int, ...] | None:
    items = _tuple(global_ids)
    if items is None:
        return None
    keys = (integer_key(global_id, type_name) for global_id in items)
    return tuple(key for key in keys if key is not None)


def _texts_of(global_ids: Any | None, type_name: str) -> tuple[str, ...] | None:
    items = _tuple(global_ids)
    if items is None:
        return None
    keys = (text_key(global_id, type_name) for global_id in items)
    return tuple(key for key in keys if key is not None)


def _labels(data: Any | None) -> tuple[int | None, tuple[int, ...] | None, tuple[int, ...] | None]:
    data = data or {}
    only = data.get("eq")
    label_id = None if only is None else integer_key(only, "LoyaltyLabel") or _NO_KEY
    excluded = data.get("not_one_of")
    without = None if excluded is None else excluded_keys(excluded)
    return label_id, _keys(data.get("one_of"), "LoyaltyLabel"), without


def _moments(data: Any | None) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    bounds = ((data or {}).get("gte"), (data or {}).get("lte"))
    if any(bound is not None and bound.tzinfo is None for bound in bounds):
        raise GraphQLError("A time must have a time zone.")
    if not all(bound is None or is_within_calendar(bound) for bound in bounds):
        raise GraphQLError(BEYOND_CALENDAR)
    return bounds
