"""``loyaltyLabelBulkUnassign``: staff takes labels off all customers that a filter means."""

from __future__ import annotations

from typing import Any

import graphene

from ..base import LoyaltyMutation
from ..labels_by_filter import HOW, LabelsByFilterInput, change_labels, end_cursor
from ..request import LoyaltyRequest


class LoyaltyLabelBulkUnassignInput(LabelsByFilterInput):
    pass


class LoyaltyLabelBulkUnassign(LoyaltyMutation):
    accounts = graphene.Int(description="How many accounts this call was about.")
    changed = graphene.Int(description="How many labels were taken off accounts that had them.")
    end_cursor = graphene.ID(description="To go on after; null where there are no more.")

    class Arguments:
        input = LoyaltyLabelBulkUnassignInput(required=True, description="Which labels, and whom.")

    class Meta:
        description = f"Takes each of the labels off all accounts that a filter means. {HOW}"

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyLabelBulkUnassign:
        portion = change_labels(request, input, is_assigned=False)
        return cls(accounts=portion.accounts, changed=portion.changed, end_cursor=end_cursor(portion))
