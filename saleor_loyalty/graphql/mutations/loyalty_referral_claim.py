"""``loyaltyReferralClaim``: a new customer enters the code of whoever invited them."""

from __future__ import annotations

import graphene

from ...referrals import claim_referral
from ..base import LoyaltyMutation
from ..permissions import require_customer
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount
from ..types.referral import LoyaltyOwnReferral, ReferralOfAccount


class LoyaltyReferralClaim(LoyaltyMutation):
    referral = graphene.Field(LoyaltyOwnReferral, description="The referral, as the requester sees it.")
    account = graphene.Field(LoyaltyAccount, description="The requester's account.")

    class Arguments:
        code = graphene.String(required=True, description="The code; case, spaces and dashes make no difference.")
        channel = graphene.String(required=True, description="The slug of the channel.")
        device = graphene.String(
            description="What the storefront knows the device by; only a keyed digest of it is kept."
        )

    class Meta:
        description = (
            "Notes by whom the requester was invited. Points come after the requester's first order and its refund "
            "window. A code that does not exist and one that cannot be claimed answer alike: NOT_FOUND."
        )
        is_for_staff = False

    @classmethod
    def perform(
        cls, request: LoyaltyRequest, *, code: str, channel: str, device: str | None = None
    ) -> LoyaltyReferralClaim:
        user_id = require_customer(request.requester)
        referral = claim_referral(user_id=user_id, code=code, channel=channel, device=device or "", at=request.at)
        return cls(referral=ReferralOfAccount(referral=referral, is_referee=True), account=referral.referee)
