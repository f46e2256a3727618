"""What other tiers would change, before they are published."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import graphene

from ..models import LoyaltyProgram, ProgramVersion
from ..rules import parse_rules
from ..tiers import TierPreview, preview_tiers
from .ids import integer_key
from .permissions import NEEDS_LOYALTY, require_manage_loyalty
from .reach import require_whole_program, within_reach
from .request import loyalty_request


class LoyaltyTierCount(graphene.ObjectType):  # type: ignore[misc]
    key = graphene.String(description="The key of the tier; null for none.")
    accounts = graphene.Int(required=True, description="How many accounts would have it.")

    class Meta:
        description = "A tier and a number of accounts."


class LoyaltyTierPreview(graphene.ObjectType):  # type: ignore[misc]
    accounts = graphene.Int(required=True, description="How many accounts were looked at: those active last.")
    is_complete = graphene.Boolean(required=True, description="Whether these are all.")
    up = graphene.Int(required=True, description="How many would come to a higher tier.")
    down = graphene.Int(required=True, description="How many would come to a lower one, or to none.")
    grace = graphene.Int(required=True, description="How many would keep their tier for the grace only.")
    tiers = graphene.List(
        graphene.NonNull(LoyaltyTierCount), required=True, description="How many would have each tier."
    )

    class Meta:
        description = "What publishing the draft would change of the tiers of accounts at once."

    @staticmethod
    def resolve_tiers(root: TierPreview, _info: Any) -> list[dict[str, Any]]:
        return [{"key": key or None, "accounts": count} for key, count in sorted(root.by_tier.items())]


def resolve_loyalty_tier_preview(_root: Any, info: Any, program: str) -> TierPreview | None:
    """Return what the program's draft would change; None where there is no such program, or no draft."""
    require_manage_loyalty(info)
    request = loyalty_request(info)
    key = integer_key(program, "LoyaltyProgram")
    programs = within_reach(LoyaltyProgram.objects.using(request.using), request, program="pk")
    if key is None or not programs.filter(pk=key).exists():
        return None
    require_whole_program(key, info)
    draft = ProgramVersion.objects.using(request.using).filter(program_id=key, published_at=None).first()
    if draft is None:
        return None
    return preview_tiers(key, rules=parse_rules(draft.rules), at=request.at, using=request.using)


QUERIES: dict[str, tuple[graphene.Field, Callable[..., Any]]] = {
    "loyalty_tier_preview": (
        graphene.Field(
            LoyaltyTierPreview,
            program=graphene.ID(required=True, description="The program."),
            description="What publishing the program's draft would change of tiers; null without a draft. At most "
            "5000 accounts are looked at." + NEEDS_LOYALTY,
        ),
        resolve_loyalty_tier_preview,
    ),
}
