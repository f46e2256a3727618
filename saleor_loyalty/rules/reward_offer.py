"""Whether a customer may have a reward of the catalogue now, and if not, why not. Pure.

The codes, in the order in which they are judged, so that a customer is told first what no number of points changes:

    PROGRAM_INACTIVE      the program is outside of its dates, or not active in the channel
    REWARD_INACTIVE       the reward is outside of its dates, or not for the channel
    NOT_A_MEMBER          only customers whose e-mail address is confirmed have rewards (A-001)
    ACCOUNT_FROZEN        the account is stopped
    NOT_ELIGIBLE          the reward is for other tiers, labels or plans
    REWARD_OUT_OF_STOCK   all that there were have been had
    LIMIT_REACHED         the customer has had as many as one customer can have
    INSUFFICIENT_POINTS   the points do not suffice
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from ..basket import CustomerFacts
from .document import ProgramRules, Reward

REWARD_REASONS = (
    "PROGRAM_INACTIVE",
    "REWARD_INACTIVE",
    "NOT_A_MEMBER",
    "ACCOUNT_FROZEN",
    "NOT_ELIGIBLE",
    "REWARD_OUT_OF_STOCK",
    "LIMIT_REACHED",
    "INSUFFICIENT_POINTS",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class RewardOffer:
    """One reward, as it is offered to one customer."""

    reward: Reward
    reason: str
    """The code of why it cannot be had; empty where it can."""
    missing_points: int
    """How many more points it takes; 0 where they suffice."""
    left: int | None
    """How many there are still. None: any number."""


def offer_reward(
    reward: Reward,
    *,
    rules: ProgramRules,
    channel: str,
    customer: CustomerFacts,
    is_account_active: bool = True,
    available: int,
    issued: int,
    issued_to_customer: int,
    at: datetime.datetime,
) -> RewardOffer:
    """Return the reward as it is offered.

    Args:
        available: the customer's points that can be spent; ``is_account_active``: whether the account may spend.
        issued: how many stand in all; ``issued_to_customer``: how many of them the customer has or had.
    """
    left = None if reward.stock is None else max(reward.stock - issued, 0)
    missing = max(reward.required_points - available, 0)
    limit = reward.usage_limit_per_customer
    obstacles = (
        bool(rules.inactive_reason(channel, at=at)),
        not reward.is_for(channel) or not reward.is_current(at),
        customer.user_id is None or customer.member_status != "MEMBER",
        not is_account_active,
        bool(reward.conditions.failing(customer)),
        left == 0,
        limit is not None and issued_to_customer >= limit,
        missing > 0,
    )
    reason = next((code for code, stands in zip(REWARD_REASONS, obstacles, strict=True) if stands), "")
    return RewardOffer(reward=reward, reason=reason, missing_points=missing, left=left)


def reward_words_needed(rules: ProgramRules) -> frozenset[str]:
    """Return what the conditions of the rewards ask about a customer."""
    return frozenset().union(*(reward.conditions.words_needed for reward in rules.rewards))
