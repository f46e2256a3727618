"""Deletes the files of exports whose time is over, and of those that were called off or failed."""

from __future__ import annotations

import datetime
import logging

from ..host import get_host
from ..models import Export, ExportStatus

logger = logging.getLogger(__name__)


def delete_expired_files(*, at: datetime.datetime, limit: int) -> int:
    """Delete the files of at most ``limit`` exports. Returns of how many.

    An export is EXPIRED before its first file goes, so that no link leads to half of it. A file that cannot be deleted
    is tried again by the next call.
    """
    exports = Export.objects.filter(expires_at__lte=at, files_deleted_at=None).order_by("expires_at", "pk")
    return sum(_delete_files(export, at=at) for export in exports[:limit])


def _delete_files(export: Export, *, at: datetime.datetime) -> bool:
    Export.objects.filter(pk=export.pk, status=ExportStatus.READY).update(status=ExportStatus.EXPIRED)
    storage = get_host().private_storage()
    try:
        for part in export.parts.order_by("number", "pk").iterator():
            storage.delete(part.name)
            part.delete()
    except Exception:
        logger.exception("A file of export %s could not be deleted.", export.pk)
        return False
    Export.objects.filter(pk=export.pk).update(files_deleted_at=at)
    return True
