"""``loyaltyAudienceCreate``: staff gives a filter a name."""

from __future__ import annotations

from typing import Any

import graphene

from ...accounts import AccountFilter, LabelChoice
from ...audiences import create_audience
from ..base import LoyaltyMutation, require_text
from ..errors import InputRefused
from ..filters import LoyaltyAccountWhereInput
from ..ids import require_integer_key
from ..program_choice import find_program
from ..request import LoyaltyRequest
from ..stored_filters import says_something, stored_account_filter
from ..types.export import LoyaltyAudience


class LoyaltyAudienceCreateInput(graphene.InputObjectType):  # type: ignore[misc]
    program = graphene.ID(description="The program; needed where there are several.")
    name = graphene.String(required=True, description="The name, at most 250 characters.")
    where = graphene.Field(LoyaltyAccountWhereInput, description="Which accounts. This, `label` or `everybody`.")
    label = graphene.ID(description="The accounts with this label. This, `where` or `everybody`.")
    everybody = graphene.Boolean(description="True: all accounts of the program.")


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
            raise InputRefused("REQUIRED", "Give a label, a filter or `everybody`.", field="where")
        return cls(
            audience=create_audience(find_program(input.get("program")), name=name, wanted=wanted, at=request.at)
        )


def wanted_accounts(data: Any) -> AccountFilter | None:
    """Return the filter that an input means; None where it says nothing.

    Raises InputRefused INVALID for more than one of `where`, `label` and `everybody`, and for what is no filter to be
    kept; REQUIRED for a `where` that says nothing: everybody is meant only where that is said.
    """
    given = [name for name in ("where", "label", "everybody") if data.get(name) is not None]
    if len(given) > 1:
        raise InputRefused("INVALID", "Give only one of a filter, a label and `everybody`.", field=given[1])
    if data.get("label") is not None:
        label_id = require_integer_key(data["label"], "LoyaltyLabel", field="label")
        return AccountFilter(labels=LabelChoice(eq=label_id))
    if data.get("everybody"):
        return AccountFilter()
    if data.get("where") is None:
        return None
    found = stored_account_filter(data["where"])
    if not says_something(data["where"]):
        raise InputRefused("REQUIRED", "`where` says nothing. Say `everybody` for all accounts.", field="where")
    return found
