"""``loyaltyProgramPause``: staff stops a program for a while."""

from __future__ import annotations

from types import MappingProxyType

import graphene

from ...programs import pause_program
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.program import LoyaltyProgram


class LoyaltyProgramPause(LoyaltyMutation):
    program = graphene.Field(LoyaltyProgram, description="The program.")

    field_names = MappingProxyType({"program": "id"})

    class Arguments:
        id = graphene.ID(required=True, description="The program.")

    class Meta:
        description = (
            "Stops a program until it is resumed: nobody redeems, and orders that are made meanwhile earn nothing. "
            "Orders from before still earn. Points stay."
        )
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str) -> LoyaltyProgramPause:
        program_id = require_integer_key(id, "LoyaltyProgram", field="id")
        return cls(program=pause_program(program_id, at=request.at))
