"""Deletes the files of exports whose time is over, and of those that were called off or failed."""

from __future__ import annotations

import datetime
import logging
from typing import Any

from django.db.models import Exists, F, OuterRef

from ..accounts import without_search
from ..host import get_host
from ..models import AccountChange, AccountChangeKind, ActorKind, Export, ExportKind, ExportStatus

logger = logging.getLogger(__name__)


def delete_expired_files(*, at: datetime.datetime, limit: int) -> int:
    """Delete the files of at most ``limit`` exports. Returns of how many.

    Files that may name somebody who has been erased since end early. With its files the search text goes that an
    export's filter had. An export is EXPIRED before its first file goes, so that no link leads to half of it. A file
    that cannot be deleted is tried again after those that have not failed, the one that failed longest ago first, so
    that no number of them holds up the others.
    """
    _withdraw_erased(at=at)
    exports = Export.objects.filter(expires_at__lte=at, files_deleted_at=None).order_by(
        F("files_tried_at").asc(nulls_first=True), "expires_at", "pk"
    )
    return sum(_delete_files(export, at=at) for export in exports[:limit])


def _withdraw_erased(*, at: datetime.datetime) -> None:
    """Let the files of many end that may name somebody who was anonymized on request since they were asked for. Those
    of one person's data end by themselves (``withdraw_exports``)."""
    by_request = AccountChange.objects.filter(
        kind=AccountChangeKind.ACCOUNT_ANONYMIZED,
        account__program_id=OuterRef("program_id"),
        created_at__gte=OuterRef("created_at"),
    ).exclude(actor_kind=ActorKind.SYSTEM)
    ready = Export.objects.filter(status=ExportStatus.READY, expires_at__gt=at).exclude(kind=ExportKind.PERSON)
    ready.filter(Exists(by_request)).update(expires_at=at)


def _delete_files(export: Export, *, at: datetime.datetime) -> bool:
    Export.objects.filter(pk=export.pk, status=ExportStatus.READY).update(status=ExportStatus.EXPIRED)
    storage = get_host().private_storage()
    try:
        for part in export.parts.order_by("number", "pk").iterator():
            storage.delete(part.name)
            part.delete()
    except Exception:
        logger.exception("A file of export %s could not be deleted.", export.pk)
        Export.objects.filter(pk=export.pk).update(files_tried_at=at)
        return False
    Export.objects.filter(pk=export.pk).update(files_deleted_at=at, filter=_forgotten(export))
    return True


def _forgotten(export: Export) -> dict[str, Any]:
    """Return the filter without its search text, which may be somebody's name. Nothing is looked for by it again."""
    if export.kind == ExportKind.PERSON:
        return dict(export.filter)
    if export.kind == ExportKind.ACCOUNTS:
        return without_search(export.filter)
    return {name: value for name, value in export.filter.items() if name not in ("search", "search_customers")}
