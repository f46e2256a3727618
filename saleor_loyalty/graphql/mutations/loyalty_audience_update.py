"""``loyaltyAudienceUpdate``: staff changes an audience."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import graphene

from ...audiences import update_audience
from ..base import LoyaltyMutation, require_text
from ..filters import LoyaltyAccountWhereInput
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.export import LoyaltyAudience
from .loyalty_audience_create import wanted_accounts


class LoyaltyAudienceUpdateInput(graphene.InputObjectType):  # type: ignore[misc]
    name = graphene.String(description="Another name.")
    where = graphene.Field(LoyaltyAccountWhereInput, description="Other accounts. This, `label` or `everybody`.")
    label = graphene.ID(description="The accounts with this label. This, `where` or `everybody`.")
    everybody = graphene.Boolean(description="True: all accounts of the program.")


class LoyaltyAudienceUpdate(LoyaltyMutation):
    audience = graphene.Field(LoyaltyAudience, description="The audience.")

    field_names = MappingProxyType({"audience": "id"})

    class Arguments:
        id = graphene.ID(required=True, description="The audience.")
        input = LoyaltyAudienceUpdateInput(required=True, description="What is to change.")

    class Meta:
        description = "Gives an audience another name or other accounts. What is left out stays."
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str, input: Any) -> LoyaltyAudienceUpdate:
        audience_id = require_integer_key(id, "LoyaltyAudience", field="id")
        name = None if input.get("name") is None else require_text(input["name"], field="name")
        audience = update_audience(audience_id, name=name, wanted=wanted_accounts(input), at=request.at)
        return cls(audience=audience)
