"""Which transactions of the log are wanted, as plain values.

A filter is hashable, because it is part of the keys of data loaders, and it survives a round trip through JSON,
because an export remembers it. All its parts hold; a part that is None asks nothing; contradictory parts find nothing.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from ..models import AccountLabel, Label, OrderRecord
from .search import search_condition

FILTER_ITEMS_MAX = 100
"""Items of one list."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TransactionFilter:
    """Bounds are included. Keys are primary keys, but for orders, which the host names by text."""

    types: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    created_from: datetime.datetime | None = None
    created_to: datetime.datetime | None = None
    occurred_from: datetime.datetime | None = None
    occurred_to: datetime.datetime | None = None
    points_from: int | None = None
    """Of the change: at least 1 is what was given, at most -1 what was taken."""
    points_to: int | None = None
    actor_kinds: tuple[str, ...] | None = None
    user_ids: tuple[int, ...] | None = None
    """Done by one of these staff members or customers. With ``app_ids``: by one of either."""
    app_ids: tuple[int, ...] | None = None
    program_ids: tuple[int, ...] | None = None
    channel_slugs: tuple[str, ...] | None = None
    """The empty text is what belongs to no channel."""
    account_ids: tuple[int, ...] | None = None
    order_ids: tuple[str, ...] | None = None
    order_numbers: tuple[str, ...] | None = None
    batch_ids: tuple[int, ...] | None = None
    label_id: int | None = None
    """Of accounts with this label now."""
    label_ids: tuple[int, ...] | None = None
    """Of accounts with at least one of these labels now."""
    without_label_ids: tuple[int, ...] | None = None
    """Of accounts with none of these labels now. Of nobody where one of them does not exist any more."""
    search: str = ""
    search_customers: bool = False
    """Whether the text may also find a customer by name or e-mail."""

    def condition(self, *, using: str = "default") -> Q:
        """Return the condition on LoyaltyTransaction."""
        condition = Q()
        for lookup, value in self._lookups().items():
            if value is not None:
                condition &= Q(**{lookup: value})
        condition &= self._actors()
        if self.order_ids is not None or self.order_numbers is not None:
            # What has no order is in no index of orders.
            condition &= ~Q(order_id="")
        if self.order_numbers is not None:
            orders = OrderRecord.objects.using(using).filter(order_number__in=self.order_numbers).order_by()
            condition &= Q(order_id__in=orders.exclude(order_number="").values("order_id"))
        only = None if self.label_id is None else (self.label_id,)
        for label_ids, is_wanted in ((only, True), (self.label_ids, True), (self.without_label_ids, False)):
            if label_ids is not None:
                labelled = AccountLabel.objects.using(using).filter(label_id__in=label_ids).order_by()
                has_label = Q(account_id__in=labelled.values("account_id"))
                condition &= has_label if is_wanted else ~has_label
        if self.without_label_ids:
            condition &= Label.all_exist(self.without_label_ids)
        return condition & search_condition(self.search, with_customers=self.search_customers, using=using)

    def _lookups(self) -> dict[str, Any]:
        return {
            "type__in": self.types,
            "source__in": self.sources,
            "created_at__gte": self.created_from,
            "created_at__lte": self.created_to,
            "occurred_at__gte": self.occurred_from,
            "occurred_at__lte": self.occurred_to,
            "points__gte": self.points_from,
            "points__lte": self.points_to,
            "actor_kind__in": self.actor_kinds,
            "program_id__in": self.program_ids,
            "channel_slug__in": self.channel_slugs,
            "account_id__in": self.account_ids,
            "batch_id__in": self.batch_ids,
            "order_id__in": self.order_ids,
        }

    def _actors(self) -> Q:
        if self.user_ids is None and self.app_ids is None:
            return Q()
        by_user = Q(actor_kind__in=("STAFF", "CUSTOMER"), actor_id__in=self.user_ids or ())
        return by_user | Q(actor_kind="APP", actor_id__in=self.app_ids or ())

    def to_json(self) -> dict[str, Any]:
        """Return the parts that ask something, ready for JSON."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        defaults = {field.name: field.default for field in dataclasses.fields(self)}
        return {name: _plain(value) for name, value in values.items() if value != defaults[name]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TransactionFilter:
        """Return the filter that ``to_json`` gave. Raises TypeError for a part that is not known, ValueError for a
        moment that is none."""
        return cls(**{name: _value(name, value) for name, value in data.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _value(name: str, value: Any) -> Any:
    if name.startswith(("created_", "occurred_")):
        return datetime.datetime.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value
