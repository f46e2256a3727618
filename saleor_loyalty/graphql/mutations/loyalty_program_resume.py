"""``loyaltyProgramResume``: staff lets a paused program go on."""

from __future__ import annotations

from types import MappingProxyType

import graphene

from ...programs import resume_program
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.program import LoyaltyProgram


class LoyaltyProgramResume(LoyaltyMutation):
    program = graphene.Field(LoyaltyProgram, description="The program.")

    field_names = MappingProxyType({"program": "id"})

    class Arguments:
        id = graphene.ID(required=True, description="The program.")

    class Meta:
        description = "Lets a paused program go on, by its published version."
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str) -> LoyaltyProgramResume:
        program_id = require_integer_key(id, "LoyaltyProgram", field="id")
        return cls(program=resume_program(program_id, at=request.at))
