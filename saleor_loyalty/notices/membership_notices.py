"""Finding whose memberships end soon, noting that they are told, and telling the world outside (A-193).

The program's rules say how many days before (``memberships.noticeDays``), counted in each membership's own time zone.
Of each end a notice of so many days is noted once (unique constraint); where several have come at once only the
shortest is. One whose end moves is told of the new end again. Nobody is told of a membership

- that is cancelled, frozen or over: a frozen one gets its days back;
- that goes on: another one of the same plan begins on its end at the latest, and ends later;
- that began on the day of the notice or after it: what is sold for a week is not announced to end in a month;
- of an account that is frozen, closed or anonymized.

Guests' memberships are told to endpoints as all others are; whether the customer gets a letter is ``send_notices``'s.
"""

from __future__ import annotations

import datetime
import functools

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from ..events import MEMBERSHIP_EXPIRING, Fact, emit_all
from ..lock_objects import loyalty_account_qs_select_for_update
from ..memberships import MembershipStatus, about_to_expire, membership_payload, where_status
from ..models import AccountStatus, LoyaltyProgram, Membership, MembershipNotice, ProgramStatus
from ..programs import load_version
from ..sweeping import sweep


def note_expiring_memberships(*, at: datetime.datetime, limit: int) -> int:
    """Note the notices of the memberships of at most ``limit`` accounts, for each number of days of each program, and
    emit their events. Returns of how many accounts.

    Locks: one account after the other, each in an atomic block of its own: what is told is so, and comes in the order
    of the account's other events. An account that fails is logged, stops no other and is tried again. Idempotent.
    Cost: one statement for each number of days, and four for each account that is told.
    """
    count = 0
    programs = LoyaltyProgram.objects.filter(status=ProgramStatus.ACTIVE, published_version__isnull=False)
    for program_id, version_id in list(programs.order_by("pk").values_list("pk", "published_version_id")):
        # The shortest first: whoever is told now is not told by the longer ones any more.
        for days in sorted(load_version(version_id).rules.memberships.notice_days):
            due = _due(program_id, days=days, at=at)
            act = functools.partial(_note, program_id=program_id, days=days, at=at)
            complaint = "That memberships of account %s end cannot be told."
            count += sweep(due.distinct(), "account_id", act=act, limit=limit, complaint=complaint).done
    return count


def _due(program_id: int, *, days: int, at: datetime.datetime) -> QuerySet[Membership]:
    """Return the memberships whose notice of so many days is due. Found by the index on their ends."""
    told = MembershipNotice.objects.filter(
        membership=OuterRef("pk"), ends_on=OuterRef("ends_on"), days__lte=days
    ).order_by()
    next_ones = Membership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=OuterRef("ends_on")),
        account_id=OuterRef("account_id"),
        plan_id=OuterRef("plan_id"),
        starts_on__lte=OuterRef("ends_on"),
        canceled_at__isnull=True,
    ).order_by()
    soon = about_to_expire(Membership.objects.order_by(), within_days=days, at=at)
    return where_status(soon, {MembershipStatus.ACTIVE}, at=at).filter(
        ~Exists(told),
        ~Exists(next_ones),
        starts_on__lt=F("ends_on") - datetime.timedelta(days=days),
        account__program_id=program_id,
        account__status=AccountStatus.ACTIVE,
    )


@transaction.atomic
def _note(account_id: int, *, program_id: int, days: int, at: datetime.datetime) -> None:
    account = loyalty_account_qs_select_for_update().get(pk=account_id)
    # What has changed while the lock was waited for.
    memberships = list(_due(program_id, days=days, at=at).filter(account_id=account_id).order_by("pk"))
    MembershipNotice.objects.bulk_create(
        MembershipNotice(membership=membership, ends_on=membership.ends_on, days=days, created_at=at)
        for membership in memberships
        if membership.ends_on is not None
    )
    facts = [
        Fact(account_id=account_id, payload={**membership_payload(membership, account), "days": days}, occurred_at=at)
        for membership in memberships
    ]
    if facts:
        emit_all(MEMBERSHIP_EXPIRING, facts, program_id=program_id, at=at)
