"""``loyaltyBatchCancel``: stops a batch."""

from __future__ import annotations

import graphene

from ...batches import cancel_batch
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.batch import LoyaltyBatch


class LoyaltyBatchCancel(LoyaltyMutation):
    batch = graphene.Field(LoyaltyBatch, description="The batch.")

    class Arguments:
        id = graphene.ID(required=True, description="The batch.")

    class Meta:
        description = "Stops a batch. Points that have moved stay, and can be taken back; one that has ended stays."

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str) -> LoyaltyBatchCancel:
        return cls(batch=cancel_batch(require_integer_key(id, "LoyaltyBatch", field="id"), at=request.at))
