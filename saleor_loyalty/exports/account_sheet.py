"""Accounts as rows of a file. The columns are documented in ``docs/reference/exports.md``."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from ..accounts import account_filter_from_json, select_accounts
from ..host import get_host
from ..ledger import read_points
from ..models import AccountLabel, Export, LoyaltyAccount
from ..tiers import read_tiers
from .csv_text import Cell

ACCOUNT_COLUMNS = (
    "account",
    "status",
    "memberStatus",
    "available",
    "balance",
    "pending",
    "reserved",
    "debt",
    "earned",
    "redeemed",
    "expired",
    "reversed",
    "deducted",
    "lastActivityAt",
    "enrolledAt",
    "createdAt",
    "labels",
    "tier",
)
CUSTOMER_COLUMNS = ("userId", "email", "firstName", "lastName", "languageCode")
LABEL_SEPARATOR = "; "


def wanted_accounts(export: Export) -> QuerySet[Any]:
    accounts = select_accounts(account_filter_from_json(export.filter))
    return accounts.filter(program_id=export.program_id)


def account_cells(accounts: Sequence[LoyaltyAccount], export: Export, at: datetime.datetime) -> list[list[Cell]]:
    points_of = read_points(accounts, at=at)
    tiers = read_tiers(accounts, at=at)
    users = get_host().users({account.user_id for account in accounts if account.user_id is not None})
    labels: dict[int, list[str]] = defaultdict(list)
    assigned = AccountLabel.objects.filter(account_id__in=[account.pk for account in accounts]).order_by("label_id")
    for account_id, name in assigned.values_list("account_id", "label__name"):
        labels[account_id].append(name)
    found = []
    for account in accounts:
        points = points_of[account.pk]
        user = users.get(account.user_id) if account.user_id is not None else None
        cells: list[Cell] = [
            account.pk,
            account.status,
            user.member_status if user else "VISITOR",
            points.available,
            points.balance,
            points.pending,
            points.reserved,
            points.debt,
            points.given,
            points.redeemed,
            points.expired,
            points.reversed,
            points.deducted,
            account.last_transaction_at,
            account.enrolled_at,
            account.created_at,
            LABEL_SEPARATOR.join(labels[account.pk]),
            tiers[account.pk].standing.tier,
        ]
        if export.with_customers:
            cells.append(account.user_id)
            if user is not None:
                cells += [user.email, user.first_name, user.last_name, user.language_code]
            else:
                cells += [account.email, "", "", ""]
        found.append(cells)
    return found
