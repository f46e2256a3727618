"""``loyaltyRewardIssueMarkAsUsed``: staff lets the owner of an access code in."""

from __future__ import annotations

import graphene

from ...rewards import mark_as_used
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.reward import LoyaltyRewardIssue


class LoyaltyRewardIssueMarkAsUsed(LoyaltyMutation):
    reward_issue = graphene.Field(LoyaltyRewardIssue, description="The reward as it is now.")

    class Arguments:
        id = graphene.ID(required=True, description="The issued reward.")

    class Meta:
        description = "Says that access to an event was used. A code lets in once: a second time is REWARD_USED."

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str) -> LoyaltyRewardIssueMarkAsUsed:
        issue = mark_as_used(
            require_integer_key(id, "LoyaltyRewardIssue", field="id"),
            actor=request.actor,
            at=request.at,
        )
        return cls(reward_issue=issue)
