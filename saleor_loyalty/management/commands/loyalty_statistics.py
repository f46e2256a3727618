"""``manage.py loyalty_statistics``: compare the statistics with the ledger, or count them again from it.

Without an option it says how far the statistics of each program go. Exit codes: 0 all is well; 1 ``--check`` found a
difference, or a program's last roll-up failed.
"""

from __future__ import annotations

import argparse
import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from saleor_loyalty.analytics import check_statistics, rebuild, statistics_health
from saleor_loyalty.host import get_host
from saleor_loyalty.models import LoyaltyProgram

PRINTED_MAX = 100
"""Differences of one program that are printed; the others are counted."""


class Command(BaseCommand):
    help = "Say how far the statistics go; compare them with the ledger; or count them again from it, month by month."

    def add_arguments(self, parser: CommandParser) -> None:
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--check", action="store_true", help="compare every row with plain counting")
        action.add_argument("--rebuild", action="store_true", help="count everything again, a month at a time")
        parser.add_argument("--program", help="the slug of one program; all of them without it")
        parser.add_argument(
            "--since", type=_month, help="with --rebuild: go on with this month, like 2026-03, and leave those before"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["since"] is not None and not options["rebuild"]:
            raise CommandError("--since goes with --rebuild.")
        with get_host().write_context():
            programs = self._programs(options["program"])
            if options["rebuild"]:
                for program in programs:
                    self._rebuild(program, since=options["since"])
            elif options["check"]:
                self._check(programs)
            else:
                self._tell(programs)

    def _programs(self, slug: str | None) -> list[LoyaltyProgram]:
        programs = LoyaltyProgram.objects.order_by("pk")
        found = list(programs if slug is None else programs.filter(slug=slug))
        if slug is not None and not found:
            raise CommandError(f'There is no program "{slug}".')
        return found

    def _rebuild(self, program: LoyaltyProgram, *, since: datetime.date | None) -> None:
        count = 0
        for month in rebuild(program.pk, at=timezone.now(), since=since):
            count += 1
            self.stdout.write(f"{program.slug}: {month:%Y-%m} is counted again")
        self.stdout.write(f"{program.slug}: {count} months are counted again")

    def _check(self, programs: list[LoyaltyProgram]) -> None:
        total = 0
        for program in programs:
            count = 0
            for difference in check_statistics(program.pk):
                count += 1
                if count <= PRINTED_MAX:
                    row = " ".join(str(part) or '""' for part in difference.row)
                    self.stdout.write(
                        f"{program.slug}: {difference.table} {row}: stored {difference.stored}, "
                        f"counted {difference.counted}"
                    )
            self.stdout.write(f"{program.slug}: {count} differences")
            total += count
        if total:
            raise CommandError(f"{total} rows are not as the ledger has them. --rebuild counts them again.")

    def _tell(self, programs: list[LoyaltyProgram]) -> None:
        failed = 0
        slugs = {program.pk: program.slug for program in programs}
        for health in statistics_health(slugs):
            self.stdout.write(f"{slugs[health.program_id]}: {health.text}")
            failed += not health.is_well
        if failed:
            raise CommandError(f"The statistics of {failed} programs are not as they must be.")


def _month(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no month like 2026-03") from None
