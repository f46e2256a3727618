"""``loyaltyAudienceCreate``: staff gives a filter a name."""

from __future__ import annotations

from typing import Any

import graphene

from ...accounts import AccountFilter, LabelChoice
from ...audiences import create_audience
from ..base import LoyaltyMutation, require_text
from ..errors import InputRefused
from ..filters import LoyaltyAccountWhereInput, account_filter
from ..ids import require_integer_key
from ..program_choice import find_program
from ..request import LoyaltyRequest
from ..types.export import LoyaltyAudience


class LoyaltyAudienceCreateInput(graphene.InputObjectType):  # type: ignore[misc]
    program = graphene.ID(description="The program; needed where there are several.")
    name = graphene.String(required=True, description="The name, at most 250 characters.")
    where = graphene.Field(LoyaltyAccountWhereInput, description="Which accounts. Either this or `label`.")
    label = graphene.ID(description="The accounts with this label. Either this or `where`.")


class LoyaltyAudienceCreate(LoyaltyMutation):
    audience = graphene.Field(LoyaltyAudience, description="The audience.")

    class Arguments:
        input = LoyaltyAudienceCreateInput(required=True, description="Its program, its name and who is in it.")

    class Meta:
        description = "Makes an audience of a label or a filter."
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyAudienceCreate:
        name = require_text(input.get("name"), field="name")
        wanted = wanted_accounts(input)
        if wanted is None:
            raise InputRefused("REQUIRED", "Give a label or a filter.", field="where")
        return cls(
            audience=create_audience(find_program(input.get("program")), name=name, wanted=wanted, at=request.at)
        )


def wanted_accounts(data: Any) -> AccountFilter | None:
    """Return the filter that an input means; None where it says nothing. Raises InputRefused INVALID for both."""
    if data.get("where") is not None and data.get("label") is not None:
        raise InputRefused("INVALID", "Give either a label or a filter.", field="label")
    if data.get("label") is not None:
        label_id = require_integer_key(data["label"], "LoyaltyLabel", field="label")
        return AccountFilter(labels=LabelChoice(eq=label_id))
    return None if data.get("where") is None else account_filter(data["where"])
