"""The data loaders of batches: each a number of statements that does not grow with the list."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Value

from ..models import Batch, BatchRow, BatchRowStatus
from .connection import Page, PageArguments, Sort, make_page, page_queryset, parse_integer
from .dataloaders import ByIdLoader, Loader

BY_NUMBER = Sort(name="NUMBER", column="number", parse=parse_integer)


class BatchByIdLoader(ByIdLoader):
    model = Batch


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchRowPageKey:
    """Which page of a batch's rows. ``total`` is what the batch itself says of their number."""

    batch_id: int
    only_failed: bool
    arguments: PageArguments
    total: int


class BatchRowPageLoader(Loader):
    """Pages of the rows of batches: one statement, a union of one limited index scan for each page."""

    def load_all(self, keys: list[BatchRowPageKey]) -> list[Page]:
        pages = []
        for number, key in enumerate(keys):
            rows = self.rows(BatchRow).filter(batch_id=key.batch_id)
            if key.only_failed:
                rows = rows.filter(status=BatchRowStatus.FAILED)
            pages.append(page_queryset(rows, BY_NUMBER, key.arguments).annotate(page_number=Value(number)))
        found: dict[int, list[Any]] = defaultdict(list)
        for row in pages[0].union(*pages[1:], all=True) if len(pages) > 1 else pages[0]:
            found[row.page_number].append(row)
        return [
            make_page(found[number], BY_NUMBER, key.arguments, count=lambda total=key.total: total)  # type: ignore[misc]
            for number, key in enumerate(keys)
        ]
