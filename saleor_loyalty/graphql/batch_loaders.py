"""The data loaders of batches: each a number of statements that does not grow with the list."""

from __future__ import annotations

from dataclasses import dataclass

from ..models import Batch, BatchRow, BatchRowStatus
from .connection import Page, PageArguments, Sort, make_page, page_queryset, parse_integer, read_pages
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
    """Pages of the rows of batches, in one statement."""

    def load_all(self, keys: list[BatchRowPageKey]) -> list[Page]:
        pages = []
        for key in keys:
            rows = self.rows(BatchRow).filter(batch_id=key.batch_id)
            if key.only_failed:
                rows = rows.filter(status=BatchRowStatus.FAILED)
            pages.append(page_queryset(rows, BY_NUMBER, key.arguments))
        return [
            make_page(found, BY_NUMBER, key.arguments, count=lambda total=key.total: total)  # type: ignore[misc]
            for key, found in zip(keys, read_pages(pages), strict=True)
        ]
