"""Taking exports back: those that are under way, and the files of those that are finished.

It stands below both ``exports/``, which writes files, and ``accounts/``, which ends those about a person who is
erased, or who turns out to be somebody else. Held by ``tests/accounts/test_files_of_one_person.py``.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from .models import Export, ExportKind, ExportStatus

OPEN = (ExportStatus.PENDING, ExportStatus.RUNNING)
CLAIM_LASTS = datetime.timedelta(minutes=5)
"""Longer than whoever has claimed an export needs for a part of it."""


def withdraw_exports(exports: QuerySet[Export, Any], *, at: datetime.datetime) -> None:
    """Call these exports off. No link leads to them from now on, and whoever writes one loses the right to; what is
    written is deleted by the periodic task. One statement."""
    exports.update(
        status=ExportStatus.CANCELED,
        claim="",
        claimed_until=None,
        finished_at=at,
        # Not before whoever writes a part just now has noticed.
        expires_at=at + CLAIM_LASTS,
    )


def withdraw_personal_exports(account_ids: Collection[int], *, at: datetime.datetime) -> None:
    """Call off the exports of the data of these accounts' customers, finished ones too. The accounts are locked: who
    asks for such an export meanwhile waits, and gets what is true then. One statement."""
    ending = (*OPEN, ExportStatus.READY)
    exports = Export.objects.filter(kind=ExportKind.PERSON, account_id__in=account_ids, status__in=ending)
    withdraw_exports(exports, at=at)
