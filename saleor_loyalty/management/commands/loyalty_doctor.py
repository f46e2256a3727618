"""``manage.py loyalty_doctor``: is everything in place where the package touches its host?

Exit codes: 0 all is well; 1 a place or the statistics are not as they must be; 2 these are, but work is late, so that
something does not run or does not answer: the periodic tasks, an endpoint. Held by ``tests/saleor/test_doctor.py``.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from saleor_loyalty.analytics import statistics_health
from saleor_loyalty.auditing import audit_health
from saleor_loyalty.deliveries import read_event_health
from saleor_loyalty.host import get_host
from saleor_loyalty.models import (
    Batch,
    ExpiryNotice,
    Export,
    LoyaltyAccount,
    LoyaltyProgram,
    MembershipNotice,
    ReconciliationState,
)
from saleor_loyalty.notices import waiting_notices
from saleor_loyalty.tiers import due_for_review

LATE = datetime.timedelta(hours=2)
"""Every task of ours that goes on with work runs at least once an hour."""
LATE_CODE = 2


class Command(BaseCommand):
    help = "Print every place where the package touches its host, and what is wrong there."

    def handle(self, *args: Any, **options: Any) -> None:
        host = get_host()
        touchpoints, installation = getattr(host, "touchpoints", None), getattr(host, "installation", None)
        if touchpoints is None or installation is None:
            raise CommandError(f"{type(host).__name__} has no places to look after.")
        found = list(touchpoints())
        for touchpoint in found:
            mark = "well   " if touchpoint.is_well else "PROBLEM"
            self.stdout.write(f"{mark}  {touchpoint.name}{f': {touchpoint.problem}' if touchpoint.problem else ''}")
        self.stdout.write("")
        with host.write_context():
            for name, text in installation.describe_installation().items():
                self.stdout.write(f"{name}: {text}")
            self.stdout.write(f"last reconciled: {_last_reconciled()}")
            late = [self._tell_events(at=timezone.now()), self._tell_waiting(at=timezone.now())]
            failed = self._tell_statistics()
            differing = self._tell_audits(at=timezone.now())
        problems = sum(not touchpoint.is_well for touchpoint in found)
        if problems:
            raise CommandError(f"{problems} of {len(found)} places are not as they must be.")
        if failed:
            raise CommandError(f"The statistics of {failed} programs are not as they must be.")
        if differing:
            text = f"Every place is as it must be, but the last audits of {differing} programs are not."
            raise CommandError(text, returncode=LATE_CODE)
        if any(late):
            raise CommandError("Every place is as it must be, but work is late.", returncode=LATE_CODE)

    def _tell_events(self, *, at: datetime.datetime) -> bool:
        """Print how many events wait; return whether somebody should look after them."""
        health = read_event_health()
        problems = health.problems(at=at)
        self.stdout.write(f"{_mark(problems)}events out: {'; '.join([f'{health.pending} waiting', *problems])}")
        return bool(problems)

    def _tell_waiting(self, *, at: datetime.datetime) -> bool:
        """Print what the periodic tasks should have done by now; return whether there is any."""
        found = _waiting(at=at)
        self.stdout.write(f"{_mark(found)}waiting for a task: {', '.join(found) or 'nothing'}")
        return bool(found)

    def _tell_audits(self, *, at: datetime.datetime) -> int:
        """Print what the last audit of each program found; return of how many that is not as it must be."""
        slugs = dict(LoyaltyProgram.objects.order_by("pk").values_list("pk", "slug"))
        found = audit_health(slugs, at=at)
        for health in found:
            mark = "" if health.is_well else "PROBLEM  "
            self.stdout.write(f"{mark}audit of {slugs[health.program_id]}: {health.text}")
        return sum(not health.is_well for health in found)

    def _tell_statistics(self) -> int:
        """Print how the statistics of each program are; return of how many they are not well."""
        slugs = dict(LoyaltyProgram.objects.order_by("pk").values_list("pk", "slug"))
        found = statistics_health(slugs)
        for health in found:
            self.stdout.write(f"{_mark(not health.is_well)}statistics of {slugs[health.program_id]}: {health.text}")
        return sum(not health.is_well for health in found)


def _mark(is_problem: object) -> str:
    return "PROBLEM  " if is_problem else ""


def _waiting(*, at: datetime.datetime) -> list[str]:
    """Return what the periodic tasks should have done by now; nothing where they run."""
    late = at - LATE
    counts = {
        "accounts to bring up to date": LoyaltyAccount.objects.filter(next_due_at__lte=late),
        "tiers to review": due_for_review(at=late),
        "batches": Batch.objects.filter(status__in=Batch.RUNNING, progressed_at__lte=late),
        "exports": Export.objects.filter(status__in=("PENDING", "RUNNING"), created_at__lte=late),
        "notices of points to send": waiting_notices(ExpiryNotice, at=at).filter(created_at__lte=late),
        "notices of memberships to send": waiting_notices(MembershipNotice, at=at).filter(created_at__lte=late),
    }
    found = {name: rows.count() for name, rows in counts.items()}
    return [f"{count} {name}" for name, count in found.items() if count]


def _last_reconciled() -> str:
    """Return for the reconciliation of orders when a walk last came to its end, and where the next one starts."""
    state = ReconciliationState.objects.filter(name="orders").first()
    if state is None:
        return "never"
    finished = state.finished_at.isoformat() if state.finished_at else "never"
    return f"{finished} (the next walk starts from {state.position_at.isoformat()})"
