"""``loyaltyReferralCodeCreate``: a customer asks for the code with which to invite others."""

from __future__ import annotations

import graphene

from ...referrals import format_code, open_referral_code
from ..base import LoyaltyMutation
from ..permissions import require_customer
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount


class LoyaltyReferralCodeCreate(LoyaltyMutation):
    code = graphene.String(description="The code. It does not change.")
    account = graphene.Field(LoyaltyAccount, description="The customer's account.")

    class Arguments:
        channel = graphene.String(required=True, description="The slug of the channel.")
        device = graphene.String(
            description="What the storefront knows the device by; only a keyed digest of it is kept."
        )

    class Meta:
        description = "Returns the requester's own code for inviting others, and makes it where there is none."
        is_for_staff = False

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, channel: str, device: str | None = None) -> LoyaltyReferralCodeCreate:
        user_id = require_customer(request.requester)
        row = open_referral_code(user_id=user_id, channel=channel, device=device or "", at=request.at)
        return cls(code=format_code(row.code), account=row.account)
