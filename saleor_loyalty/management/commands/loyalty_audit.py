"""``manage.py loyalty_audit``: did points move exactly once, and is every row as it was written?

Exit codes: 0 nothing differs; 1 something does, and it is printed; 2 called wrongly; 3 an audit of the program is
under way elsewhere. Findings are printed as they are found, in bounded memory, and kept as the program's last report.
``--heal`` then prints what would mend them; ``--heal --yes`` does it and audits again.
"""

from __future__ import annotations

import datetime
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from saleor_loyalty.auditing import (
    ORDERS_LOOK_BACK,
    claim_audit,
    heal_step,
    kept_findings,
    plan_healing,
    preview_step,
    start_audit,
    step_audit,
)
from saleor_loyalty.host import get_host
from saleor_loyalty.ledger import Finding
from saleor_loyalty.management.since import parse_since
from saleor_loyalty.models import AuditRun, LoyaltyProgram

WRONG_CALL, UNDER_WAY = 2, 3


class Command(BaseCommand):
    help = "Recount a program's ledger, compare it with the orders, and print every difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--program", metavar="SLUG", help="only this program")
        parser.add_argument(
            "--since",
            metavar="WHEN",
            help=(
                "compare the shop's orders that changed since then: a day, a moment, a number of days as 30d, or"
                f" 'beginning'; by default {ORDERS_LOOK_BACK.days}d. What was recorded is compared for all orders."
            ),
        )
        parser.add_argument("--no-orders", action="store_true", help="do not look at the shop's orders")
        parser.add_argument("--heal", action="store_true", help="print what would mend the findings; change nothing")
        parser.add_argument("--yes", action="store_true", help="with --heal: do it, and audit again")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["yes"] and not options["heal"]:
            raise CommandError("--yes goes with --heal.", returncode=WRONG_CALL)
        since = None if options["no_orders"] else self.read_since(options["since"])
        with get_host().write_context():
            runs = [self.audit(program, since=since) for program in self.find_programs(options["program"])]
            if options["heal"] and self.heal(runs, is_real=options["yes"]):
                self.stdout.write("Audited again:")
                runs = [self.audit(run.program, since=since) for run in runs]
        count = sum(run.findings_count for run in runs)
        if count:
            codes = {code: sum(run.counts.get(code, 0) for run in runs) for run in runs for code in run.counts}
            counted = ", ".join(f"{number} {code}" for code, number in sorted(codes.items()))
            raise CommandError(f"{count} findings: {counted}.")
        self.stdout.write("Nothing differs.")

    def audit(self, program: LoyaltyProgram, *, since: datetime.datetime | None) -> AuditRun:
        """Audit the program, or go on where a run of it was killed; print what is found."""
        run = start_audit(program.pk, at=timezone.now(), orders_since=since, is_background=False)
        claim = claim_audit(run.pk, at=timezone.now())
        if claim is None:
            raise CommandError(f"An audit of {program.slug} is under way elsewhere.", returncode=UNDER_WAY)
        for finding in kept_findings(run.pk):
            self.tell(finding)
        while True:
            step = step_audit(run.pk, claim=claim, at=timezone.now())
            for finding in step.findings:
                self.tell(finding)
            if step.is_last:
                run.refresh_from_db()
                return run

    def tell(self, finding: Finding) -> None:
        account = f"account {finding.account_id}" if finding.account_id else "-"
        transaction = f"transaction {finding.transaction_id}" if finding.transaction_id else "-"
        order = f"order {finding.order_id}" if finding.order_id else "-"
        self.stdout.write(f"{account}\t{transaction}\t{order}\t{finding.code}\t{finding.message}")

    def heal(self, runs: list[AuditRun], *, is_real: bool) -> bool:
        """Print what would mend what was found, or do it. Returns whether anything was changed."""
        findings = [finding for run in runs for finding in kept_findings(run.pk)]
        steps = plan_healing(findings)
        if not findings:
            return False
        self.stdout.write("Done:" if is_real else "This would be done (--yes does it):")
        has_changed = False
        for step in steps:
            healing = (heal_step if is_real else preview_step)(step, at=timezone.now())
            about = f"account {step.account_id}" if step.account_id else f"order {step.order_id}"
            for text in healing.texts:
                self.stdout.write(f"{about}\t{text}")
            if healing.obstacle:
                self.stdout.write(f"{about}\tcannot be mended: {healing.obstacle}")
            has_changed = has_changed or (is_real and bool(healing.texts))
        left = sorted({finding.code for finding in findings if not plan_healing([finding])})
        if left:
            self.stdout.write(f"Nothing mends {', '.join(left)}.")
        return has_changed

    def read_since(self, text: str | None) -> datetime.datetime:
        if text is None:
            return timezone.now() - ORDERS_LOOK_BACK
        since = parse_since(text, at=timezone.now())
        if since is None:
            raise CommandError(f"--since {text} is neither a moment nor a number of days.", returncode=WRONG_CALL)
        return since

    def find_programs(self, slug: str | None) -> list[LoyaltyProgram]:
        programs = LoyaltyProgram.objects.order_by("pk")
        if slug is None:
            return list(programs)
        found = list(programs.filter(slug=slug))
        if not found:
            raise CommandError(f"There is no program {slug}.", returncode=WRONG_CALL)
        return found
