"""The data loaders of tiers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from ..models import AccountStatus, LoyaltyAccount, TierChange
from ..programs import load_version
from ..rules import count_qualifying
from ..tiers import TierNow, counts_since, read_qualifying, read_tiers
from .dataloaders import Loader

HISTORY_MAX = 100
"""Changes of one account in an answer: the newest."""


class TierByAccountLoader(Loader):
    """Where accounts stand now. The keys are the accounts themselves."""

    def load_all(self, keys: list[LoyaltyAccount]) -> list[TierNow]:
        found = read_tiers(keys, at=self.request.at, using=self.request.using)
        return [found[account.pk] for account in keys]


class QualifyingByAccountIdLoader(Loader):
    """What counts now for the tiers of a version. The keys are (version id, account id)."""

    def load_all(self, keys: list[tuple[int, int]]) -> list[Mapping[str, int | Decimal]]:
        accounts: dict[int, list[int]] = defaultdict(list)
        for version_id, account_id in keys:
            accounts[version_id].append(account_id)
        found = {}
        for version_id, account_ids in accounts.items():
            rules = load_version(version_id, using=self.request.using).rules
            since = counts_since(rules, moment=self.request.at)
            entries = read_qualifying(account_ids, rules=rules, since=since, using=self.request.using)
            for account_id in account_ids:
                counted = count_qualifying(entries.get(account_id, []), rules=rules, at=self.request.at)
                found[version_id, account_id] = counted
        return [found[key] for key in keys]


class TierChangesByAccountIdLoader(Loader):
    """The newest changes of an account's tier, the newest first."""

    def load_all(self, keys: list[int]) -> list[list[TierChange]]:
        place = Window(RowNumber(), partition_by=F("account_id"), order_by=(F("changed_at").desc(), F("pk").desc()))
        rows = self.rows(TierChange).filter(account_id__in=keys).alias(place=place).filter(place__lte=HISTORY_MAX)
        found: dict[int, list[TierChange]] = defaultdict(list)
        for row in rows.order_by("-changed_at", "-pk"):
            found[row.account_id].append(row)
        return [found[key] for key in keys]


class MembersByProgramIdLoader(Loader):
    """How many open accounts have each tier of a program, by key, as of the last look at each."""

    def load_all(self, keys: list[int]) -> list[Counter[str]]:
        rows = (
            self.rows(LoyaltyAccount)
            .filter(program_id__in=keys, status__in=(AccountStatus.ACTIVE, AccountStatus.FROZEN))
            .exclude(tier_key="")
            .order_by()
            .values_list("program_id", "tier_key")
            .annotate(Count("pk"))
        )
        found: dict[int, Counter[str]] = defaultdict(Counter)
        for program_id, tier_key, count in rows:
            found[program_id][tier_key] = count
        return [found[key] for key in keys]
