"""``loyaltyBatchRevert``: takes a whole batch back."""

from __future__ import annotations

from typing import Any

import graphene

from ...batches import estimate_recovery, revert_batch
from ...models import Batch
from .. import host_types
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.batch import LoyaltyBatch


class LoyaltyBatchRevert(LoyaltyMutation):
    batch = graphene.Field(LoyaltyBatch, description="The batch, which is taken back in the background.")
    points = graphene.Field(host_types.DecimalNumber, description="In a dry run: the points that would come back.")
    unrecovered_points = graphene.Field(
        host_types.DecimalNumber, description="In a dry run: the points that are gone: spent, set aside or expired."
    )

    class Arguments:
        id = graphene.ID(required=True, description="The batch.")
        dry_run = graphene.Boolean(description="Only say what would come back now.")

    class Meta:
        description = (
            "Takes back all that a batch gave, as far as each account still has points, or gives back what it took; "
            "once, and not while it runs."
        )

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str, dry_run: bool | None = None) -> LoyaltyBatchRevert:
        key = require_integer_key(id, "LoyaltyBatch", field="id")
        if dry_run:
            found = estimate_recovery(key, at=request.at)
            batch: Any = Batch.objects.get(pk=key)
            return cls(batch=batch, points=found.points, unrecovered_points=found.unrecovered)
        return cls(batch=revert_batch(key, actor=request.actor, at=request.at))
