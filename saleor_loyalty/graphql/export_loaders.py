"""The data loaders of exports and audiences: each a number of statements that does not grow with the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum, Value

from ..audiences import audience_accounts
from ..exports import FOR_STAFF
from ..models import Audience, Export, ExportKind, ExportPart
from .connection import Page, PageArguments, make_page, page_queryset, read_pages
from .dataloaders import ByIdLoader, Loader
from .sorters import NEWEST_FIRST


class AudienceByIdLoader(ByIdLoader):
    model = Audience


class FileSizeByExportIdLoader(Loader):
    """The bytes of what is written of an export."""

    def load_all(self, keys: list[int]) -> list[int]:
        parts = self.rows(ExportPart).filter(export_id__in=keys, is_written=True).order_by().values("export_id")
        found = {row["export_id"]: row["bytes"] for row in parts.annotate(bytes=Sum("size"))}
        return [found.get(key, 0) for key in keys]


class PersonExportByAccountIdLoader(Loader):
    """The newest export of one person's data, by the account and whether staff asked for it."""

    def load_all(self, keys: list[tuple[int, bool]]) -> list[Export | None]:
        exports = self.rows(Export).filter(kind=ExportKind.PERSON, account_id__in={key[0] for key in keys})
        newest = exports.order_by("account_id", "filter", "-pk").distinct("account_id", "filter")
        found = {(export.account_id, bool(export.filter.get(FOR_STAFF))): export for export in newest}
        return [found.get(key) for key in keys]


class AccountsCountByAudienceIdLoader(Loader):
    """How many accounts are in an audience now: one statement, a union of one count for each."""

    def load_all(self, keys: list[int]) -> list[int]:
        audiences = self.rows(Audience).in_bulk(keys)
        counts: list[QuerySet[Any, Any]] = [
            audience_accounts(audience, using=self.request.using)
            .order_by()
            .values("program_id")
            .annotate(audience_id=Value(audience.pk), number=Count("pk"))
            .values_list("audience_id", "number")
            for audience in audiences.values()
        ]
        if not counts:
            return [0 for _ in keys]
        found = dict(counts[0].union(*counts[1:], all=True))
        return [found.get(key, 0) for key in keys]


@dataclass(frozen=True, kw_only=True, slots=True)
class AudiencePageKey:
    """Which page of an audience's accounts."""

    audience_id: int
    arguments: PageArguments


class AudiencePageLoader(Loader):
    """Pages of the accounts of audiences, the newest first, in one statement."""

    def load_all(self, keys: list[AudiencePageKey]) -> list[Page]:
        audiences = self.rows(Audience).in_bulk({key.audience_id for key in keys})
        pages = [
            page_queryset(
                audience_accounts(audiences[key.audience_id], using=self.request.using),
                NEWEST_FIRST,
                key.arguments,
            )
            for key in keys
        ]
        counts = self.request.loader(AccountsCountByAudienceIdLoader)
        return [
            make_page(
                rows,
                NEWEST_FIRST,
                key.arguments,
                count=lambda audience_id=key.audience_id: counts.load(audience_id),  # type: ignore[misc]
            )
            for key, rows in zip(keys, read_pages(pages), strict=True)
        ]
