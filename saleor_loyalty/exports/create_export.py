"""Asking for an export, and calling it off."""

from __future__ import annotations

import datetime
import secrets

from django.db import transaction
from django.db.models import Max

from ..accounts import AccountFilter, account_filter_to_json
from ..analytics import time_zone_of
from ..analytics.horizon import highest_id, open_writers
from ..errors import LimitReached
from ..ledger import Actor
from ..log import TransactionFilter
from ..models import Export, ExportKind, LoyaltyAccount
from ..withdraw_exports import OPEN, withdraw_exports
from .refusals import ExportNotFound
from .waking import wake_exporter

OPEN_EXPORTS_MAX = 20
"""Exports of one program that are not finished."""
FOLDER = "saleor-loyalty/exports"


def create_export(
    program_id: int,
    *,
    wanted: TransactionFilter | AccountFilter,
    at: datetime.datetime,
    actor: Actor | None = None,
    language_code: str = "en",
    with_customers: bool = False,
    audience_id: int | None = None,
) -> Export:
    """Ask for a file of the transactions or accounts of the program that ``wanted`` means.

    Of the log it holds the rows that are there now: a row that is being written at this moment too, once its writer
    has ended. Of accounts it holds those there are now, each as it is when its part is written, if it is wanted then.
    ``with_customers``: also who the people are; whether that may be is the caller's to judge.

    Returns:
        The export, not begun yet: a task is sent when the running transaction commits.

    Raises, in this order:
        ProgramNotFound: there is no such program.
        LimitReached: so many of its exports are under way already.

    Locks and writes: one new row, no locks. Idempotency: none; each call is another export.
    """
    time_zone = time_zone_of(program_id)
    # What customers ask for about themselves holds up nobody.
    others = Export.objects.filter(program_id=program_id, status__in=OPEN).exclude(kind=ExportKind.PERSON)
    if others.count() >= OPEN_EXPORTS_MAX:
        raise LimitReached(f"At most {OPEN_EXPORTS_MAX} exports of a program can be under way.")
    is_log = isinstance(wanted, TransactionFilter)
    with transaction.atomic():
        export = Export.objects.create(
            program_id=program_id,
            kind=ExportKind.LOG if is_log else ExportKind.ACCOUNTS,
            audience_id=audience_id,
            filter=wanted.to_json() if isinstance(wanted, TransactionFilter) else account_filter_to_json(wanted),
            language_code=language_code,
            time_zone=time_zone,
            with_customers=with_customers,
            # The highest id first: whoever draws a lower one later than this is among the writers.
            last_id=highest_id() if is_log else _highest_account_id(program_id),
            writers=open_writers() if is_log else [],
            folder=f"{FOLDER}/{secrets.token_urlsafe(24)}",
            actor_kind=actor.kind if actor else Actor().kind,
            actor_id=actor.id if actor else None,
            created_at=at,
        )
        wake_exporter(export.pk)
    return export


def cancel_export(export_id: int, *, at: datetime.datetime) -> Export:
    """Call an export off. Whoever writes it loses the right to; what is written is deleted by the periodic task.

    Raises ExportNotFound. Idempotency: one that has ended stays as it is.
    """
    withdraw_exports(Export.objects.filter(pk=export_id, status__in=OPEN), at=at)
    export = Export.objects.filter(pk=export_id).first()
    if export is None:
        raise ExportNotFound
    return export


def _highest_account_id(program_id: int) -> int:
    return LoyaltyAccount.objects.filter(program_id=program_id).aggregate(highest=Max("pk"))["highest"] or 0
