"""The data loaders of activities. Whoever loads with them has checked what the requester may see."""

from __future__ import annotations

from collections import defaultdict

from ..activities import WayToEarn, ways_to_earn, ways_to_earn_of_accounts
from ..models import LoyaltyAccount, LoyaltyTransaction, RuleEarning
from .dataloaders import Loader


class WaysToEarnByProgramIdLoader(Loader):
    def load_all(self, keys: list[int]) -> list[list[WayToEarn]]:
        return [ways_to_earn(key, at=self.request.at, using=self.request.using) for key in keys]


class WaysToEarnByAccountIdLoader(Loader):
    """In a number of statements that grows with the number of programs alone."""

    def load_all(self, keys: list[int]) -> list[list[WayToEarn]]:
        of_program: dict[int, list[int]] = defaultdict(list)
        for account_id, program_id in self.rows(LoyaltyAccount).filter(pk__in=keys).values_list("pk", "program_id"):
            of_program[program_id].append(account_id)
        ways: dict[int, list[WayToEarn]] = {}
        for program_id, account_ids in of_program.items():
            ways |= ways_to_earn_of_accounts(
                account_ids, program_id=program_id, at=self.request.at, using=self.request.using
            )
        return [ways.get(key, []) for key in keys]


class TransactionsByEventIdLoader(Loader):
    """What an event was awarded, in the order of its rules."""

    def load_all(self, keys: list[int]) -> list[list[LoyaltyTransaction]]:
        rows = self.rows(RuleEarning).filter(event_id__in=keys, transaction__isnull=False)
        found: dict[int, list[LoyaltyTransaction]] = defaultdict(list)
        for earning in rows.select_related("transaction").order_by("pk"):
            if earning.event_id is not None and earning.transaction is not None:
                found[earning.event_id].append(earning.transaction)
        return [found[key] for key in keys]
