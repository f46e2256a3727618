"""``loyaltyLabelCreate``: staff makes a label."""

from __future__ import annotations

from typing import Any

import graphene

from ...cards import create_label
from ..base import LoyaltyMutation, require_text
from ..program_choice import find_program
from ..request import LoyaltyRequest
from ..types.card import LoyaltyLabel


class LoyaltyLabelCreateInput(graphene.InputObjectType):  # type: ignore[misc]
    program = graphene.ID(description="The program; needed where there are several.")
    name = graphene.String(required=True, description="The name, at most 250 characters.")


class LoyaltyLabelCreate(LoyaltyMutation):
    label = graphene.Field(LoyaltyLabel, description="The label.")

    class Arguments:
        input = LoyaltyLabelCreateInput(required=True, description="Its program and name.")

    class Meta:
        description = "Makes a label."

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyLabelCreate:
        name = require_text(input.get("name"), field="name")
        return cls(label=create_label(find_program(input.get("program")), name=name, at=request.at))
