"""What staff says about a plan, as the mutations that make and change it read it."""

from __future__ import annotations

from typing import Any

import graphene

from ..memberships import SoldBy
from . import host_types
from .enums import LoyaltyPlanKindEnum, LoyaltyPlanStackingEnum, LoyaltyPlanStartEnum
from .ids import require_text_key

TERMS = (
    "name", "kind", "duration_months", "duration_days", "starts_when", "stacking", "start_points", "is_active",
)  # fmt: skip
NULLABLE = frozenset({"duration_months", "duration_days"})


class LoyaltyPlanVariantInput(graphene.InputObjectType):  # type: ignore[misc]
    variant = graphene.ID(description="The variant. Either this, `sku`, or both.")
    sku = graphene.String(description="Its SKU: it is found by it too, also when the variant is made anew.")


class PlanTermsInput(graphene.InputObjectType):  # type: ignore[misc]
    """The fields that describe a plan in an input. Not a type of the schema itself."""

    kind = LoyaltyPlanKindEnum(description="Left out of a new plan: SUBSCRIPTION.")
    duration_months = graphene.Int(description="1 to 120. Either this or `durationDays`; a package may have neither.")
    duration_days = graphene.Int(description="1 to 3660.")
    starts_when = LoyaltyPlanStartEnum(description="Left out of a new plan: ORDER_PAID.")
    stacking = LoyaltyPlanStackingEnum(description="Left out of a new plan: QUEUE.")
    start_points = graphene.Int(description="Points at the start; left out of a new plan: none.")
    is_active = graphene.Boolean(description="Whether its variants sell it now; left out of a new plan: yes.")
    variants = graphene.List(
        graphene.NonNull(LoyaltyPlanVariantInput), description="The variants that sell it, at most 100."
    )


def read_terms(data: Any) -> dict[str, Any]:
    """Return the terms that the input names. Null says that there is none of a duration; else it says nothing."""
    return {name: data[name] for name in TERMS if name in data and (data[name] is not None or name in NULLABLE)}


def read_variants(data: Any) -> list[SoldBy] | None:
    """Return the variants, or None where none are named. Raises InputRefused INVALID for a malformed id."""
    if data.get("variants") is None:
        return None
    name = host_types.ProductVariant._meta.name
    return [
        SoldBy(
            variant_id=require_text_key(row["variant"], name, field="variants") if row.get("variant") else "",
            sku=row.get("sku") or "",
        )
        for row in data["variants"]
    ]
