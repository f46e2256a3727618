"""Repairing an account's columns and its lots' ``remaining`` from the rows that cannot change."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.db.transaction import atomic

from ..lock_objects import lot_qs_select_for_update
from ..models import Lot, LoyaltyAccount
from .account_rows import lock_account, save_account
from .debts import pay_debt
from .lots import matured_lots
from .numbers import TERMS, read_numbers
from .results import LedgerInconsistent


def rebuild_projection(account_id: int, *, at: datetime.datetime | None = None) -> dict[str, tuple[Any, Any]]:
    """Recompute what transactions, lot uses and reservations imply, and write it where the columns differ.

    Returns (old, new) by the name of the column that was repaired, empty where nothing differed; a lot is named
    ``lot <id>``. ``next_due_at`` may become earlier than need be, never later; with ``at`` a lot past its date whose
    points are set aside is left to wait for the reservation, and what no lot covers of a debit (somebody has deleted a
    lot use) is paid by the points that are free, as any debt is.

    Raises AccountNotFound; LedgerInconsistent where the rows themselves contradict each other (see the audit).
    Locks / writes: opens an atomic block; the account, then its lots.
    Idempotency: a second call returns an empty dict and writes nothing.
    """
    with atomic():
        account = lock_account(account_id)
        repaired = _rebuild_lots(account)
        numbers = read_numbers([account_id])[account_id]
        if numbers.remaining - numbers.uncovered != numbers.balance:
            raise LedgerInconsistent(
                f"Account {account_id}: its lots hold {numbers.remaining}, {numbers.uncovered} are owed,"
                f" its transactions sum up to {numbers.balance}."
            )
        expected = {
            "balance": numbers.balance,
            "pending": numbers.pending,
            "reserved": numbers.reserved,
            "debt": numbers.uncovered,
            "sequence": numbers.last_sequence,
            "last_hash": numbers.last_hash,
            "last_transaction_at": numbers.last_transaction_at,
            **{term: getattr(numbers, term) for term in TERMS},
        }
        for name, value in expected.items():
            if getattr(account, name) != value:
                repaired[name] = (getattr(account, name), value)
                setattr(account, name, value)
        if at is not None and "debt" in repaired and account.debt > 0:
            owed = account.debt
            pay_debt(account, lots=matured_lots(account, at=at, includes_due=True), at=at)
            repaired["debt"] = (repaired["debt"][0], f"{owed}, of which {owed - account.debt} were paid at once")
        due = numbers.next_due_at
        is_waiting = at is not None and due is not None and due <= at and numbers.reserved > 0
        if due is not None and not is_waiting and (account.next_due_at is None or account.next_due_at > due):
            repaired["next_due_at"] = (account.next_due_at, due)
            account.next_due_at = due
        if repaired:
            save_account(account)
        return repaired


def _rebuild_lots(account: LoyaltyAccount) -> dict[str, tuple[Any, Any]]:
    wrong = (
        Lot.objects.filter(account=account)
        .annotate(right=F("issued") - Coalesce(Sum("uses__points"), 0))
        .exclude(remaining=F("right"))
        .values_list("pk", "right")
    )
    right_by_id = dict(wrong)
    repaired: dict[str, tuple[Any, Any]] = {}
    for lot in lot_qs_select_for_update().filter(pk__in=list(right_by_id)):
        right = right_by_id[lot.pk]
        if not 0 <= right <= lot.issued:
            raise LedgerInconsistent(f"Lot {lot.pk} issued {lot.issued}, its uses leave {right}.")
        repaired[f"lot {lot.pk}"] = (lot.remaining, right)
        lot.remaining = right
        lot.save(update_fields=("remaining",), force_update=True)
    return repaired
