"""Joining: points for customers who registered, whose address is confirmed, or who joined the program by name.

The host tells of customers, possibly twice or never; the reconciliation tells of all who changed. Whatever told of
them, what is awarded follows from the customer alone, so that it is the same: registering counts from the moment of
registering, by the rules that were in force then. Whoever registered before a rule was in force gets nothing by it,
unless it says so.
"""

from __future__ import annotations

import datetime
from typing import Any

from ..host import UserFacts, get_host
from ..ledger import open_account
from ..models import LoyaltyAccount, LoyaltyProgram, ProgramStatus
from ..programs import VersionInForce, version_in_force
from ..rules import activity_rules
from ..rules.document.event_names import ACCOUNT_CONFIRMED, ENROLLED, SIGNED_UP
from .note_event import note_event

CUSTOMERS = "customers"
"""The name of the walk over customers that changed, and of what failed with one of them."""
ONGOING = (ProgramStatus.ACTIVE, ProgramStatus.PAUSED)


def award_joining(user_id: int, *, at: datetime.datetime) -> int:
    """Award what the customer's registering and confirming earn in every program; returns the points of it.

    An account is opened only where a rule looks at one of the two. While the address is not confirmed the points wait
    for it; where the program gives guests nothing, they are awarded once it is.

    While the operator has switched the host's plugin off nothing is awarded: the walk makes up for it.

    Locks: the account and the same person's others, in a block of its own for each event. Idempotent: once for each
    user, event and program.
    Cost: two statements, and two for each program, where nothing is to be awarded.
    """
    facts = get_host().users([user_id]).get(user_id)
    if facts is None or not facts.is_active:
        return 0
    programs = LoyaltyProgram.objects.filter(status__in=ONGOING, published_version__isnull=False).order_by("pk")
    return sum(award_joining_of(program, facts, at=at) for program in programs)


def award_joining_of(program: LoyaltyProgram, facts: UserFacts, *, at: datetime.datetime) -> int:
    """As ``award_joining``, in one program and for a customer who is known already."""
    now = version_in_force(program.pk, at=at)
    if now is None or facts.joined_at is None:
        return 0
    then = version_in_force(program.pk, at=facts.joined_at)
    points = 0
    for name in (SIGNED_UP, ACCOUNT_CONFIRMED):
        if name == ACCOUNT_CONFIRMED and not facts.is_confirmed:
            continue
        points += _award(program, facts, name=name, then=then, now=now, at=at)
    return points


def _award(
    program: LoyaltyProgram,
    facts: UserFacts,
    *,
    name: str,
    then: VersionInForce | None,
    now: VersionInForce,
    at: datetime.datetime,
) -> int:
    registered_under_it = then is not None and bool(activity_rules(then.version.rules, name))
    values: dict[str, Any]
    if registered_under_it and name == SIGNED_UP:
        values = {"occurred_at": facts.joined_at, "in_force": then}
    elif (registered_under_it and activity_rules(now.version.rules, name)) or _includes_earlier(now, name):
        values = {"occurred_at": at, "in_force": now, "registered_before": not registered_under_it}
    else:
        return 0
    if not facts.is_confirmed and values["in_force"].version.rules.guest_earning == "NONE":
        return 0  # (nothing is given to whoever is no member; once confirmed the customer is one, and gets it)
    if not get_host().is_active():
        return 0  # (the walk over changed customers waits too, and finds this one)
    account = open_account(program, user_id=facts.id, at=at)
    event = note_event(account.pk, name=name, key=f"{name}:{facts.id}", at=at, **values)
    return event.points if event is not None else 0


def _includes_earlier(in_force: VersionInForce, name: str) -> bool:
    return any(rule.includes_earlier_customers for rule in activity_rules(in_force.version.rules, name))


def award_enrolment(account: LoyaltyAccount, *, at: datetime.datetime) -> None:
    """Award what joining the program by name earns. The caller has noted the joining, after ``lock_person``.

    Idempotent: once for each account.
    """
    in_force = version_in_force(account.program_id, at=at)
    if in_force is not None and activity_rules(in_force.version.rules, ENROLLED):
        note_event(account.pk, name=ENROLLED, key=f"{ENROLLED}:{account.pk}", occurred_at=at, at=at, in_force=in_force)
