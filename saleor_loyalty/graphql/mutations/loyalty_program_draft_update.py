"""``loyaltyProgramDraftUpdate``: staff replaces the draft of a program's rules."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import graphene

from ...errors import RulesInvalid
from ...models import LoyaltyProgram as LoyaltyProgramModel
from ...programs import update_draft
from .. import host_types
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.program import LoyaltyProgram, LoyaltyProgramVersion
from ..types.rule import LoyaltyRuleWarning


class LoyaltyProgramDraftUpdate(LoyaltyMutation):
    program = graphene.Field(LoyaltyProgram, description="The program.")
    version = graphene.Field(LoyaltyProgramVersion, description="The stored draft.")
    warnings = graphene.List(
        graphene.NonNull(LoyaltyRuleWarning), required=True, description="What may not be meant in the rules."
    )

    field_names = MappingProxyType({"program": "id"})

    class Arguments:
        id = graphene.ID(required=True, description="The program.")
        rules = host_types.JSONString(required=True, description="The whole rules document as JSON.")

    class Meta:
        description = "Replaces the draft of the rules. Nothing changes for customers. Errors name their path."
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str, rules: Any) -> LoyaltyProgramDraftUpdate:
        program_id = require_integer_key(id, "LoyaltyProgram", field="id")
        if not isinstance(rules, Mapping):
            raise RulesInvalid([("", "The rules must be a JSON object.")])
        draft = update_draft(program_id, data=rules, at=request.at)
        program = LoyaltyProgramModel.objects.get(pk=program_id)
        return cls(program=program, version=draft.version, warnings=list(draft.warnings))

    @staticmethod
    def resolve_warnings(root: Any, _info: Any) -> list[Any]:
        return root.warnings or []
