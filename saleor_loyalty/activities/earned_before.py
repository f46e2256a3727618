"""What a customer got before by rules with caps: the fact from which the pure rules count what is left. Reads only."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from ..basket import EarnedBefore
from ..models import OrderRecord, OrderRecordState, RuleEarning
from ..rules import CustomerCap, period_bounds
from .persons import accounts_of_person, persons_of, rows_of_persons


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

    What a member got as a guest, and claimed, counts as the member's, and the other way round: whoever does not log in
    gets no second cap. What is to keep a cap must read this after ``lock_person``.

    Args:
        order_id: an order whose own points are left out.

    Cost: none where no rule has a cap, else one statement.
    """
    rows = _counting(using).filter(account_id__in=accounts_of_person(account_id, using=using).values("pk"))
    found = _read(rows, "rule_key", rules=rules, at=at, time_zone=time_zone, order_id=order_id)
    return tuple(before for _row, before in found)


def read_earned_of_many(
    account_ids: Collection[int],
    *,
    rules: Sequence[CappedRule],
    at: datetime.datetime,
    time_zone: str,
    using: str = "default",
) -> dict[int, list[EarnedBefore]]:
    """Return what each of many accounts of one program got, as ``read_earned`` does. Cost: none where no rule has a
    cap, else two statements."""
    if not any(rule.customer_caps for rule in rules):
        return {}
    persons = persons_of(account_ids, using=using)
    earned: dict[int, list[EarnedBefore]] = defaultdict(list)
    rows = rows_of_persons(_counting(using), set(persons.values()))
    for row, before in _read(rows, "person", "rule_key", rules=rules, at=at, time_zone=time_zone):
        earned[row["person"]].append(before)
    return {account_id: earned[person] for account_id, person in persons.items() if person in earned}


def _read(
    rows: QuerySet[RuleEarning],
    *group: str,
    rules: Sequence[CappedRule],
    at: datetime.datetime,
    time_zone: str,
    order_id: str = "",
) -> Iterator[tuple[Mapping[str, Any], EarnedBefore]]:
    """Yield what stands in the rows by rule and period, each with its group."""
    asked = {rule.key: {cap.period for cap in rule.customer_caps} for rule in rules if rule.customer_caps}
    if not asked:
        return
    periods = set().union(*asked.values())
    sums = {period: Sum("points", filter=_within(period, at=at, time_zone=time_zone)) for period in sorted(periods)}
    rows = rows.filter(rule_key__in=list(asked))
    if order_id:
        rows = rows.exclude(order_id=order_id)
    found: Iterable[Any] = rows.order_by("rule_key").values(*group).annotate(**sums)
    for row in found:
        key = row["rule_key"]
        for period in sorted(asked[key]):
            if row[period]:
                yield row, EarnedBefore(key, period, row[period])


def _counting(using: str) -> QuerySet[RuleEarning]:
    """Leave out the orders that came to nothing: they gave nothing either."""
    ended = OrderRecord.objects.filter(
        program_id=OuterRef("program_id"), order_id=OuterRef("order_id"), state=OrderRecordState.CANCELED
    )
    return RuleEarning.objects.using(using).filter(Q(order_id="") | ~Exists(ended))


def _within(period: str, *, at: datetime.datetime, time_zone: str) -> Q:
    bounds = period_bounds(period, at=at, time_zone=time_zone)
    return Q(points__gt=0) if bounds is None else Q(occurred_at__gte=bounds[0], occurred_at__lt=bounds[1])
