"""``checkoutLoyaltyPointsRemove``: the customer takes the points off the own checkout."""

from __future__ import annotations

import graphene

from ...checkout import remove_points
from .. import host_types
from ..base import LoyaltyMutation
from ..ids import require_text_key
from ..request import LoyaltyRequest
from .checkout_loyalty_points_apply import read_checkout


class CheckoutLoyaltyPointsRemove(LoyaltyMutation):
    checkout = graphene.Field(host_types.Checkout, description="The checkout without points.")

    class Arguments:
        id = graphene.ID(required=True, description="The checkout. It must be the requester's own.")

    class Meta:
        description = "Takes the points off the requester's own checkout; they are free again. Apps cannot do it."
        is_for_staff = False

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str) -> CheckoutLoyaltyPointsRemove:
        checkout_id = require_text_key(id, host_types.Checkout._meta.name, field="id")
        remove_points(checkout_id=checkout_id, requester=request.requester, at=request.at)
        return cls(checkout=read_checkout(checkout_id))
