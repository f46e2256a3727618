"""``loyaltyLabelBulkAssign``: staff puts labels on all customers that a filter means."""

from __future__ import annotations

from typing import Any

import graphene

from ..base import LoyaltyMutation
from ..labels_by_filter import HOW, LabelsByFilterInput, change_labels, end_cursor
from ..request import LoyaltyRequest


class LoyaltyLabelBulkAssignInput(LabelsByFilterInput):
    pass


class LoyaltyLabelBulkAssign(LoyaltyMutation):
    accounts = graphene.Int(description="How many accounts this call was about.")
    changed = graphene.Int(description="How many labels were put on accounts that did not have them.")
    end_cursor = graphene.ID(description="To go on after; null where there are no more.")

    class Arguments:
        input = LoyaltyLabelBulkAssignInput(required=True, description="Which labels, and whom.")

    class Meta:
        description = f"Puts each of the labels on all accounts that a filter means and that are open. {HOW}"

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyLabelBulkAssign:
        portion = change_labels(request, input, is_assigned=True)
        return cls(accounts=portion.accounts, changed=portion.changed, end_cursor=end_cursor(portion))
