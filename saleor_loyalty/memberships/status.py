"""What a membership is at a moment: UPCOMING, ACTIVE, FROZEN, ENDED or CANCELED.

It follows from the dates, the latest freeze and the cancellation alone, in Python and in SQL alike, so that it is
right also when no sweep ran. Reads only. Held by ``tests/memberships/test_status.py``, which compares the two.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.db.models import DateField, DateTimeField, F, Func, Q, QuerySet, TextChoices, Value

from ..models import Membership
from .dates import local_day


class MembershipStatus(TextChoices):
    UPCOMING = "UPCOMING"
    """It waits for its order, for the one before it, or for its first day."""
    ACTIVE = "ACTIVE"
    FROZEN = "FROZEN"
    ENDED = "ENDED"
    CANCELED = "CANCELED"


RUNNING = frozenset({MembershipStatus.ACTIVE, MembershipStatus.FROZEN})
"""Begun and not over."""


def status_of(membership: Membership, *, at: datetime.datetime) -> str:
    """Return the membership's status at ``at``. No statement."""
    if membership.canceled_at is not None and membership.canceled_at <= at:
        return MembershipStatus.CANCELED.value
    today = local_day(at, membership.time_zone)
    if membership.starts_on is None or today < membership.starts_on:
        return MembershipStatus.UPCOMING.value
    if membership.ends_on is not None and today >= membership.ends_on:
        return MembershipStatus.ENDED.value
    return (MembershipStatus.FROZEN if is_frozen_on(membership, today) else MembershipStatus.ACTIVE).value


def is_frozen_on(membership: Membership, day: datetime.date) -> bool:
    """Return whether the latest freeze covers the day."""
    start, until = membership.frozen_from, membership.frozen_until
    return start is not None and start <= day and (until is None or day < until)


def where_status(
    memberships: QuerySet[Membership], statuses: Collection[str], *, at: datetime.datetime
) -> QuerySet[Membership]:
    """Return those memberships that have one of the statuses at ``at``."""
    condition = Q(pk__in=())
    for status in statuses:
        condition |= _CONDITIONS[status](at)
    return memberships.alias(today=local_day_in_sql(at)).filter(condition)


def local_day_in_sql(at: datetime.datetime) -> Any:
    """Return an expression for the day that it is at ``at`` in the time zone of each membership."""
    return Func(
        Value(at, output_field=DateTimeField()),
        F("time_zone"),
        template="(%(expressions)s)::date",
        arg_joiner=" AT TIME ZONE ",
        output_field=DateField(),
    )


def _not_canceled(at: datetime.datetime) -> Q:
    return Q(canceled_at__isnull=True) | Q(canceled_at__gt=at)


def _running(at: datetime.datetime) -> Q:
    return _not_canceled(at) & Q(starts_on__lte=F("today")) & (Q(ends_on__isnull=True) | Q(ends_on__gt=F("today")))


_FROZEN = Q(frozen_from__isnull=False, frozen_from__lte=F("today")) & (
    Q(frozen_until__isnull=True) | Q(frozen_until__gt=F("today"))
)
_NOT_FROZEN = Q(frozen_from__isnull=True) | Q(frozen_from__gt=F("today")) | Q(frozen_until__lte=F("today"))
_CONDITIONS = {
    MembershipStatus.CANCELED.value: lambda at: Q(canceled_at__lte=at),
    MembershipStatus.UPCOMING.value: lambda at: (
        _not_canceled(at) & (Q(starts_on__isnull=True) | Q(starts_on__gt=F("today")))
    ),
    MembershipStatus.ENDED.value: lambda at: _not_canceled(at) & Q(starts_on__lte=F("today"), ends_on__lte=F("today")),
    MembershipStatus.FROZEN.value: lambda at: _running(at) & _FROZEN,
    MembershipStatus.ACTIVE.value: lambda at: _running(at) & _NOT_FROZEN,
}
