"""Which tier an account has, since when and how long still: pure, from what counts and from the tier it has now.

A tier is reached at once, and by what counts within the window alone: points earned or money spent, whatever was
redeemed, expired or deducted since. Whoever no longer reaches it keeps it as long as the policy promises, then for the
grace, and then comes to the highest tier that is still reached. The promise (``keepMonths``) holds as long as what the
tier was reached with stands: what was refunded is no reason to keep it.

Time alone never raises a tier. So an assessment lists what time will change, and ``steps_until`` says what holds at
any moment by that list, however late anybody looks. Held by ``tests/rules/test_tier_standing*.py``, one of which
compares with a plain model.
"""

from __future__ import annotations

import datetime
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from .document import ProgramRules, Tier
from .document.tier import POINTS
from .months import moment_months_after

EARNED, LAPSED, REVERSED, RULES_CHANGED = "EARNED", "LAPSED", "REVERSED", "RULES_CHANGED"
Amounts = Mapping[str, int | Decimal]
"""By unit: ``points``, or money by currency."""


class Qualifying(NamedTuple):
    """One thing that counts, from a moment on: an order, or points for an activity."""

    at: datetime.datetime
    points: int = 0
    spent: Decimal = Decimal(0)
    currency: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TierStanding:
    """Where an account stands."""

    tier: str = ""
    """The key; empty for none."""
    since: datetime.datetime | None = None
    kept_until: datetime.datetime | None = None
    """The tier is promised until then."""
    requirement: Amounts = field(default_factory=dict)
    """What the tier asked for when it was reached."""
    grace_until: datetime.datetime | None = None
    """The tier is not reached any more, and ends then."""
    grace_reason: str = ""


NO_TIER = TierStanding()


@dataclass(frozen=True, kw_only=True, slots=True)
class TierStep:
    """What holds from a moment on."""

    at: datetime.datetime
    standing: TierStanding
    reason: str
    """Why the tier is another one, or why its grace began."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TierAssessment:
    """What is found at a moment."""

    standing: TierStanding
    reason: str
    """Why the tier is another one, if it is."""
    qualifying: Amounts
    outlook: tuple[TierStep, ...]
    """What time alone will change, in order."""


def steps_until(outlook: Sequence[TierStep], *, at: datetime.datetime) -> list[TierStep]:
    """Return the steps of an outlook that have come at ``at``: the standing of the last one holds."""
    return [step for step in outlook if step.at <= at]


def assess_tier(
    standing: TierStanding,
    entries: Sequence[Qualifying],
    *,
    rules: ProgramRules,
    at: datetime.datetime,
    cause: str = REVERSED,
) -> TierAssessment:
    """Return where the account stands at ``at``, which has come to ``standing`` by then.

    Args:
        entries: all that counts by what stands now, at least back to the window before ``standing.since``. What is
            said to come after ``at`` counts from ``at``.
        cause: why a tier that time alone would not have taken is no longer reached: REVERSED or RULES_CHANGED; of the
            second also why one is reached.
    """
    window = _Window(entries, rules=rules, at=at)
    amounts = window.amounts(at)
    is_promised = standing.since is not None and _reaches(window.amounts(standing.since), standing.requirement)
    found = _judge(standing, amounts, rules=rules, at=at, is_promised=is_promised, cause=cause)
    return TierAssessment(
        standing=found,
        reason=_reason(standing, found, rules=rules, cause=cause),
        qualifying=amounts,
        outlook=tuple(_foresee(found, window, rules=rules, at=at)),
    )


def _reason(before: TierStanding, after: TierStanding, *, rules: ProgramRules, cause: str) -> str:
    if cause == RULES_CHANGED or (before.tier and rules.tier(before.tier) is None):
        return RULES_CHANGED
    went_up = _rank(after.tier, rules) > _rank(before.tier, rules)
    return EARNED if went_up else before.grace_reason or cause


def count_qualifying(entries: Sequence[Qualifying], *, rules: ProgramRules, at: datetime.datetime) -> Amounts:
    """Return what counts in the window at ``at``."""
    return _Window(entries, rules=rules, at=at).amounts(at)


def _foresee(standing: TierStanding, window: _Window, *, rules: ProgramRules, at: datetime.datetime) -> list[TierStep]:
    steps: list[TierStep] = []
    amounts, leaving, now = dict(window.amounts(at)), window.leaving(at), at
    while standing.tier:
        due = [moment for moment in (standing.kept_until, standing.grace_until) if moment is not None and moment > now]
        if leaving:
            due.append(leaving[0][0])
        if not due:
            break
        now = min(due)
        while leaving and leaving[0][0] <= now:
            _, unit, amount = leaving.popleft()
            amounts[unit] -= amount
        found = _judge(standing, amounts, rules=rules, at=now, is_promised=True, cause=LAPSED)
        if found != standing:
            steps.append(TierStep(at=now, standing=found, reason=standing.grace_reason or LAPSED))
        standing = found
    return steps


def _judge(
    standing: TierStanding,
    amounts: Amounts,
    *,
    rules: ProgramRules,
    at: datetime.datetime,
    is_promised: bool,
    cause: str,
) -> TierStanding:
    own = _rank(standing.tier, rules)
    reached = max((rank for rank, tier in enumerate(rules.tiers) if _reaches(amounts, tier.requirement)), default=-1)
    if reached > own:
        keep = rules.tier_policy.keep_months
        kept_until = moment_months_after(at, keep) if keep else None
        return _standing_in(rules.tiers[reached], at=at, kept_until=kept_until)
    if own < 0:
        return NO_TIER
    if not is_promised:
        standing = replace(standing, kept_until=None)
    is_kept = standing.kept_until is not None and at < standing.kept_until
    if reached == own or is_kept:
        return replace(standing, grace_until=None, grace_reason="")
    if standing.grace_until is None:
        grace = datetime.timedelta(days=rules.tier_policy.grace_days)
        standing = replace(standing, grace_until=at + grace, grace_reason=cause)
    if standing.grace_until is not None and at < standing.grace_until:
        return standing
    return NO_TIER if reached < 0 else _standing_in(rules.tiers[reached], at=at, kept_until=None)


def _standing_in(tier: Tier, *, at: datetime.datetime, kept_until: datetime.datetime | None) -> TierStanding:
    return TierStanding(tier=tier.key, since=at, kept_until=kept_until, requirement=dict(tier.requirement))


def _rank(key: str, rules: ProgramRules) -> int:
    """Return the tier's place from the lowest, 0; below 0 for none, and for one that the rules no longer have."""
    return next((rank for rank, tier in enumerate(rules.tiers) if tier.key == key), -1)


def _reaches(amounts: Amounts, requirement: Amounts) -> bool:
    return any(amounts.get(unit, 0) >= needed for unit, needed in requirement.items())


class _Window:
    """What counts at any moment: each entry from its moment on, until the window has passed it."""

    def __init__(self, entries: Sequence[Qualifying], *, rules: ProgramRules, at: datetime.datetime) -> None:
        months = rules.tier_policy.window_months
        self._is_money = rules.tier_policy.basis == "MONEY_SPENT"
        self._entries = []
        for entry in entries:
            moment = min(entry.at, at)
            leaves_at = None if months is None else moment_months_after(moment, months)
            unit, amount = (entry.currency, entry.spent) if self._is_money else (POINTS, entry.points)
            self._entries.append((moment, leaves_at, unit, amount))

    def amounts(self, moment: datetime.datetime) -> Amounts:
        """Return what counts then."""
        amounts: dict[str, int | Decimal] = {} if self._is_money else {POINTS: 0}
        for comes_at, leaves_at, unit, amount in self._entries:
            if comes_at <= moment and (leaves_at is None or moment < leaves_at):
                amounts[unit] = amounts.get(unit, 0) + amount
        return amounts

    def leaving(self, moment: datetime.datetime) -> deque[tuple[datetime.datetime, str, int | Decimal]]:
        """Return what counts then and leaves the window later: when, unit and amount, in order."""
        return deque(
            sorted(
                (leaves_at, unit, amount)
                for comes_at, leaves_at, unit, amount in self._entries
                if leaves_at is not None and comes_at <= moment < leaves_at
            )
        )
