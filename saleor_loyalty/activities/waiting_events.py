"""Events that came while the operator had switched the host's plugin off: judged once it is on again."""

from __future__ import annotations

import datetime
import functools

from django.db import transaction

from ..host import get_host
from ..models import ENDED_ACCOUNT_STATUSES, EventState, ReportedEvent
from ..sweeping import try_alone
from .award_event import award_event
from .persons import lock_person


def judge_waiting_events(*, after_id: int, limit: int, at: datetime.datetime) -> int | None:
    """Judge the next ``limit`` events that wait, after that one. Returns the last one looked at, None at the end.

    An event that cannot be judged is logged, waits on, and does not stop the others. Of an account that is over it
    stays. Locks: the account and the same person's others, in a block of its own for each event. Idempotent.
    """
    if not get_host().is_active():
        return None
    waiting = ReportedEvent.objects.filter(state=EventState.WAITING, pk__gt=after_id).order_by("pk")
    event_ids = list(waiting.values_list("pk", flat=True)[:limit])
    for event_id in event_ids:
        try_alone(functools.partial(_judge, at=at), event_id, complaint="The event %s could not be judged.")
    return event_ids[-1] if len(event_ids) == limit else None


def _judge(event_id: int, *, at: datetime.datetime) -> None:
    account_id = ReportedEvent.objects.values_list("account_id", flat=True).get(pk=event_id)
    with transaction.atomic():
        account = lock_person(account_id)
        event = ReportedEvent.objects.get(pk=event_id)
        if account is None or event.account_id != account.pk or account.status in ENDED_ACCOUNT_STATUSES:
            return
        award_event(event, account=account, at=at)
