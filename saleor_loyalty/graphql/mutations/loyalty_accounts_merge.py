"""``loyaltyAccountsMerge``: staff or an app makes two accounts of one person one."""

from __future__ import annotations

from types import MappingProxyType

import graphene

from ...accounts import merge_accounts
from ...models import LoyaltyAccount as LoyaltyAccountModel
from ..base import LoyaltyMutation, require_text
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount
from ..types.account_care import LoyaltyAccountMerge, LoyaltyMergePreview


class LoyaltyAccountsMerge(LoyaltyMutation):
    merge = graphene.Field(LoyaltyAccountMerge, description="The merge; null in a dry run.")
    preview = graphene.Field(
        LoyaltyMergePreview, description="What it did, or would do; null where the merge was made before."
    )
    target = graphene.Field(LoyaltyAccount, description="The account that is left, as it is now.")

    field_names = MappingProxyType({"source": "sourceId", "target": "targetId"})

    class Arguments:
        source_id = graphene.ID(required=True, description="The account that goes into the other one and is closed.")
        target_id = graphene.ID(required=True, description="The account that stays. Of the same program.")
        dry_run = graphene.Boolean(description="Only say what would happen; nothing is written.")
        idempotency_key = graphene.String(description="Makes a retry the same merge. Required but in a dry run.")
        reason = graphene.String(description="Why, for staff: on both timelines until the customer is erased.")

    class Meta:
        description = (
            "Merges two accounts of one person: points with their dates, debt, orders, memberships, card, referrals "
            "and rewards go to the target; the source is closed and points to it. It can be undone. Refused for "
            "frozen and closed accounts, and while a checkout has points of the source set aside."
        )

    @classmethod
    def perform(
        cls,
        request: LoyaltyRequest,
        *,
        source_id: str,
        target_id: str,
        dry_run: bool | None = False,
        idempotency_key: str | None = None,
        reason: str | None = None,
    ) -> LoyaltyAccountsMerge:
        target_key = require_integer_key(target_id, "LoyaltyAccount", field="targetId")
        result = merge_accounts(
            require_integer_key(source_id, "LoyaltyAccount", field="sourceId"),
            target_id=target_key,
            idempotency_key="" if dry_run else require_text(idempotency_key, field="idempotencyKey"),
            reason=reason or "",
            is_dry_run=bool(dry_run),
            actor=request.actor,
            at=request.at,
        )
        target = LoyaltyAccountModel.objects.get(pk=target_key)
        return cls(merge=result.merge, preview=result.preview, target=target)
