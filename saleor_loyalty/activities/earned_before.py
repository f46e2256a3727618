"""What a customer got before by rules with caps: the fact from which the pure rules count what is left. Reads only."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Protocol

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from ..basket import EarnedBefore
from ..models import OrderRecord, OrderRecordState, RuleEarning
from ..rules import CustomerCap, period_bounds


class CappedRule(Protocol):
    """A rule that may have caps, for orders or for activities."""

    @property
    def key(self) -> str: ...

    @property
    def customer_caps(self) -> Sequence[CustomerCap]: ...


def read_earned(
    account_id: int,
    *,
    rules: Sequence[CappedRule],
    at: datetime.datetime,
    time_zone: str,
    order_id: str = "",
    using: str = "default",
) -> tuple[EarnedBefore, ...]:
    """Return what the account got by those of the rules that have caps, in the periods of ``time_zone`` around ``at``.

    What is to keep a cap must read this under the account's lock.

    Args:
        order_id: an order whose own points are left out.

    Cost: none where no rule has a cap, else one statement.
    """
    found = read_earned_of_many([account_id], rules=rules, at=at, time_zone=time_zone, order_id=order_id, using=using)
    return tuple(found.get(account_id, ()))


def read_earned_of_many(
    account_ids: Collection[int],
    *,
    rules: Sequence[CappedRule],
    at: datetime.datetime,
    time_zone: str,
    order_id: str = "",
    using: str = "default",
) -> dict[int, list[EarnedBefore]]:
    """As ``read_earned``, for many accounts of one program: by account, in the same one statement."""
    earned: dict[int, list[EarnedBefore]] = defaultdict(list)
    capped = [rule for rule in rules if rule.customer_caps]
    if not capped:
        return earned
    periods = {cap.period for rule in capped for cap in rule.customer_caps}
    sums = {period: Sum("points", filter=_within(period, at=at, time_zone=time_zone)) for period in sorted(periods)}
    rows = _counting(using).filter(account_id__in=account_ids, rule_key__in=[rule.key for rule in capped])
    if order_id:
        rows = rows.exclude(order_id=order_id)
    asked = {rule.key: {cap.period for cap in rule.customer_caps} for rule in capped}
    found: Iterable[Any] = rows.order_by("rule_key").values("account_id", "rule_key").annotate(**sums)
    for row in found:
        key = row["rule_key"]
        earned[row["account_id"]].extend(
            EarnedBefore(key, period, row[period]) for period in sorted(asked[key]) if row[period]
        )
    return earned


def _counting(using: str) -> QuerySet[RuleEarning]:
    """Leave out the orders that came to nothing: they gave nothing either."""
    ended = OrderRecord.objects.filter(
        program_id=OuterRef("program_id"), order_id=OuterRef("order_id"), state=OrderRecordState.CANCELED
    )
    return RuleEarning.objects.using(using).filter(Q(order_id="") | ~Exists(ended))


def _within(period: str, *, at: datetime.datetime, time_zone: str) -> Q:
    bounds = period_bounds(period, at=at, time_zone=time_zone)
    return Q(points__gt=0) if bounds is None else Q(occurred_at__gte=bounds[0], occurred_at__lt=bounds[1])
