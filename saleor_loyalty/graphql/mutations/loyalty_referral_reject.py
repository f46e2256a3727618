"""``loyaltyReferralReject``: staff ends a referral for which nothing was paid yet."""

from __future__ import annotations

import graphene

from ...referrals import reject_referral
from ..base import LoyaltyMutation, require_text
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.referral import LoyaltyReferral


class LoyaltyReferralReject(LoyaltyMutation):
    referral = graphene.Field(LoyaltyReferral, description="The referral.")

    class Arguments:
        id = graphene.ID(required=True, description="The referral.")
        reason = graphene.String(required=True, description="Why, for staff; at most 1,000 characters.")

    class Meta:
        description = (
            "Ends a referral for which nothing was paid yet: neither side gets anything. It is final. The customers "
            "are told no reason."
        )

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str, reason: str) -> LoyaltyReferralReject:
        referral = reject_referral(
            require_integer_key(id, "LoyaltyReferral", field="id"),
            reason=require_text(reason, field="reason"),
            actor=request.actor,
            at=request.at,
        )
        return cls(referral=referral)
