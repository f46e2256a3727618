"""What an order counts for tiers: noted on its record, and followed by a look at its customer's tier when it changes.

Money is what was really paid and not paid back, shipping included, at most the order's total; what is granted or under
way is not in it. Points are those of the award that still stand. The record keeps both whether or not the program has
tiers, so that tiers that are introduced later find them.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import NamedTuple

from ..host import OrderFacts
from ..ledger import open_account
from ..models import OrderRecord
from ..programs import load_version
from ..rules import ProgramRules
from ..tiers import reassess_tier_under

ZERO = Decimal(0)


class Counted(NamedTuple):
    """What of an order record counts for a tier."""

    account_id: int | None = None
    points: int = 0
    spent: Decimal = ZERO


def counted_of(record: OrderRecord) -> Counted:
    points = record.awarded - record.reversed - record.unrecovered
    return Counted(record.account_id, points, record.spent or ZERO)


def note_spent(record: OrderRecord, facts: OrderFacts) -> None:
    """Put on the record when the order was placed and what was spent on it. Writes nothing; the caller saves it."""
    record.placed_at = facts.created_at
    record.spent = ZERO if facts.has_ended else _spent(facts)


def _spent(facts: OrderFacts) -> Decimal:
    basket = facts.basket
    total = sum((line.gross - line.redeemed_gross for line in basket.lines), basket.shipping_gross)
    return max(min(facts.refunds.charged, total) - facts.refunds.money, ZERO)


def follow_tier(record: OrderRecord, facts: OrderFacts, *, before: Counted, at: datetime.datetime) -> None:
    """Have the tier of the order's customer judged anew, where the order counts otherwise than ``before``.

    Where tiers are reached by money, a customer's account is opened at the first money spent. Locks: the account; the
    caller holds the record's lock. Cost: none where nothing changed of what the tiers look at, or there are none.
    """
    now = counted_of(record)
    if now == before:
        return
    rules = _rules_now(record)
    by_money = bool(rules.tiers) and rules.tier_policy.basis == "MONEY_SPENT"
    if _for_whom(now, by_money=by_money) == _for_whom(before, by_money=by_money):
        return
    if by_money and record.account_id is None and record.spent and facts.user_id is not None:
        record.account = open_account(record.program, user_id=facts.user_id, at=at)
        record.save(update_fields=["account"])
    reassess_tier_under(rules, record.account_id, at=at)


def _for_whom(counted: Counted, *, by_money: bool) -> tuple[int | None, int | Decimal]:
    """Return how much counts, and for which account; what counts for nothing is nobody's."""
    amount = counted.spent if by_money else counted.points
    return (counted.account_id if amount else None), amount


def _rules_now(record: OrderRecord) -> ProgramRules:
    """Return the rules that are published now: read with the record's lock. A record that is stored just now was
    judged by what was published when the order was made; the sweep finds the rest."""
    version_id = getattr(record, "published_version_id", None) or record.program_version_id
    return load_version(version_id).rules
