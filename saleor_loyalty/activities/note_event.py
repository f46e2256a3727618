"""``note_event``: the program itself found out that something happened with a customer; exactly once."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..models import ENDED_ACCOUNT_STATUSES, ActorKind, ReportedEvent
from ..programs import VersionInForce
from .award_event import award_event
from .persons import lock_person


def note_event(
    account_id: int,
    *,
    name: str,
    key: str,
    occurred_at: datetime.datetime,
    at: datetime.datetime,
    in_force: VersionInForce,
    registered_before: bool = False,
    came_before: bool = False,
) -> ReportedEvent | None:
    """Record the event on the account and award what it earns. None where the account is gone or over.

    Args:
        key: the event's idempotency key in the program. No report has it: theirs are kept apart by the prefix.
        in_force: the version to judge by; the event keeps it, should it have to wait.
        registered_before, came_before: see ``ReportedEvent``.

    Locks: the account and the same person's others. Idempotency: by key; a second call changes nothing. Needs no
    atomic block.
    """
    with transaction.atomic():
        account = lock_person(account_id)
        if account is None or account.status in ENDED_ACCOUNT_STATUSES:
            return None
        event, is_new = ReportedEvent.objects.get_or_create(
            program_id=account.program_id,
            idempotency_key=f"{PREFIX}{key}",
            defaults={
                "account": account,
                "name": name,
                "occurred_at": occurred_at,
                "created_at": at,
                "actor_kind": ActorKind.SYSTEM,
                "program_version_id": in_force.version.version_id,
                "registered_before": registered_before,
                "came_before": came_before,
            },
        )
        if event.account_id == account.pk:
            award_event(event, account=account, at=at, in_force=in_force if is_new else None)
        return event


PREFIX = "program:"
"""Of the keys of these events; ``report_event`` takes no key that begins with it."""
