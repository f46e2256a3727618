"""The data loaders of referrals. Whoever loads what is below an account may see that account."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from ..models import Referral, ReferralChange, ReferralCode
from ..referrals import ReferralSummary, summaries_of
from .dataloaders import Loader

LIST_MAX = 100
"""Referrals of one account in an answer: the newest."""


class ReferralCodeByAccountIdLoader(Loader):
    def load_all(self, keys: list[int]) -> list[str | None]:
        rows = self.rows(ReferralCode).filter(account_id__in=keys).order_by()
        found: dict[int, str] = dict(rows.values_list("account_id", "code"))
        return [found.get(key) for key in keys]


class ReferralSummaryByAccountIdLoader(Loader):
    def load_all(self, keys: list[int]) -> list[ReferralSummary]:
        found = summaries_of(keys, at=self.request.at, using=self.request.using)
        return [found[key] for key in keys]


class ReferralsMadeByAccountIdLoader(Loader):
    """The newest referrals whose referrer the account is, the newest first."""

    def load_all(self, keys: list[int]) -> list[list[Referral]]:
        place = Window(RowNumber(), partition_by=F("referrer_id"), order_by=F("pk").desc())
        rows = self.rows(Referral).filter(referrer_id__in=keys).alias(place=place).filter(place__lte=LIST_MAX)
        found: dict[int, list[Referral]] = defaultdict(list)
        for row in rows.order_by("-pk"):
            found[row.referrer_id].append(row)
        return [found[key] for key in keys]


class ReferralClaimedByAccountIdLoader(Loader):
    """The referral by which the account's customer was invited, if any."""

    def load_all(self, keys: list[int]) -> list[Referral | None]:
        found = {row.referee_id: row for row in self.rows(Referral).filter(referee_id__in=keys).order_by()}
        return [found.get(key) for key in keys]


class HistoryByReferralIdLoader(Loader):
    """What happened to a referral, the oldest first: a handful of changes each."""

    def load_all(self, keys: list[int]) -> list[list[ReferralChange]]:
        found: dict[int, list[ReferralChange]] = defaultdict(list)
        for row in self.rows(ReferralChange).filter(referral_id__in=keys).order_by("pk"):
            found[row.referral_id].append(row)
        return [found[key] for key in keys]
