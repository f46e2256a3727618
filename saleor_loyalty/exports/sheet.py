"""What a kind of export consists of: its columns, its rows in the order of their ids, and how a row is written."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from ..models import Export, ExportKind
from .account_sheet import ACCOUNT_COLUMNS, CUSTOMER_COLUMNS, account_cells, wanted_accounts
from .csv_text import Cell
from .log_sheet import LOG_COLUMNS, LOG_CUSTOMER_COLUMNS, log_cells, wanted_transactions


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    columns: tuple[str, ...]
    customer_columns: tuple[str, ...]
    """The further columns of an export with customers."""
    wanted: Callable[[Export], QuerySet[Any]]
    """The rows, without an order and without an end."""
    cells: Callable[[Sequence[Any], Export, datetime.datetime], list[list[Cell]]]
    """The cells of some rows, in a number of statements that does not grow with theirs."""

    def header(self, export: Export) -> tuple[str, ...]:
        return self.columns + (self.customer_columns if export.with_customers else ())


SHEETS: dict[str, Sheet] = {
    ExportKind.LOG: Sheet(
        columns=LOG_COLUMNS, customer_columns=LOG_CUSTOMER_COLUMNS, wanted=wanted_transactions, cells=log_cells
    ),
    ExportKind.ACCOUNTS: Sheet(
        columns=ACCOUNT_COLUMNS, customer_columns=CUSTOMER_COLUMNS, wanted=wanted_accounts, cells=account_cells
    ),
}
