"""The data loaders of activities. Whoever loads with them has checked what the requester may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ..activities import (
    WayToEarn,
    capped_rules,
    channel_time_zone,
    read_earned_of_many,
    ways_to_earn,
    ways_to_earn_of_accounts,
)
from ..basket import EarnedBefore
from ..models import LoyaltyAccount, LoyaltyTransaction, RuleEarning
from ..programs import load_version
from .dataloaders import Loader


class WaysToEarnByProgramIdLoader(Loader):
    def load_all(self, keys: list[int]) -> list[list[WayToEarn]]:
        ways = ways_to_earn(keys, at=self.request.at, using=self.request.using)
        return [ways[key] for key in keys]


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


class EarnedBeforeLoader(Loader):
    """By (version id, channel, user id): what rules with caps gave to the user before, as of now. Three statements for
    each version and channel."""

    def load_all(self, keys: list[tuple[int, str, int]]) -> list[Sequence[EarnedBefore]]:
        users: dict[tuple[int, str], set[int]] = defaultdict(set)
        for version_id, channel, user_id in keys:
            users[version_id, channel].add(user_id)
        found: dict[tuple[int, str, int], Sequence[EarnedBefore]] = {}
        for (version_id, channel), user_ids in users.items():
            version = load_version(version_id, using=self.request.using)
            accounts = self.rows(LoyaltyAccount).filter(program_id=version.program_id, user_id__in=user_ids)
            user_of = {pk: user_id for pk, user_id in accounts.values_list("pk", "user_id") if user_id is not None}
            earned = read_earned_of_many(
                list(user_of),
                rules=capped_rules(version.rules, channel),
                at=self.request.at,
                time_zone=channel_time_zone(version.rules, channel),
                using=self.request.using,
            )
            found |= {(version_id, channel, user_id): earned.get(pk, ()) for pk, user_id in user_of.items()}
        return [found.get(key, ()) for key in keys]
