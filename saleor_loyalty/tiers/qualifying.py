"""What counts for an account's tier: its orders, and what it earned by activities and by inviting. Reads only.

An order counts from when it was placed: with the points that stand of its award (what could not be taken back because
it was spent does not stand), and with the money that was paid for it and not paid back. Points that were given, set or
imported by hand are no points earned; redeeming, expiring and deducting take nothing away.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from ..models import AccountMerge, LoyaltyTransaction, OrderRecord, RuleEarning, Source, TransactionType
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

    Cost: one statement for money; four for points, and one for each step in which accounts were merged.
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
    # What rules gave is moved by a merge; rows of the ledger stay where they were written.
    own: Mapping[int, set[int]] = {account_id: {account_id} for account_id in account_ids}
    heirs = _heirs_of(account_ids, using=using)
    for rows, taken_back, whose in (
        (events, "transaction__reversed_by__points", own),
        (referrals, "reversed_by__points", heirs),
    ):
        rows = rows.filter(account__in=list(whose)).annotate(taken_back=Coalesce(Sum(taken_back), 0))
        if since is not None:
            rows = rows.filter(occurred_at__gte=since)
        for account_id, moment, points, taken in rows.order_by("pk").values_list(
            "account_id", "occurred_at", "points", "taken_back"
        ):
            if points + taken > 0:
                for heir_id in whose[account_id]:
                    found[heir_id].append(Qualifying(moment, points=points + taken))


def _heirs_of(account_ids: Collection[int], *, using: str) -> Mapping[int, set[int]]:
    """Return of the accounts, and of all that were merged into them, for which of them theirs counts. One statement
    for each step of merges, and one to see the end."""
    heirs: dict[int, set[int]] = defaultdict(set, {account_id: {account_id} for account_id in account_ids})
    merges = AccountMerge.objects.using(using).filter(undone_at__isnull=True)
    wave = set(account_ids)
    while wave:
        steps = list(merges.filter(target_id__in=wave).order_by("pk").values_list("source_id", "target_id"))
        wave = {source_id for source_id, target_id in steps if not heirs[target_id] <= heirs[source_id]}
        for source_id, target_id in steps:
            heirs[source_id] |= heirs[target_id]
    return heirs
