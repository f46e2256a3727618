"""The data loaders of timelines. Whoever loads with them has checked that the requester is staff.

A page is cut from each source alone, by its index on the account, and these are merged: the whole answer takes one
statement for all pages of all accounts, and one more for each kind of row that is looked into.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count, Max, Value

from ..cards.timeline import COLUMNS, timeline_rows
from ..models import LotExtension, Note, OrderRecord, ReportedEvent
from .connection import Page, PageArguments, Sort, make_page, page_queryset, parse_moment
from .dataloaders import ByIdLoader, Loader

NEWEST_ENTRY_FIRST = Sort(name="TIMELINE", column="moment", parse=parse_moment, is_descending=True, tie="entry_key")


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One row of a source, in the order of ``COLUMNS``."""

    of_account: int
    entry_type: str
    moment: datetime.datetime
    entry_key: int
    row_id: int
    entry_name: str
    order_ref: str
    by_kind: str
    by_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineKey:
    account_id: int
    types: frozenset[str] | None
    arguments: PageArguments


class TimelinePageLoader(Loader):
    """Pages of timelines: one statement, a union of one limited scan for each source of each page."""

    def load_all(self, keys: list[TimelineKey]) -> list[Page]:
        scans = [
            page_queryset(rows, NEWEST_ENTRY_FIRST, key.arguments)
            .annotate(page_number=Value(number))
            .values_list("page_number", *COLUMNS)
            for number, key in enumerate(keys)
            for rows in timeline_rows(key.account_id, types=key.types, using=self.request.using)
        ]
        found: dict[int, list[TimelineEntry]] = defaultdict(list)
        if scans:
            for number, *columns in scans[0].union(*scans[1:], all=True) if len(scans) > 1 else scans[0]:
                found[number].append(TimelineEntry(*columns))
        return [self._page(found[number], key) for number, key in enumerate(keys)]

    def _page(self, entries: list[TimelineEntry], key: TimelineKey) -> Page:
        is_newest_first = key.arguments.first is not None
        entries.sort(key=lambda entry: (entry.moment, entry.entry_key), reverse=is_newest_first)
        # Each source gave as many as the whole page takes, and one that tells of more.
        rows = entries[: key.arguments.size + 1]
        count_key = (key.account_id, key.types)
        return make_page(
            rows,
            NEWEST_ENTRY_FIRST,
            key.arguments,
            count=lambda: self.request.loader(TimelineCountLoader).load(count_key),
        )


class TimelineCountLoader(Loader):
    """How many entries a timeline has. The keys are (account id, types); one statement."""

    def load_all(self, keys: list[tuple[int, frozenset[str] | None]]) -> list[int]:
        counts = [
            rows.annotate(page_number=Value(number))
            .values("page_number")
            .annotate(number=Count("pk"))
            .values_list("page_number", "number")
            for number, (account_id, types) in enumerate(keys)
            for rows in timeline_rows(account_id, types=types, using=self.request.using)
        ]
        found: Counter[int] = Counter()
        if counts:
            for number, count in counts[0].union(*counts[1:], all=True) if len(counts) > 1 else counts[0]:
                found[number] += count
        return [found[number] for number in range(len(keys))]


class NoteByIdLoader(ByIdLoader):
    model = Note


class ReportedEventByIdLoader(ByIdLoader):
    model = ReportedEvent


class LotExtensionByIdLoader(ByIdLoader):
    model = LotExtension


class LastOrderAtByAccountIdLoader(Loader):
    """When an account's last order was recorded."""

    def load_all(self, keys: list[int]) -> list[datetime.datetime | None]:
        records = self.rows(OrderRecord).filter(account_id__in=keys).order_by()
        latest = records.values_list("account_id").annotate(latest=Max("created_at"))
        found = dict(latest)
        return [found.get(key) for key in keys]
