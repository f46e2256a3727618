"""How a standing, its outlook and amounts are stored, and read back."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from ..models import TierStatus
from ..rules import NO_TIER, TierStanding, TierStep, round_down

POINTS = "points"


def amounts_to_json(amounts: Mapping[str, int | Decimal]) -> dict[str, Any]:
    """Return amounts ready for JSON: points as number, money as text."""
    return {
        unit: amount if unit == POINTS else str(round_down(Decimal(amount), unit)) for unit, amount in amounts.items()
    }


def amounts_from_json(data: Mapping[str, Any] | None) -> dict[str, int | Decimal]:
    return {unit: value if unit == POINTS else Decimal(value) for unit, value in (data or {}).items()}


def stored_standing(tier_key: str, status: TierStatus | None) -> TierStanding:
    """Return where the account stood at the last look."""
    if status is None or not tier_key:
        return NO_TIER
    return TierStanding(
        tier=tier_key,
        since=status.since,
        kept_until=status.kept_until,
        requirement=amounts_from_json(status.requirement),
        grace_until=status.grace_until,
        grace_reason=status.grace_reason,
    )


def outlook_to_json(outlook: Sequence[TierStep]) -> list[dict[str, Any]]:
    return [
        {
            "at": step.at.isoformat(),
            "reason": step.reason,
            "tier": step.standing.tier,
            "since": _text(step.standing.since),
            "keptUntil": _text(step.standing.kept_until),
            "requirement": amounts_to_json(step.standing.requirement),
            "graceUntil": _text(step.standing.grace_until),
            "graceReason": step.standing.grace_reason,
        }
        for step in outlook
    ]


def outlook_from_json(data: Sequence[Mapping[str, Any]]) -> list[TierStep]:
    """Return the steps that ``outlook_to_json`` wrote."""
    return [
        TierStep(
            at=datetime.datetime.fromisoformat(step["at"]),
            reason=step["reason"],
            standing=TierStanding(
                tier=step["tier"],
                since=_moment(step["since"]),
                kept_until=_moment(step["keptUntil"]),
                requirement=amounts_from_json(step["requirement"]),
                grace_until=_moment(step["graceUntil"]),
                grace_reason=step["graceReason"],
            ),
        )
        for step in data
    ]


def _text(moment: datetime.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime.datetime | None:
    return None if text is None else datetime.datetime.fromisoformat(text)
