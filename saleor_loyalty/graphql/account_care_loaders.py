"""The data loaders of what staff did with whole accounts. Whoever loads with them has checked that the requester is
staff."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q

from ..models import AccountChange, AccountMerge, CustomField
from .dataloaders import ByIdLoader, Loader

MERGES_MAX = 100
"""Merges of one account that are shown, the newest."""


class StandingMergeByAccountIdLoader(Loader):
    """The merge by which an account went into another one, if it stands."""

    def load_all(self, keys: list[int]) -> list[AccountMerge | None]:
        merges = self.rows(AccountMerge).filter(source_id__in=keys, undone_at__isnull=True)
        found = {merge.source_id: merge for merge in merges}
        return [found.get(key) for key in keys]


class MergesByAccountIdLoader(Loader):
    """The merges of an account, on either side and undone or not, the newest first."""

    def load_all(self, keys: list[int]) -> list[list[AccountMerge]]:
        found: dict[int, list[AccountMerge]] = defaultdict(list)
        merges = self.rows(AccountMerge).filter(Q(source_id__in=keys) | Q(target_id__in=keys)).defer("moved")
        for merge in merges.order_by("-pk"):
            for account_id in (merge.source_id, merge.target_id):
                found[account_id].append(merge)
        return [found[key][:MERGES_MAX] for key in keys]


class MergeByIdLoader(Loader):
    def load_all(self, keys: list[int]) -> list[AccountMerge | None]:
        found = self.rows(AccountMerge).defer("moved").in_bulk(keys)
        return [found.get(key) for key in keys]


class LastChangeByAccountIdLoader(Loader):
    """What was last done with an account as a whole."""

    def load_all(self, keys: list[int]) -> list[AccountChange | None]:
        changes = self.rows(AccountChange).filter(account_id__in=keys)
        latest = changes.order_by("account_id", "-created_at", "-pk").distinct("account_id")
        found = {change.account_id: change for change in latest}
        return [found.get(key) for key in keys]


class AccountChangeByIdLoader(ByIdLoader):
    model = AccountChange


class CustomFieldByIdLoader(ByIdLoader):
    model = CustomField
