"""How many accounts would come to another tier under other rules, before they are published. Reads only."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, field

from ..models import ENDED_ACCOUNT_STATUSES, LoyaltyAccount
from ..rules import ProgramRules, assess_tier
from .qualifying import read_qualifying
from .read_tiers import read_tiers
from .reassess_tier import RULES_CHANGED, read_since

PREVIEW_MAX = 5_000
"""Accounts that one preview looks at: those that were active last."""
WINDOW = 500


@dataclass(kw_only=True, slots=True)
class TierPreview:
    """What publishing would change at once; whom a grace saves still is counted as falling later."""

    accounts: int = 0
    """How many were looked at."""
    is_complete: bool = True
    """Whether these are all that can have a tier."""
    up: int = 0
    down: int = 0
    grace: int = 0
    """How many would keep their tier for the grace only."""
    by_tier: Counter[str] = field(default_factory=Counter)
    """How many would have each tier, by key; empty for none."""


def preview_tiers(
    program_id: int, *, rules: ProgramRules, at: datetime.datetime, using: str = "default", limit: int = PREVIEW_MAX
) -> TierPreview:
    """Return what ``rules`` would make of the accounts' tiers at ``at``.

    Cost: five statements for each 500 accounts, one more for each step of merges, ``limit`` accounts at most.
    """
    preview = TierPreview()
    customers = LoyaltyAccount.objects.using(using).filter(program_id=program_id, user__isnull=False)
    accounts = list(
        customers.exclude(status__in=ENDED_ACCOUNT_STATUSES).order_by("-last_transaction_at", "-pk")[: limit + 1]
    )
    preview.is_complete = len(accounts) <= limit
    ranks = {tier.key: rank for rank, tier in enumerate(rules.tiers)}
    for start in range(0, min(len(accounts), limit), WINDOW):
        window = accounts[start : min(start + WINDOW, limit)]
        _look_at(preview, window, rules=rules, ranks=ranks, at=at, using=using)
    return preview


def _look_at(
    preview: TierPreview,
    accounts: list[LoyaltyAccount],
    *,
    rules: ProgramRules,
    ranks: dict[str, int],
    at: datetime.datetime,
    using: str,
) -> None:
    tiers = read_tiers(accounts, at=at, using=using)
    sinces = [read_since(now.standing, rules=rules, at=at) for now in tiers.values()]
    since = None if None in sinces else min((moment for moment in sinces if moment is not None), default=None)
    entries = read_qualifying([account.pk for account in accounts], rules=rules, since=since, using=using)
    for account in accounts:
        before = tiers[account.pk].standing
        found = assess_tier(before, entries.get(account.pk, []), rules=rules, at=at, cause=RULES_CHANGED).standing
        preview.accounts += 1
        preview.by_tier[found.tier] += 1
        preview.up += ranks.get(found.tier, -1) > ranks.get(before.tier, -1)
        preview.down += found.tier != before.tier and ranks.get(found.tier, -1) <= ranks.get(before.tier, -1)
        preview.grace += found.grace_until is not None
