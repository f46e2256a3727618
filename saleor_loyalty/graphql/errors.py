"""The errors of mutations: a LoyaltyException of the domain becomes one or more LoyaltyError.

Raising ``InputRefused`` is this layer's own way to refuse an argument before the domain sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import graphene

from ..errors import FieldValuesInvalid, LoyaltyException, OperationLimitReached, RedemptionRefused, RulesInvalid
from .enums import LoyaltyErrorCode


class LoyaltyError(graphene.ObjectType):
    field = graphene.String(description="The argument or input field that the error is about.")
    message = graphene.String(description="The error in English, for developers.")
    code = LoyaltyErrorCode(required=True, description="The stable code.")
    max_points = graphene.Int(description="The most points that are possible instead.")
    min_points = graphene.Int(description="The fewest points that could be applied instead.")
    path = graphene.String(description="The place in the rules document or the input, for example `earning.0.points`.")

    class Meta:
        description = "Why a loyalty mutation was refused. Nothing was written."


_NO_NAMES: Mapping[str, str] = MappingProxyType({})


class InputRefused(LoyaltyException):
    """An argument is missing or malformed."""

    def __init__(self, code: str, message: str, *, field: str) -> None:
        super().__init__(message, field=field)
        self.code = code


def errors_of(exception: LoyaltyException, *, field_names: Mapping[str, str] = _NO_NAMES) -> list[LoyaltyError]:
    """Return the exception as GraphQL errors: one, or one for each problem of a document or a list of values.

    ``field_names`` maps the domain's names of fields to the mutation's own, where they differ.
    """
    field = field_names.get(exception.field or "", exception.field)
    if isinstance(exception, RulesInvalid | FieldValuesInvalid) and exception.problems:
        return [
            LoyaltyError(field=field, message=message, code=exception.code, path=path)
            for path, message in exception.problems
        ]
    refusal = exception if isinstance(exception, RedemptionRefused) else None
    limit = exception.max_points if isinstance(exception, OperationLimitReached | RedemptionRefused) else None
    return [
        LoyaltyError(
            field=field,
            message=exception.message,
            code=exception.code,
            max_points=limit,
            min_points=refusal.min_points if refusal else None,
        )
    ]
