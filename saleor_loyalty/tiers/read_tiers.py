"""The tier of accounts at a moment, right also where the sweep is late. Reads only, in constant SQL."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from ..models import LoyaltyAccount, TierChange, TierStatus
from ..rules import NO_TIER, TierStanding, TierStep, steps_until
from .stored import outlook_from_json, stored_standing


@dataclass(frozen=True, kw_only=True, slots=True)
class TierNow:
    """Where an account stands."""

    standing: TierStanding = NO_TIER
    outlook: tuple[TierStep, ...] = ()
    """What time alone will change from here on."""
    has_status: bool = False
    """Whether anything was ever found that counts."""


def read_tiers(
    accounts: Sequence[LoyaltyAccount], *, at: datetime.datetime, using: str = "default"
) -> dict[int, TierNow]:
    """Return the tiers of accounts at ``at``, each of them. One statement."""
    pks = [account.pk for account in accounts]
    statuses = TierStatus.objects.using(using).in_bulk(pks)
    return {account.pk: _now(account.tier_key, statuses.get(account.pk), at=at) for account in accounts}


def _now(tier_key: str, status: TierStatus | None, *, at: datetime.datetime) -> TierNow:
    if status is None:
        return TierNow()
    outlook = outlook_from_json(status.outlook)
    passed = steps_until(outlook, at=at)
    return TierNow(
        standing=passed[-1].standing if passed else stored_standing(tier_key, status),
        outlook=tuple(outlook[len(passed) :]),
        has_status=True,
    )


def find_tiers_of_users(
    user_ids: Collection[int], *, program_id: int, at: datetime.datetime, using: str = "default"
) -> dict[int, str]:
    """Return the keys of the tiers that users had at ``at``, which may be long ago; without those who had none.

    One statement.
    """
    history = TierChange.objects.filter(account=OuterRef("pk"), changed_at__lte=at).order_by("-changed_at", "-pk")
    rows = (
        LoyaltyAccount.objects.using(using)
        .filter(program_id=program_id, user_id__in=list(user_ids))
        .values_list(
            "user_id",
            "tier_key",
            "tier_status__since",
            "tier_status__outlook",
            Subquery(history.values("to_key")[:1]),
        )
    )
    found = {user_id: _key_then(*row, at=at) for user_id, *row in rows}
    return {user_id: key for user_id, key in found.items() if key}


def _key_then(
    tier_key: str,
    since: datetime.datetime | None,
    outlook: Sequence[Any] | None,
    then: str | None,
    *,
    at: datetime.datetime,
) -> str:
    if since is not None and since <= at:
        passed = steps_until(outlook_from_json(outlook or ()), at=at)
        return passed[-1].standing.tier if passed else tier_key
    return then or ""
