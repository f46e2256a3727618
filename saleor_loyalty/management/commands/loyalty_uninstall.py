"""``manage.py loyalty_uninstall [--yes]``: take out of the shop what must not outlive the package.

Run it before the package is removed; the ledger and the programs stay. Exit codes: 0 done; 1 not confirmed.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from saleor_loyalty.host import get_host

WARNING = (
    "Points are taken off all open checkouts, and the periodic tasks, the permission MANAGE_LOYALTY and the plugin's "
    "configuration are deleted. The ledger and the programs stay."
)


class Command(BaseCommand):
    help = "Remove discount rows, periodic tasks and permissions, before the package itself is removed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        host = get_host()
        installation = getattr(host, "installation", None)
        if installation is None:
            raise CommandError("Nothing of this host would outlive the package.")
        if not options["yes"]:
            self.stdout.write(WARNING)
            if input("Type yes to go on: ").strip().lower() != "yes":
                raise CommandError("Nothing was removed.")
        with host.write_context():
            removed = installation.remove_from_shop(at=timezone.now())
        for what, count in removed.items():
            self.stdout.write(f"{what}: {count} removed")
        self.stdout.write("Now uninstall the package from every web, worker and beat process.")
        self.stdout.write("Its tables stay; to drop them as well, run manage.py migrate saleor_loyalty zero before.")
