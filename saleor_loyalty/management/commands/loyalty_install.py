"""``manage.py loyalty_install [--group NAME …] [--all-staff-managers]``: who may manage loyalty.

Run it once after ``migrate``. It grants MANAGE_LOYALTY, which nobody but superusers has at first, to groups of staff.
Exit codes: 0 done; 1 refused, the reason on stderr; 2 called wrongly.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from saleor_loyalty.host import get_host


class Command(BaseCommand):
    help = "Grant the permission MANAGE_LOYALTY to groups of staff."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--group", action="append", default=[], metavar="NAME", help="may be given several times")
        parser.add_argument("--all-staff-managers", action="store_true", help="all groups that hold MANAGE_STAFF")

    def handle(self, *args: Any, **options: Any) -> None:
        host = get_host()
        installation = getattr(host, "installation", None)
        if installation is None:
            raise CommandError("This host keeps its permissions itself: there is nothing to install.")
        with host.write_context():
            if not options["group"] and not options["all_staff_managers"]:
                known = ", ".join(installation.group_names()) or "none yet"
                raise CommandError(f"Say who: --group NAME or --all-staff-managers. The groups are: {known}.")
            try:
                holding = installation.grant_permission(
                    group_names=options["group"], to_staff_managers=options["all_staff_managers"]
                )
            except (LookupError, installation.NotMigrated) as error:
                raise CommandError(f"{error} Nothing was granted.") from error
        self.stdout.write(f"MANAGE_LOYALTY is held by: {', '.join(holding) or 'no group'}.")
