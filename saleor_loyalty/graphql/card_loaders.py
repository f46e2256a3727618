"""The data loaders of customer cards. Whoever loads with them has checked that the requester is staff."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Lower

from ..log import TransactionFilter
from ..models import AccountLabel, CustomFieldValue, Label, Note
from .dataloaders import AccountCountLoader, AccountPageKey, AccountPageLoader, Loader


class LabelsByAccountIdLoader(Loader):
    """The labels of an account, by name."""

    def load_all(self, keys: list[int]) -> list[list[Label]]:
        found: dict[int, list[Label]] = defaultdict(list)
        assignments = self.rows(AccountLabel).filter(account_id__in=keys).select_related("label")
        for assignment in assignments.order_by(Lower("label__name"), "label_id"):
            found[assignment.account_id].append(assignment.label)
        return [found[key] for key in keys]


class AccountsCountByLabelIdLoader(Loader):
    """How many accounts have a label."""

    def load_all(self, keys: list[int]) -> list[int]:
        counted = self.rows(AccountLabel).filter(label_id__in=keys).order_by().values("label_id")
        found = {row["label_id"]: row["number"] for row in counted.annotate(number=Count("pk"))}
        return [found.get(key, 0) for key in keys]


class FieldValuesByAccountIdLoader(Loader):
    """What an account's card says in the fields that are not archived, in the order of the fields."""

    def load_all(self, keys: list[int]) -> list[list[CustomFieldValue]]:
        found: dict[int, list[CustomFieldValue]] = defaultdict(list)
        values = self.rows(CustomFieldValue).filter(account_id__in=keys, field__archived_at__isnull=True)
        for value in values.select_related("field").order_by("field_id"):
            found[value.account_id].append(value)
        return [found[key] for key in keys]


class NoteCountLoader(AccountCountLoader):
    def matching(self, row_filter: TransactionFilter) -> QuerySet[Any]:
        return self.rows(Note)


class NotePageLoader(AccountPageLoader):
    count_loader = NoteCountLoader

    def matching(self, key: AccountPageKey) -> QuerySet[Any]:
        return self.rows(Note)
