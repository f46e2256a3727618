"""The data loaders of memberships, and of what rules ask about a customer."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from ..memberships import CustomerWords, read_customer_words
from ..models import Label, Membership, MembershipChange, MembershipFreeze, MembershipPlan, PlanVariant
from .dataloaders import ByIdLoader, Loader

LIST_MAX = 100
"""Memberships of one account, and entries of one history, in an answer: the newest."""


def newest_of(rows: QuerySet[Any], *, of: str) -> QuerySet[Any]:
    """Return the newest rows of each ``of``, at most ``LIST_MAX``, the newest first. One statement for all."""
    place = Window(RowNumber(), partition_by=F(of), order_by=F("pk").desc())
    return rows.alias(place=place).filter(place__lte=LIST_MAX).order_by("-pk")


class MembershipsByAccountIdLoader(Loader):
    """The newest memberships of an account, the newest first."""

    def load_all(self, keys: list[int]) -> list[list[Membership]]:
        found: dict[int, list[Membership]] = defaultdict(list)
        for row in newest_of(self.rows(Membership).filter(account_id__in=keys), of="account_id"):
            found[row.account_id].append(row)
        return [found[key] for key in keys]


class PlanByIdLoader(ByIdLoader):
    model = MembershipPlan


class LabelByIdLoader(ByIdLoader):
    model = Label


class VariantsByPlanIdLoader(Loader):
    def load_all(self, keys: list[int]) -> list[list[PlanVariant]]:
        found: dict[int, list[PlanVariant]] = defaultdict(list)
        for row in self.rows(PlanVariant).filter(plan_id__in=keys).order_by("pk"):
            found[row.plan_id].append(row)
        return [found[key] for key in keys]


class FreezesByMembershipIdLoader(Loader):
    def load_all(self, keys: list[int]) -> list[list[MembershipFreeze]]:
        found: dict[int, list[MembershipFreeze]] = defaultdict(list)
        for row in self.rows(MembershipFreeze).filter(membership_id__in=keys).order_by("from_on", "pk"):
            found[row.membership_id].append(row)
        return [found[key] for key in keys]


class HistoryByMembershipIdLoader(Loader):
    """The newest changes of a membership, the oldest of them first."""

    def load_all(self, keys: list[int]) -> list[list[MembershipChange]]:
        found: dict[int, list[MembershipChange]] = defaultdict(list)
        rows = newest_of(self.rows(MembershipChange).filter(membership_id__in=keys), of="membership_id")
        for row in reversed(rows):
            found[row.membership_id].append(row)
        return [found[key] for key in keys]


class CustomerWordsLoader(Loader):
    """What rules ask about customers. The keys are (program id, what is needed, user id)."""

    def load_all(self, keys: list[tuple[int, frozenset[str], int]]) -> list[CustomerWords]:
        users: dict[tuple[int, frozenset[str]], set[int]] = defaultdict(set)
        for program_id, needed, user_id in keys:
            users[program_id, needed].add(user_id)
        found = {
            (program_id, needed): read_customer_words(
                user_ids, program_id=program_id, needed=needed, at=self.request.at, using=self.request.using
            )
            for (program_id, needed), user_ids in users.items()
        }
        return [found[program_id, needed][user_id] for program_id, needed, user_id in keys]
