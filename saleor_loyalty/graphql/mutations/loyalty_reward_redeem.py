"""``loyaltyRewardRedeem``: a customer takes a reward for the own points."""

from __future__ import annotations

import datetime
from typing import Any

import graphene
from django.db import transaction

from ...errors import AccountNotFound
from ...ledger import Actor, open_account
from ...models import LoyaltyProgram
from ...programs import active_program
from ...rewards import RewardRefused, account_of_request, issue_reward
from ..base import LoyaltyMutation, require_text
from ..request import LoyaltyRequest
from ..types.reward import LoyaltyRewardIssue


class LoyaltyRewardRedeemInput(graphene.InputObjectType):  # type: ignore[misc]
    reward = graphene.String(required=True, description="The key of the reward.")
    channel = graphene.String(required=True, description="The slug of the channel that the customer is in.")
    idempotency_key = graphene.String(required=True, description="The same request under the same key counts once.")


class LoyaltyRewardRedeem(LoyaltyMutation):
    reward_issue = graphene.Field(
        LoyaltyRewardIssue, description="What the customer has now; of a repeated request: what it had."
    )

    class Arguments:
        input = LoyaltyRewardRedeemInput(required=True, description="Which reward, and where.")

    class Meta:
        description = "Takes a reward for the requester's own points, all of it or nothing. Apps cannot do it."
        is_for_staff = False

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyRewardRedeem:
        key = require_text(input["idempotency_key"], field="idempotencyKey")
        requester = request.requester
        if requester.app_id is not None or requester.user_id is None:
            raise AccountNotFound
        with transaction.atomic():
            account_id = account_of_request(requester.user_id, channel=input["channel"], idempotency_key=key)
            issued = issue_reward(
                # In the same transaction: a refusal leaves no empty account behind.
                account_id or _open_account(requester.user_id, channel=input["channel"], at=request.at),
                reward_key=input["reward"],
                channel=input["channel"],
                at=request.at,
                idempotency_key=key,
                actor=Actor(kind="CUSTOMER", id=requester.user_id),
            )
        return cls(reward_issue=issued.issue)


def _open_account(user_id: int, *, channel: str, at: datetime.datetime) -> int:
    program = active_program(channel, at=at)
    if program is None:
        raise RewardRefused("PROGRAM_INACTIVE")
    owner = LoyaltyProgram.objects.get(pk=program.program_id)
    return open_account(owner, user_id=user_id, at=at).pk
