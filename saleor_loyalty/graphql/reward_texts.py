"""Why a reward cannot be had, in words for the customer."""

from __future__ import annotations

from typing import Any

from ..messages import render
from ..rules import ProgramRules
from ..rules.reward_offer import RewardOffer


def reward_message(offer: RewardOffer, *, rules: ProgramRules, language: str) -> str:
    """Return the sentence; ``offer`` has a reason."""
    facts: dict[str, Any] = {"points": offer.missing_points} if offer.reason == "INSUFFICIENT_POINTS" else {}
    return render(f"REWARD_REFUSED_{offer.reason}", language=language, point_names=rules.point_names, **facts)
