"""Caps of the rules for orders: what a customer got before goes into the judgement, what an order gets is noted.

The rules are pure; here is where the fact comes from, under the account's lock, so that of two orders at once the
second sees what the first one got. What counts is what the order is worth as it was judged, by the moment at which it
was made; an order that ends gives it back.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections import defaultdict

from ..basket import Basket
from ..models import RuleEarning
from ..rules import EarningRule, ProgramRules, Receipt
from .earned_before import read_earned
from .persons import lock_person


def capped_rules(rules: ProgramRules, channel: str) -> list[EarningRule]:
    """Return the rules with caps that count for orders of the channel."""
    return [rule for rule in rules.earning if rule.customer_caps and rule.is_for(channel)]


def with_earned_before(basket: Basket, *, rules: ProgramRules, account_id: int, order_id: str) -> Basket:
    """Return the basket of an order as rules with caps want to see its customer. Locks the account and the same
    person's others. Cost: two statements."""
    # Its state does not matter here: the award looks at that.
    lock_person(account_id)
    earned = read_earned(
        account_id,
        rules=capped_rules(rules, basket.channel),
        at=basket.at,
        time_zone=channel_time_zone(rules, basket.channel),
        order_id=order_id,
    )
    return dataclasses.replace(basket, customer=dataclasses.replace(basket.customer, earned=earned))


def note_order_earnings(
    receipt: Receipt,
    *,
    rules: ProgramRules,
    channel: str,
    program_id: int,
    account_id: int,
    order_id: str,
    occurred_at: datetime.datetime,
    at: datetime.datetime,
) -> None:
    """Keep what rules with caps gave to an order, once for each. In the atomic block of ``with_earned_before``."""
    capped = {rule.key for rule in capped_rules(rules, channel)}
    points: dict[str, int] = defaultdict(int)
    for line in receipt.lines:
        if line.code in ("RULE_APPLIED", "MULTIPLIER_APPLIED") and line.rule_key in capped:
            points[line.rule_key] += line.points
    # Two sessions may judge an order at once; the second one finds the rows of the first.
    RuleEarning.objects.bulk_create(
        [
            RuleEarning(
                program_id=program_id,
                account_id=account_id,
                rule_key=rule_key,
                points=given,
                occurred_at=occurred_at,
                order_id=order_id,
                created_at=at,
            )
            for rule_key, given in points.items()
            if given
        ],
        ignore_conflicts=True,
    )


def channel_time_zone(rules: ProgramRules, channel: str) -> str:
    """Return the zone whose days count for orders of the channel."""
    listing = rules.listing(channel)
    return listing.time_zone if listing is not None else "UTC"
