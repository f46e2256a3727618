"""What counts for an account's tier: its orders, and what it earned by activities and by inviting. Reads only.

An order counts from when it was placed: with the points that stand of its award (what could not be taken back because
it was spent does not stand), and with the money that was paid for it and not paid back. Points that were given, set or
imported by hand are no points earned; redeeming, expiring and deducting take nothing away.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from ..models import LoyaltyTransaction, OrderRecord, RuleEarning, Source, TransactionType
from ..rules import ProgramRules, Qualifying, moment_months_after

ZERO = Decimal(0)


def counts_since(rules: ProgramRules, *, moment: datetime.datetime) -> datetime.datetime | None:
    """Return from when on things can count at ``moment``; None: from ever."""
    months = rules.tier_policy.window_months
    since = None if months is None else moment_months_after(moment, -months)
    # Some days more: months are of different lengths, there and back again.
    return None if since is None else since - datetime.timedelta(days=4)


def read_qualifying(
    account_ids: Collection[int],
    *,
    rules: ProgramRules,
    since: datetime.datetime | None = None,
    using: str = "default",
) -> dict[int, list[Qualifying]]:
    """Return by account what counts for the tiers of ``rules``, from ``since`` on; None: all of it.

    Cost: one statement for money; three for points.
    """
    found: dict[int, list[Qualifying]] = defaultdict(list)
    orders = (
        OrderRecord.objects.using(using)
        .filter(account__in=list(account_ids))
        .annotate(moment=Coalesce("placed_at", "created_at"), points=F("awarded") - F("reversed") - F("unrecovered"))
        .filter(Q(points__gt=0) | Q(spent__gt=0))
        .order_by("pk")
    )
    if since is not None:
        orders = orders.filter(moment__gte=since)
    for account_id, moment, points, spent, currency in orders.values_list(
        "account_id", "moment", "points", "spent", "currency"
    ):
        found[account_id].append(Qualifying(moment, points=max(points, 0), spent=spent or ZERO, currency=currency))
    if rules.tier_policy.basis == "POINTS_EARNED":
        _add_activities(found, account_ids, since=since, using=using)
    return found


def _add_activities(
    found: dict[int, list[Qualifying]], account_ids: Collection[int], *, since: datetime.datetime | None, using: str
) -> None:
    events = RuleEarning.objects.using(using).filter(event__isnull=False)
    referrals = LoyaltyTransaction.objects.using(using).filter(type=TransactionType.EARN, source=Source.REFERRAL)
    for rows, taken_back in ((events, "transaction__reversed_by__points"), (referrals, "reversed_by__points")):
        rows = rows.filter(account__in=list(account_ids)).annotate(taken_back=Coalesce(Sum(taken_back), 0))
        if since is not None:
            rows = rows.filter(occurred_at__gte=since)
        for account_id, moment, points, taken in rows.order_by("pk").values_list(
            "account_id", "occurred_at", "points", "taken_back"
        ):
            if points + taken > 0:
                found[account_id].append(Qualifying(moment, points=points + taken))
