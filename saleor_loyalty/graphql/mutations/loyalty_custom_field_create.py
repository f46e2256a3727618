"""``loyaltyCustomFieldCreate``: staff adds a field to the cards of a program."""

from __future__ import annotations

from typing import Any

import graphene

from ...cards import create_custom_field
from ..base import LoyaltyMutation, require_text
from ..enums import LoyaltyCustomFieldTypeEnum
from ..program_choice import find_program
from ..request import LoyaltyRequest
from ..types.card import LoyaltyCustomField


class LoyaltyCustomFieldCreateInput(graphene.InputObjectType):  # type: ignore[misc]
    program = graphene.ID(description="The program; needed where there are several.")
    name = graphene.String(required=True, description="The name, at most 250 characters.")
    type = LoyaltyCustomFieldTypeEnum(required=True, description="What may be said in it. It never changes.")
    options = graphene.List(
        graphene.NonNull(graphene.String), description="What can be chosen, 1 to 100 texts; for a CHOICE only."
    )


class LoyaltyCustomFieldCreate(LoyaltyMutation):
    custom_field = graphene.Field(LoyaltyCustomField, description="The field.")

    class Arguments:
        input = LoyaltyCustomFieldCreateInput(required=True, description="Its program, name and type.")

    class Meta:
        description = "Adds a field to the customer cards of a program, which has at most 100."

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyCustomFieldCreate:
        name = require_text(input.get("name"), field="name")
        field = create_custom_field(
            find_program(input.get("program")),
            name=name,
            type=input["type"],
            options=input.get("options") or (),
            at=request.at,
        )
        return cls(custom_field=field)
