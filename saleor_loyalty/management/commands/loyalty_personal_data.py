"""``manage.py loyalty_personal_data``: all that is stored about one customer, as JSON.

It writes to the standard output, or into a file that only its owner may read; of a customer with accounts in several
programs one line for each. What it writes is personal: keep it as such.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from saleor_loyalty.host import get_host
from saleor_loyalty.models import LoyaltyAccount
from saleor_loyalty.personal_data import write_personal_data

PRIVATE = 0o600


def _open_private(path: str, flags: int) -> int:
    """Open the file for its owner alone, also one that was there before."""
    file = os.open(path, flags, PRIVATE)
    os.fchmod(file, PRIVATE)
    return file


class Command(BaseCommand):
    help = "Write all that is stored about one customer as JSON, a line for each account."

    def add_arguments(self, parser: CommandParser) -> None:
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--account", type=int, help="the number of an account")
        whose.add_argument("--user", type=int, help="the number of a customer of the shop")
        whose.add_argument("--email", help="the e-mail address of a customer, or of a guest")
        parser.add_argument("--without-staff-texts", action="store_true", help="only what customers see themselves")
        parser.add_argument("--output", help="a file to write into")

    def handle(self, *args: Any, **options: Any) -> None:
        with get_host().write_context():
            account_ids = list(self._accounts(options).order_by("pk").values_list("pk", flat=True))
            if not account_ids:
                raise CommandError("There is no such account.")
            if options["output"]:
                with open(options["output"], "w", encoding="utf-8", opener=_open_private) as file:
                    self._write(account_ids, options, write=file.write)
            else:
                self._write(account_ids, options, write=partial(self.stdout.write, ending=""))

    def _write(self, account_ids: list[int], options: dict[str, Any], *, write: Callable[[str], object]) -> None:
        is_for_staff = not options["without_staff_texts"]
        for account_id in account_ids:
            for piece in write_personal_data(account_id, is_for_staff=is_for_staff, at=timezone.now()):
                write(piece)

    def _accounts(self, options: dict[str, Any]) -> QuerySet[LoyaltyAccount]:
        accounts = LoyaltyAccount.objects.all()
        if options["account"] is not None:
            return accounts.filter(pk=options["account"])
        if options["user"] is not None:
            return accounts.filter(user_id=options["user"])
        email = options["email"].strip()
        user_id = get_host().find_users("email", [email]).get(email)
        guests = accounts.alias(address=Lower("email")).filter(address=email.lower())
        return guests if user_id is None else guests | accounts.alias(address=Lower("email")).filter(user_id=user_id)
