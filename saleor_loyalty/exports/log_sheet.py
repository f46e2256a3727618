"""The points log as rows of a file. The columns are documented in ``docs/reference/exports.md``."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from ..host import UserFacts, get_host
from ..log import TransactionFilter
from ..messages import render
from ..models import Export, LoyaltyAccount, LoyaltyTransaction, OrderRecord, TransactionText
from .csv_text import Cell

LOG_COLUMNS = (
    "id",
    "account",
    "sequence",
    "createdAt",
    "occurredAt",
    "type",
    "typeName",
    "source",
    "sourceName",
    "pointsChange",
    "pointsBalance",
    "reason",
    "internalNote",
    "orderNumber",
    "orderId",
    "channel",
    "reverses",
    "actorKind",
    "actorId",
    "externalReference",
    "idempotencyKey",
)
LOG_CUSTOMER_COLUMNS = ("userId", "email", "firstName", "lastName", "actorEmail")


def wanted_transactions(export: Export) -> QuerySet[Any]:
    wanted = TransactionFilter.from_json(export.filter)
    rows = LoyaltyTransaction.objects.filter(program_id=export.program_id)
    return rows.filter(wanted.condition())


def log_cells(rows: Sequence[LoyaltyTransaction], export: Export, at: datetime.datetime) -> list[list[Cell]]:
    texts = TransactionText.objects.in_bulk([row.pk for row in rows])
    order_ids = {row.order_id for row in rows if row.order_id}
    orders = OrderRecord.objects.filter(program_id=export.program_id, order_id__in=order_ids)
    numbers = dict(orders.values_list("order_id", "order_number"))
    words = _Words(export.language_code)
    people = _People(rows) if export.with_customers else None
    found = []
    for row in rows:
        text = texts.get(row.pk)
        cells: list[Cell] = [
            row.pk,
            row.account_id,
            row.sequence,
            row.created_at,
            row.occurred_at,
            row.type,
            words.say(f"TRANSACTION_{row.type}"),
            row.source,
            words.say(f"SOURCE_{row.source}"),
            row.points,
            row.balance_after,
            text.reason if text else "",
            text.internal_note if text else "",
            numbers.get(row.order_id, ""),
            row.order_id,
            row.channel_slug,
            row.reverses_id,
            row.actor_kind,
            row.actor_id,
            row.external_reference,
            row.idempotency_key,
        ]
        found.append(cells + (people.cells(row) if people else []))
    return found


class _Words:
    """The names of types and sources in one language, each looked up once."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.known: dict[str, str] = {}

    def say(self, code: str) -> str:
        if code not in self.known:
            self.known[code] = render(code, language=self.language)
        return self.known[code]


class _People:
    """Who the customers and the actors of some transactions are, read at once."""

    def __init__(self, rows: Sequence[LoyaltyTransaction]) -> None:
        self.accounts = LoyaltyAccount.objects.only("user_id", "email").in_bulk({row.account_id for row in rows})
        user_ids = {account.user_id for account in self.accounts.values() if account.user_id is not None}
        actors = {row.actor_id for row in rows if row.actor_id is not None and row.actor_kind in ("STAFF", "CUSTOMER")}
        self.users: dict[int, UserFacts] = get_host().users(user_ids | actors)

    def cells(self, row: LoyaltyTransaction) -> list[Cell]:
        account = self.accounts[row.account_id]
        user = self.users.get(account.user_id) if account.user_id is not None else None
        is_person = row.actor_id is not None and row.actor_kind in ("STAFF", "CUSTOMER")
        actor = self.users.get(row.actor_id or 0) if is_person else None
        return [
            account.user_id,
            user.email if user else account.email,
            user.first_name if user else "",
            user.last_name if user else "",
            actor.email if actor else "",
        ]
