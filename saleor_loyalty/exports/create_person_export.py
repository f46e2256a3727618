"""Asking for the file of one person's data: by staff, or by the customer."""

from __future__ import annotations

import datetime
import secrets

from django.db import transaction
from django.db.models import QuerySet

from ..errors import AccountNotFound
from ..ledger import Actor
from ..lock_objects import loyalty_account_qs_select_for_update
from ..models import Export, ExportFileType, ExportKind, ExportStatus
from ..withdraw_exports import OPEN
from .create_export import FOLDER
from .waking import wake_exporter

FOR_STAFF = "isForStaff"
"""What the filter of such an export says."""
AGAIN_AFTER = datetime.timedelta(days=1)
"""How long a customer is given the same file."""


def create_person_export(account_id: int, *, is_for_staff: bool, at: datetime.datetime, actor: Actor) -> Export:
    """Ask for a JSON file of all that is stored about the customer of the account.

    ``is_for_staff``: also what customers do not see themselves; whether the requester may is the caller's to judge.

    Returns the export: one that is under way already, or of the last day where a customer asks, else a new one.

    Raises AccountNotFound. Locks and writes: the account, so that erasing and merging it end what was asked for
    before; one new row. Idempotency: as said.
    """
    with transaction.atomic():
        account = loyalty_account_qs_select_for_update().filter(pk=account_id).first()
        if account is None:
            raise AccountNotFound
        mine = person_exports(is_for_staff=is_for_staff).filter(account=account).order_by("-pk")
        found = mine.filter(status__in=OPEN).first()
        if found is None and not is_for_staff:
            found = mine.filter(status=ExportStatus.READY, expires_at__gt=at, created_at__gt=at - AGAIN_AFTER).first()
        if found is not None:
            return found
        export = Export.objects.create(
            program_id=account.program_id,
            account=account,
            kind=ExportKind.PERSON,
            file_type=ExportFileType.JSON,
            filter={FOR_STAFF: is_for_staff},
            language_code="en",
            time_zone="UTC",
            with_customers=True,
            last_id=0,
            folder=f"{FOLDER}/{secrets.token_urlsafe(24)}",
            actor_kind=actor.kind,
            actor_id=actor.id,
            created_at=at,
        )
        wake_exporter(export.pk)
    return export


def person_exports(*, is_for_staff: bool) -> QuerySet[Export]:
    """Return the exports of one person's data that staff, or that customers, asked for."""
    return Export.objects.filter(kind=ExportKind.PERSON, filter={FOR_STAFF: is_for_staff})
