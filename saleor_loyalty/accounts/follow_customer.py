"""``follow_customer``: what follows from a customer's being here, registered or confirmed.

Whoever has something to do when a customer joins adds a step; nothing else has to change. Steps are asked for by
hooks, which come twice, late or never, and by the walk over changed customers: each looks at the customer as it now
is, and does once what is to be done. One that fails is logged, and does not stop the others; the customer is kept, and
followed again until nothing fails.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable

from ..activities import CUSTOMERS, award_joining
from ..host import get_host
from ..models import ReconciliationState
from ..sweeping import keep_failed, retry_failed, try_alone
from .claim_guest_points import claim_guest_points

STEPS: tuple[Callable[..., object], ...] = (
    claim_guest_points,
    award_joining,
)
"""In this order: what waited for a guest comes first."""

FIRST_WINDOW = datetime.timedelta(days=2)
"""How far back the very first walk looks."""
OVERLAP = datetime.timedelta(hours=1)
"""Walked again each time: a transaction commits after the moment that it writes into its rows, and clocks differ."""


def follow_customer(user_id: int, *, at: datetime.datetime) -> int:
    """Do what follows from the customer as he now is. Returns how many steps failed. Idempotent.

    Writes: where a step failed, that the customer is to be followed again."""
    complaint = "What follows from customer %s failed."
    acts = [functools.partial(step, at=at) for step in STEPS]
    failed = sum(not try_alone(act, user_id, complaint=complaint) for act in acts)
    if failed:
        keep_failed(CUSTOMERS, user_id, at=at)
    return failed


def follow_changed_customers(*, at: datetime.datetime, limit: int) -> bool:
    """Follow the next ``limit`` customers that changed, from where the last walk ended; return whether there are more.

    It finds what no hook told of; as it begins, it follows also as many of those again that failed before. Not while
    the operator has switched the host's plugin off: the walk stays where it is. Two walks at once do the same twice,
    which changes nothing.
    """
    state, _is_new = ReconciliationState.objects.get_or_create(
        name=CUSTOMERS, defaults={"position_at": at - FIRST_WINDOW}
    )
    if not get_host().is_active():
        return False
    if not state.position_id:
        retry_failed(CUSTOMERS, act=lambda user_id: not follow_customer(user_id, at=at), limit=limit, at=at)
    changed = list(
        get_host().changed_users(since=state.position_at, after_id=int(state.position_id or 0), limit=limit)
    )
    for _changed_at, user_id in changed:
        follow_customer(user_id, at=at)
    has_more = len(changed) >= limit
    position_at, position_id = (changed[-1][0], str(changed[-1][1])) if has_more else (at - OVERLAP, "")
    ReconciliationState.objects.filter(pk=state.pk, position_at=state.position_at).update(
        position_at=position_at, position_id=position_id, finished_at=state.finished_at if has_more else at
    )
    return has_more
