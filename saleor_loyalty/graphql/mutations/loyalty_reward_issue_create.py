"""``loyaltyRewardIssueCreate``: staff takes a reward for a customer, at the counter or on the telephone."""

from __future__ import annotations

from typing import Any

import graphene
from django.db import transaction

from ...rewards import issue_reward
from ..account_choice import AccountChoice, find_or_open_account
from ..base import LoyaltyMutation, require_text
from ..permissions import PermissionDenied
from ..request import LoyaltyRequest
from ..types.reward import LoyaltyRewardIssue


class LoyaltyRewardIssueCreateInput(AccountChoice):
    reward = graphene.String(required=True, description="The key of the reward.")
    channel = graphene.String(required=True, description="The slug of the channel in which it is had.")
    idempotency_key = graphene.String(required=True, description="The same request under the same key counts once.")


class LoyaltyRewardIssueCreate(LoyaltyMutation):
    reward_issue = graphene.Field(
        LoyaltyRewardIssue, description="What the customer has now; of a repeated request: what it had."
    )

    class Arguments:
        input = LoyaltyRewardIssueCreateInput(required=True, description="For whom, which reward, and where.")

    class Meta:
        description = (
            "Takes a reward for a customer's points, on the customer's behalf and under the same conditions. For "
            "staff only: apps never spend a customer's points."
        )

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyRewardIssueCreate:
        if request.requester.app_id is not None:
            raise PermissionDenied(message="Apps never spend a customer's points.")
        key = require_text(input["idempotency_key"], field="idempotencyKey")
        with transaction.atomic():
            issued = issue_reward(
                find_or_open_account(input, at=request.at),
                reward_key=input["reward"],
                channel=input["channel"],
                at=request.at,
                idempotency_key=key,
                actor=request.actor,
            )
        return cls(reward_issue=issued.issue)
