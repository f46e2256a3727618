"""``loyaltyLabelUnassign``: staff takes labels off customers, many at once."""

from __future__ import annotations

import graphene

from ...cards import unassign_labels
from ..base import LoyaltyMutation
from ..ids import require_integer_keys
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount


class LoyaltyLabelUnassign(LoyaltyMutation):
    accounts = graphene.List(graphene.NonNull(LoyaltyAccount), description="The accounts, the oldest first.")
    changed = graphene.Int(description="How many labels were taken off accounts that had them.")

    class Arguments:
        accounts = graphene.List(
            graphene.NonNull(graphene.ID), required=True, description="The accounts, 1 to 100 of one program."
        )
        labels = graphene.List(
            graphene.NonNull(graphene.ID), required=True, description="The labels, 1 to 20 of the same program."
        )

    class Meta:
        description = (
            "Takes each of the labels off each of the accounts, all or none. A repeated call changes nothing."
        )

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, accounts: list[str], labels: list[str]) -> LoyaltyLabelUnassign:
        change = unassign_labels(
            require_integer_keys(accounts, "LoyaltyAccount", field="accounts"),
            label_ids=require_integer_keys(labels, "LoyaltyLabel", field="labels"),
            actor=request.actor,
            at=request.at,
        )
        return cls(accounts=list(change.accounts), changed=change.changed)
