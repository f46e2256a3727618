"""``award_birthdays``: points on the day that a card's ready-made field says, once a year.

Whoever is found is recorded under a key of the account and the year, so that it does not matter how often this runs,
where it was stopped, or how the field is edited in between. Days of a standstill are made up for. A birthday of 29
February is on the 28th where the year has no 29th.
"""

from __future__ import annotations

import datetime
import functools
import zoneinfo

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat, Substr

from ..host import get_host
from ..models import (
    ENDED_ACCOUNT_STATUSES,
    CustomFieldValue,
    LoyaltyProgram,
    ReconciliationState,
    ReportedEvent,
)
from ..programs import VersionInForce, version_in_force
from ..rules import activity_rules, program_time_zone
from ..rules.document.event_names import BIRTHDAY
from ..rules.periods import ONE_DAY, start_of_day
from ..sweeping import Swept, sweep
from .joining import ONGOING
from .note_event import PREFIX, note_event

FIELD_KEY = "birthday"
CATCH_UP_DAYS = 62
"""What a longer standstill missed is not made up for: nobody is congratulated after more than two months."""
GAP = datetime.timedelta(days=183)
"""Between two birthdays that are paid, whatever the field said in between."""
_MOMENT = datetime.timedelta(microseconds=1)


def award_birthdays(*, at: datetime.datetime, limit: int) -> int:
    """Award the birthdays of today, and of the days that were missed, in at most ``limit`` accounts of all programs.

    Days are those of the time zone of the program's first channel. A birthday counts if the field said so before its
    day was over. While the operator has switched the host's plugin off nothing is awarded; it is made up for.

    Returns how many accounts were worked on; as many as ``limit``: there may be more.

    Locks: the account and the same person's others, in a block of its own. Idempotent: once for each account and year;
    and no second time within half a year, so that editing the field from December to January earns nothing. An account
    that fails is logged, does not stop the others, and is tried again by the next run.
    """
    done = 0
    programs = LoyaltyProgram.objects.filter(status__in=ONGOING, published_version__isnull=False)
    if not get_host().is_active():
        return 0
    for program_id in programs.order_by("pk").values_list("pk", flat=True):
        if done < limit:
            done += _award_program(program_id, at=at, limit=limit - done)
    return done


def _award_program(program_id: int, *, at: datetime.datetime, limit: int) -> int:
    now = version_in_force(program_id, at=at)
    if now is None:
        return 0
    zone = zoneinfo.ZoneInfo(program_time_zone(now.version.rules))
    today = at.astimezone(zone).date()
    state, _is_new = ReconciliationState.objects.get_or_create(
        name=f"birthdays:{program_id}", defaults={"position_at": start_of_day(today, zone=zone)}
    )
    day = max(state.position_at.astimezone(zone).date(), today - CATCH_UP_DAYS * ONE_DAY)
    done, has_failed = 0, False
    while day <= today:
        ends_at = start_of_day(day + ONE_DAY, zone=zone)
        in_force = now if day == today else version_in_force(program_id, at=ends_at - _MOMENT)
        if in_force is not None and activity_rules(in_force.version.rules, BIRTHDAY):
            swept = _award_day(program_id, day, zone=zone, in_force=in_force, at=at, limit=limit - done)
            done, has_failed = done + swept.done, has_failed or swept.failed > 0
            if done >= limit:
                return done
        if day < today and not has_failed:
            # Another run may be further already; what it did is found done.
            ReconciliationState.objects.filter(pk=state.pk, position_at__lt=ends_at).update(position_at=ends_at)
        day += ONE_DAY
    return done


def _award_day(
    program_id: int,
    day: datetime.date,
    *,
    zone: zoneinfo.ZoneInfo,
    in_force: VersionInForce,
    at: datetime.datetime,
    limit: int,
) -> Swept:
    starts_at = start_of_day(day, zone=zone)
    celebrating = _celebrating(program_id, day, known_by=start_of_day(day + ONE_DAY, zone=zone))
    act = functools.partial(_celebrate, day=day, starts_at=starts_at, in_force=in_force, at=at)
    complaint = "The birthday of account %s could not be awarded."
    return sweep(celebrating, "account_id", act=act, limit=limit, complaint=complaint)


def _celebrating(program_id: int, day: datetime.date, *, known_by: datetime.datetime) -> QuerySet[CustomFieldValue]:
    days = [f"{day:%m-%d}"]
    if (day.month, (day + ONE_DAY).month, day.day) == (2, 3, 28):
        days.append("02-29")
    key = Concat(Value(f"{PREFIX}{BIRTHDAY}:"), Cast(OuterRef("account_id"), CharField()), Value(f":{day.year}"))
    noted = ReportedEvent.objects.filter(program_id=program_id, idempotency_key=key)
    return (
        CustomFieldValue.objects.filter(
            field__program_id=program_id,
            field__key=FIELD_KEY,
            field__is_ready_made=True,
            value__lt=day.isoformat(),
            updated_at__lt=known_by,
        )
        .exclude(account__status__in=ENDED_ACCOUNT_STATUSES)
        .alias(month_and_day=Substr("value", 6, 5))
        .filter(~Exists(noted), month_and_day__in=days)
    )


def _celebrate(
    account_id: int,
    *,
    day: datetime.date,
    starts_at: datetime.datetime,
    in_force: VersionInForce,
    at: datetime.datetime,
) -> None:
    new_year = starts_at - (day.timetuple().tm_yday - 1) * ONE_DAY
    since = min(starts_at - GAP, new_year)
    paid = ReportedEvent.objects.filter(account_id=account_id, name=BIRTHDAY, points__gt=0, occurred_at__gte=since)
    note_event(
        account_id,
        name=BIRTHDAY,
        key=f"{BIRTHDAY}:{account_id}:{day.year}",
        occurred_at=starts_at,
        at=at,
        in_force=in_force,
        came_before=paid.exists(),
    )
