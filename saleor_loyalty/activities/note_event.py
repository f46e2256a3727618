"""``note_event``: the program itself found out that something happened with a customer; exactly once."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..lock_objects import loyalty_account_qs_select_for_update
from ..models import ENDED_ACCOUNT_STATUSES, ActorKind, ReportedEvent
from ..programs import VersionInForce
from .award_event import award_event


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
        in_force, registered_before, came_before: see ``award_event``.

    Locks: the account. Idempotency: by key; a second call changes nothing. Needs no atomic block.
    """
    with transaction.atomic():
        account = loyalty_account_qs_select_for_update().filter(pk=account_id).first()
        if account is None or account.status in ENDED_ACCOUNT_STATUSES:
            return None
        event, _is_new = ReportedEvent.objects.get_or_create(
            program_id=account.program_id,
            idempotency_key=f"{PREFIX}{key}",
            defaults={
                "account": account,
                "name": name,
                "occurred_at": occurred_at,
                "created_at": at,
                "actor_kind": ActorKind.SYSTEM,
            },
        )
        if event.account_id == account.pk:
            award_event(
                event,
                account=account,
                at=at,
                registered_before=registered_before,
                came_before=came_before,
                in_force=in_force,
            )
        return event


PREFIX = "program:"
"""Of the keys of these events; ``report_event`` takes no key that begins with it."""
