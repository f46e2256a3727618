"""``loyaltyProgramCreate``: staff starts a program."""

from __future__ import annotations

from typing import Any

import graphene

from ...programs import create_program
from ..base import LoyaltyMutation
from ..request import LoyaltyRequest
from ..types.program import LoyaltyProgram


class LoyaltyProgramCreateInput(graphene.InputObjectType):  # type: ignore[misc]
    name = graphene.String(required=True, description="The name that people see.")
    slug = graphene.String(required=True, description="Lower-case letters and digits with hyphens; unique.")


class LoyaltyProgramCreate(LoyaltyMutation):
    program = graphene.Field(LoyaltyProgram, description="The program, without rules.")

    class Arguments:
        input = LoyaltyProgramCreateInput(required=True, description="Its name and slug.")

    class Meta:
        description = "Creates a program without rules, in status DRAFT."

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyProgramCreate:
        return cls(program=create_program(name=input["name"], slug=input["slug"], at=request.at))
