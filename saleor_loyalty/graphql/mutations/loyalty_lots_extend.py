"""``loyaltyLotsExtend``: staff or an app lets points last longer."""

from __future__ import annotations

from typing import Any

import graphene

from ...ledger import extend_expiry
from ...models import LoyaltyAccount as LoyaltyAccountModel
from .. import host_types
from ..account_choice import AccountChoice, find_account
from ..base import LoyaltyMutation, aware_moment, require_text
from ..ids import require_integer_keys
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount


class LoyaltyLotsExtendInput(AccountChoice):
    lots = graphene.List(
        graphene.NonNull(graphene.ID), description="These lots; left out: all that expire before `expiresAt`."
    )
    expires_at = graphene.Argument(host_types.DateTime, description="When they expire from now on; null: never.")
    reason = graphene.String(required=True, description="Why, for staff.")


class LoyaltyLotsExtend(LoyaltyMutation):
    account = graphene.Field(LoyaltyAccount, description="The account.")
    extended = graphene.Int(description="How many lots last longer now; those that did already are not counted.")

    class Arguments:
        input = LoyaltyLotsExtendInput(required=True, description="Which points, until when and why.")

    class Meta:
        description = "Lets points last longer. It is recorded; dates are never moved back, and no point is revived."

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyLotsExtend:
        account_id = find_account(input)
        lots = input.get("lots")
        extensions = extend_expiry(
            account_id,
            lot_ids=None if lots is None else require_integer_keys(lots, "LoyaltyPointLot", field="lots"),
            expires_at=aware_moment(input.get("expires_at"), field="expiresAt"),
            at=request.at,
            actor=request.actor,
            reason=require_text(input.get("reason"), field="reason"),
        )
        return cls(account=LoyaltyAccountModel.objects.get(pk=account_id), extended=len(extensions))
