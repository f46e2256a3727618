"""``loyaltyProgramPublish``: staff makes the draft count."""

from __future__ import annotations

from types import MappingProxyType

import graphene

from ...models import LoyaltyProgram as LoyaltyProgramModel
from ...programs import publish_draft
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.program import LoyaltyProgram, LoyaltyProgramVersion


class LoyaltyProgramPublish(LoyaltyMutation):
    program = graphene.Field(LoyaltyProgram, description="The program.")
    version = graphene.Field(LoyaltyProgramVersion, description="The published version, immutable from now on.")

    field_names = MappingProxyType({"program": "id"})

    class Arguments:
        id = graphene.ID(required=True, description="The program.")

    class Meta:
        description = "Publishes the draft as the program's next version and activates the program."
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str) -> LoyaltyProgramPublish:
        program_id = require_integer_key(id, "LoyaltyProgram", field="id")
        version = publish_draft(program_id, at=request.at, actor=request.actor)
        return cls(program=LoyaltyProgramModel.objects.get(pk=program_id), version=version)
