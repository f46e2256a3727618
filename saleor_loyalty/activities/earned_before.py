"""What a customer got before by rules with caps: the fact from which the pure rules count what is left. Reads only."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from ..basket import EarnedBefore
from ..models import LoyaltyAccount, OrderRecord, OrderRecordState, RuleEarning
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

    What a member bought as a guest, and claimed, counts as the member's, and the other way round: whoever does not log
    in gets no second cap. What is to keep a cap must read this under the account's lock.

    Args:
        order_id: an order whose own points are left out.

    Cost: none where no rule has a cap, else one statement.
    """
    rows = _counting(using).filter(account_id__in=accounts_of_person(account_id, using=using).values("pk"))
    found = _read(rows, "rule_key", rules=rules, at=at, time_zone=time_zone, order_id=order_id)
    return tuple(before for _row, before in found)


def accounts_of_person(account_id: int, *, using: str = "default") -> QuerySet[LoyaltyAccount]:
    """Return the account, the member's that has claimed it, and the guests' that this member has claimed. Found by
    indexes."""
    accounts = LoyaltyAccount.objects.using(using)
    member = Subquery(accounts.filter(pk=account_id).values(member=Coalesce("claimed_by_id", "pk")))
    return accounts.filter(Q(pk=member) | Q(claimed_by=member))


def read_earned_of_many(
    account_ids: Collection[int],
    *,
    rules: Sequence[CappedRule],
    at: datetime.datetime,
    time_zone: str,
    using: str = "default",
) -> dict[int, list[EarnedBefore]]:
    """Return what each of many accounts of one program got, in the same one statement; of each what is noted on it."""
    earned: dict[int, list[EarnedBefore]] = defaultdict(list)
    rows = _counting(using).filter(account_id__in=account_ids)
    for row, before in _read(rows, "account_id", "rule_key", rules=rules, at=at, time_zone=time_zone):
        earned[row["account_id"]].append(before)
    return earned


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
