"""``loyaltyLabelAssign``: staff puts labels on customers, many at once."""

from __future__ import annotations

import graphene

from ...cards import assign_labels
from ..base import LoyaltyMutation
from ..ids import require_integer_keys
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount


class LoyaltyLabelAssign(LoyaltyMutation):
    accounts = graphene.List(graphene.NonNull(LoyaltyAccount), description="The accounts, the oldest first.")
    changed = graphene.Int(description="How many labels were put on accounts that did not have them.")

    class Arguments:
        accounts = graphene.List(
            graphene.NonNull(graphene.ID), required=True, description="The accounts, 1 to 100 of one program."
        )
        labels = graphene.List(
            graphene.NonNull(graphene.ID), required=True, description="The labels, 1 to 20 of the same program."
        )

    class Meta:
        description = "Puts each of the labels on each of the accounts, all or none. A repeated call changes nothing."

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, accounts: list[str], labels: list[str]) -> LoyaltyLabelAssign:
        change = assign_labels(
            require_integer_keys(accounts, "LoyaltyAccount", field="accounts"),
            label_ids=require_integer_keys(labels, "LoyaltyLabel", field="labels"),
            actor=request.actor,
            at=request.at,
        )
        return cls(accounts=list(change.accounts), changed=change.changed)
