"""Customers who were there before the rules: once for each version that gives them something for joining.

The walk goes through the host's users by their keys and remembers where it is, so that a killed run is gone on with.
"""

from __future__ import annotations

import datetime

from ..host import get_host
from ..models import LoyaltyProgram, ReconciliationState
from ..programs import version_in_force
from ..sweeping import keep_failed, try_alone
from .joining import CUSTOMERS, ONGOING, award_joining_of


def award_earlier_customers(*, at: datetime.datetime, limit: int) -> int:
    """Award joining to the next ``limit`` users of the host, in each program whose rules include earlier customers.

    Returns how many users were looked at; 0 where there is nothing (more) to do, and while the operator has switched
    the host's plugin off. A customer that fails is logged, and kept for the walk over changed customers, which tries
    again until it succeeds. Idempotent.
    """
    looked_at = 0
    if not get_host().is_active():
        return 0
    programs = LoyaltyProgram.objects.filter(status__in=ONGOING, published_version__isnull=False).order_by("pk")
    for program in programs:
        in_force = version_in_force(program.pk, at=at)
        if in_force is None or not any(rule.includes_earlier_customers for rule in in_force.version.rules.activities):
            continue
        state, _is_new = ReconciliationState.objects.get_or_create(
            name=f"earlier-customers:{in_force.version.version_id}", defaults={"position_at": at, "position_id": "0"}
        )
        if state.finished_at is None:
            looked_at += _walk(program, state, at=at, limit=limit)
    return looked_at


def _walk(program: LoyaltyProgram, state: ReconciliationState, *, at: datetime.datetime, limit: int) -> int:
    user_ids = list(get_host().user_ids(after_id=int(state.position_id), limit=limit))
    facts = get_host().users(user_ids)

    def award(user_id: int) -> int:
        return award_joining_of(program, facts[user_id], at=at)

    for user_id in user_ids:
        if user_id not in facts or not facts[user_id].is_active:
            continue
        if not try_alone(award, user_id, complaint="The joining of user %s could not be awarded."):
            keep_failed(CUSTOMERS, user_id, at=at)
    states = ReconciliationState.objects.filter(pk=state.pk)
    if user_ids:
        states.update(position_id=str(user_ids[-1]))
    if len(user_ids) < limit:
        states.update(finished_at=at)
    return len(user_ids)
