"""``loyaltyMergeUndo``: staff or an app makes two accounts of one again."""

from __future__ import annotations

import graphene

from ...accounts import undo_merge
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.account_care import LoyaltyAccountMerge, LoyaltyMergeUndoPreview


class LoyaltyMergeUndo(LoyaltyMutation):
    merge = graphene.Field(LoyaltyAccountMerge, description="The merge, undone; in a dry run as it is.")
    preview = graphene.Field(LoyaltyMergeUndoPreview, description="What it did, or would do.")

    class Arguments:
        id = graphene.ID(required=True, description="The merge.")
        dry_run = graphene.Boolean(description="Only say what would happen; nothing is written.")
        reason = graphene.String(description="Why, for staff: on both timelines until the customer is erased.")

    class Meta:
        description = (
            "Undoes a merge: the source is open again, with what is left of its points, its debt, orders, memberships "
            "and card. What was earned since, and what was spent, stays with the target."
        )

    @classmethod
    def perform(
        cls, request: LoyaltyRequest, *, id: str, dry_run: bool | None = False, reason: str | None = None
    ) -> LoyaltyMergeUndo:
        undone = undo_merge(
            require_integer_key(id, "LoyaltyAccountMerge", field="id"),
            reason=reason or "",
            is_dry_run=bool(dry_run),
            actor=request.actor,
            at=request.at,
        )
        return cls(merge=undone.merge, preview=undone.preview)
