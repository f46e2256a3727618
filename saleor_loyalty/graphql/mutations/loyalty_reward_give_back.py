"""``loyaltyRewardGiveBack``: a customer gives back a reward that was not used, for its points."""

from __future__ import annotations

import graphene

from ...ledger import Actor
from ...models import RewardIssue
from ...rewards import RewardIssueNotFound, reverse_reward
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.reward import LoyaltyRewardIssue


class LoyaltyRewardGiveBack(LoyaltyMutation):
    reward_issue = graphene.Field(LoyaltyRewardIssue, description="The reward as it is now.")

    class Arguments:
        id = graphene.ID(required=True, description="The issued reward. It must be the requester's own.")

    class Meta:
        description = (
            "Gives back a reward that the requester has not used, where its rules allow that; its points come back. "
            "Apps cannot do it."
        )
        is_for_staff = False

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str) -> LoyaltyRewardGiveBack:
        key = require_integer_key(id, "LoyaltyRewardIssue", field="id")
        requester = request.requester
        if requester.app_id is not None or requester.user_id is None:
            raise RewardIssueNotFound
        if not RewardIssue.objects.filter(pk=key, account__user_id=requester.user_id).exists():
            raise RewardIssueNotFound
        actor = Actor(kind="CUSTOMER", id=requester.user_id)
        return cls(reward_issue=reverse_reward(key, actor=actor, at=request.at))
