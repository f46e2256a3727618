"""``manage.py loyalty_audit``: do the books add up, and is every row as it was written?

Exit codes: 0 nothing differs; 1 something does, and it is printed; 2 called wrongly. Findings are printed as they are
found, in bounded memory. ``--rebuild`` then computes the columns of those accounts anew from their rows; the rows
themselves are never changed.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from saleor_loyalty.errors import LoyaltyException
from saleor_loyalty.host import get_host
from saleor_loyalty.ledger import audit_accounts, rebuild_projection
from saleor_loyalty.models import LoyaltyProgram


class Command(BaseCommand):
    help = "Recount the ledger and print every difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--program", metavar="SLUG", help="only the accounts of this program")
        parser.add_argument(
            "--rebuild", action="store_true", help="compute the columns of accounts with findings anew from their rows"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with get_host().write_context():
            count, account_ids = self.audit(self.find_program_id(options["program"]))
            if options["rebuild"]:
                for account_id in sorted(account_ids):
                    self.rebuild(account_id)
        if count:
            raise CommandError(f"{count} findings in {len(account_ids)} accounts.")
        self.stdout.write("Nothing differs.")

    def audit(self, program_id: int | None) -> tuple[int, set[int]]:
        """Print the findings; return how many there are and in which accounts."""
        count, account_ids = 0, set()
        for finding in audit_accounts(program_id=program_id, at=timezone.now()):
            count += 1
            account_ids.add(finding.account_id)
            transaction = f"transaction {finding.transaction_id}" if finding.transaction_id else "-"
            self.stdout.write(f"account {finding.account_id}\t{transaction}\t{finding.code}\t{finding.message}")
        return count, account_ids

    def rebuild(self, account_id: int) -> None:
        try:
            repaired = rebuild_projection(account_id, at=timezone.now())
        except LoyaltyException as error:
            self.stdout.write(f"account {account_id}\tnot rebuilt\t{error.message}")
            return
        for name, (old, new) in repaired.items():
            self.stdout.write(f"account {account_id}\trebuilt\t{name}: {old} -> {new}")
        if not repaired:
            self.stdout.write(f"account {account_id}\tnot rebuilt\tits columns are what its rows say")

    def find_program_id(self, slug: str | None) -> int | None:
        if slug is None:
            return None
        program_id = LoyaltyProgram.objects.filter(slug=slug).values_list("pk", flat=True).first()
        if program_id is None:
            raise CommandError(f"There is no program {slug}.", returncode=2)
        return program_id
