"""``loyaltyReferralApprove``: staff lets a referral go on that was put before them."""

from __future__ import annotations

import graphene

from ...referrals import approve_referral
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.referral import LoyaltyReferral


class LoyaltyReferralApprove(LoyaltyMutation):
    referral = graphene.Field(LoyaltyReferral, description="The referral.")

    class Arguments:
        id = graphene.ID(required=True, description="The referral.")

    class Meta:
        description = (
            "Lets a referral go on that is IN_REVIEW. Where its refund window is over its points come at once, else "
            "when it is. Of any other referral: INVALID."
        )

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str) -> LoyaltyReferralApprove:
        referral = approve_referral(
            require_integer_key(id, "LoyaltyReferral", field="id"),
            actor=request.actor,
            at=request.at,
        )
        return cls(referral=referral)
