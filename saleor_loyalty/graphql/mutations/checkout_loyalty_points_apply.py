"""``checkoutLoyaltyPointsApply``: the customer pays a part of the own checkout with points."""

from __future__ import annotations

from typing import Any

import graphene

from ...checkout import apply_points
from ...errors import CheckoutNotFound
from ...host import get_host
from .. import host_types
from ..base import LoyaltyMutation
from ..ids import require_text_key
from ..request import LoyaltyRequest


class CheckoutLoyaltyPointsApply(LoyaltyMutation):
    checkout = graphene.Field(host_types.Checkout, description="The checkout with the points applied.")

    class Arguments:
        id = graphene.ID(required=True, description="The checkout. It must be the requester's own.")
        points = graphene.Int(required=True, description="How many points; they replace those applied before.")
        idempotency_key = graphene.String(description="The same request under the same key is applied once.")

    class Meta:
        description = "Pays a part of the requester's own checkout with points. Apps cannot do it."
        is_for_staff = False

    @classmethod
    def perform(
        cls, request: LoyaltyRequest, *, id: str, points: int, idempotency_key: str | None = None
    ) -> CheckoutLoyaltyPointsApply:
        checkout_id = require_text_key(id, host_types.Checkout._meta.name, field="id")
        apply_points(
            checkout_id=checkout_id,
            points=points,
            requester=request.requester,
            at=request.at,
            idempotency_key=idempotency_key,
        )
        return cls(checkout=read_checkout(checkout_id))


def read_checkout(checkout_id: str) -> Any:
    """Return what the host's Checkout resolves from, as it is now. Raises CheckoutNotFound."""
    checkout = get_host().graphql_roots("Checkout", [checkout_id]).get(checkout_id)
    if checkout is None:
        raise CheckoutNotFound
    return checkout
