"""The audit of the points that memberships give at their start: one award to each that has begun, or a stated reason.

Reasons are that its order took it back, that staff called it off before it began, that the account is closed or was
when it began, that it is frozen or the sweep is about to try again, and that it could not hold them. Reads only.
Held by ``tests/auditing/test_start_points.py``.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..ledger import Finding
from ..memberships import BEGUN, start_keys
from ..models import (
    AccountChange,
    AccountChangeKind,
    AccountStatus,
    LoyaltyTransaction,
    Membership,
    Source,
    TransactionType,
)
from ..rules.money import POINTS_MAX

TRIED_WITHIN = datetime.timedelta(days=2)
"""The sweep that follows memberships tries daily what it could not give."""


def find_start_point_faults(
    account_ids: Sequence[int], *, at: datetime.datetime, using: str = "default"
) -> Iterator[Finding]:
    """Yield what is wrong with the points that these accounts' memberships have given, and with the awards that these
    accounts got. At most four statements."""
    own = {membership.pk: membership for membership in _giving(using).filter(account_id__in=account_ids)}
    got = list(
        LoyaltyTransaction.objects.using(using)
        .filter(account_id__in=account_ids, source=Source.PLAN, type=TransactionType.GIVE)
        .order_by("pk")
    )
    awards = _awards_of(own.values(), using=using)
    for membership in own.values():
        yield from _faults_of(membership, awards, at=at)
    # A membership that was merged into another account has left its award behind.
    numbers = {_number_of(award) for award in got} - own.keys()
    moved = _giving(using).filter(pk__in=numbers) if numbers else ()
    known = {key for membership in (*own.values(), *moved) for key in start_keys(membership)}
    for award in got:
        if award.idempotency_key not in known:
            message = f"{award.points} points were given for a membership's start, and none knows of it."
            yield Finding("START_POINTS_MISMATCH", award.account_id, award.pk, message)


def _giving(using: str) -> QuerySet[Membership]:
    """Return memberships that give points at their start, with whether their account was ended and began again."""
    begun_again = AccountChange.objects.using(using).filter(
        account=OuterRef("account_id"),
        kind=AccountChangeKind.ACCOUNT_REOPENED,
        created_at__gte=OuterRef("created_at"),
    )
    memberships = Membership.objects.using(using).filter(Q(start_points__gt=0) | Q(points_round__gt=0))
    return memberships.select_related("account").annotate(was_ended=Exists(begun_again)).order_by("pk")


def _awards_of(memberships: Collection[Membership], *, using: str) -> Mapping[tuple[int, str], LoyaltyTransaction]:
    keys = [key for membership in memberships for key in start_keys(membership)]
    if not keys:
        return {}
    programs = {membership.account.program_id for membership in memberships}
    awards = LoyaltyTransaction.objects.using(using).filter(program_id__in=programs, idempotency_key__in=keys)
    return {(award.program_id, award.idempotency_key): award for award in awards}


def _faults_of(
    membership: Membership, awards: Mapping[tuple[int, str], LoyaltyTransaction], *, at: datetime.datetime
) -> Iterator[Finding]:
    account, last = membership.account, None
    for key in start_keys(membership):
        last = awards.get((account.program_id, key))
        if last is None:
            message = f"Membership {membership.pk} has given points at its start, and their transaction is not there."
            yield Finding("START_POINTS_MISMATCH", account.pk, None, message)
    if membership.points_given and last is not None and last.points != membership.points_given:
        message = f"Membership {membership.pk} says that it gave {membership.points_given} points, not {last.points}."
        yield Finding("START_POINTS_MISMATCH", account.pk, last.pk, message)
    if _is_owed(membership) and not _is_tried(membership, at=at):
        message = f"Membership {membership.pk} has begun and has not given its {membership.start_points} points."
        yield Finding("START_POINTS_MISSING", account.pk, None, message)


def _is_owed(membership: Membership) -> bool:
    account = membership.account
    return (
        membership.followed_status in BEGUN
        and membership.points_given == 0 < membership.start_points
        and account.status == AccountStatus.ACTIVE
        and account.balance + membership.start_points <= POINTS_MAX
        and not membership.was_ended  # type: ignore[attr-defined]  # annotated
    )


def _is_tried(membership: Membership, *, at: datetime.datetime) -> bool:
    again_on = membership.next_change_on
    return again_on is not None and abs(again_on - at.date()) <= TRIED_WITHIN


def _number_of(award: LoyaltyTransaction) -> int:
    """Return the key of the membership that an award names; 0 where it names none."""
    number = award.external_reference.rpartition(":")[2]
    return int(number) if number.isdecimal() and len(number) < 19 else 0
