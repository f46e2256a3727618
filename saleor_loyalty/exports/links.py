"""Links to a finished file: signed, for one export, and for a short time. Whoever has one may read the file.

A link names the export and its own end, and nothing else; it says nothing about where the file is.
"""

from __future__ import annotations

import datetime

from django.core import signing

from ..models import Export, ExportStatus
from .refusals import ExportGone, ExportNotFound

SALT = "saleor_loyalty.exports"
LINK_LASTS = datetime.timedelta(hours=1)
TOKEN_LENGTH_MAX = 300


def link_ends_at(export: Export, *, at: datetime.datetime) -> datetime.datetime | None:
    """Return when a link that is made now ends: with the file at the latest. None where there is no file."""
    if export.status != ExportStatus.READY or export.expires_at is None or export.expires_at <= at:
        return None
    # Whole seconds, as the link has them.
    return min(at + LINK_LASTS, export.expires_at).replace(microsecond=0)


def download_token(export: Export, *, at: datetime.datetime) -> str | None:
    """Return the secret part of a link to the file; None where there is none."""
    end = link_ends_at(export, at=at)
    if end is None:
        return None
    return signing.dumps([export.pk, int(end.timestamp())], salt=SALT)


def open_token(token: str, *, at: datetime.datetime) -> Export:
    """Return the export that a link leads to.

    Raises ExportNotFound for what was never a link of ours, ExportGone for one whose time, or whose file, is over.
    """
    if len(token) > TOKEN_LENGTH_MAX:
        raise ExportNotFound
    try:
        export_id, end = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise ExportNotFound from None
    if at.timestamp() >= end:
        raise ExportGone
    export = Export.objects.filter(pk=export_id).first()
    if export is None or link_ends_at(export, at=at) is None:
        raise ExportGone
    return export
