"""``loyaltyRewardIssueReverse``: staff takes back a reward that was not used, and its points return."""

from __future__ import annotations

import graphene

from ...rewards import reverse_reward
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.reward import LoyaltyRewardIssue


class LoyaltyRewardIssueReverse(LoyaltyMutation):
    reward_issue = graphene.Field(LoyaltyRewardIssue, description="The reward as it is now.")

    class Arguments:
        id = graphene.ID(required=True, description="The issued reward.")
        reason = graphene.String(description="The reason, as the customer sees it; at most 1,000 characters.")
        internal_note = graphene.String(description="A note for staff.")

    class Meta:
        description = (
            "Takes a reward that was not used away in the shop and gives its points back, with the dates they had."
        )

    @classmethod
    def perform(
        cls, request: LoyaltyRequest, *, id: str, reason: str | None = None, internal_note: str | None = None
    ) -> LoyaltyRewardIssueReverse:
        issue = reverse_reward(
            require_integer_key(id, "LoyaltyRewardIssue", field="id"),
            actor=request.actor,
            at=request.at,
            reason=reason or "",
            internal_note=internal_note or "",
        )
        return cls(reward_issue=issue)
