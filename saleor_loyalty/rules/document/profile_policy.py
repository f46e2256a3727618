"""What makes a customer's profile complete: the section ``profile`` of the rules document."""

from __future__ import annotations

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from .fields import DocumentPart, Slug

REQUIRED_FIELDS_MAX = 100
"""As many as a program has fields."""


class ProfilePolicy(DocumentPart):
    """Once a card says something in all of these fields, PROFILE_COMPLETED has happened."""

    required_fields: tuple[Slug, ...] = ()
    """Keys of fields of the customer card; none: only whoever is outside says that a profile is complete."""

    @model_validator(mode="after")
    def _is_coherent(self) -> ProfilePolicy:
        if len(self.required_fields) > REQUIRED_FIELDS_MAX:
            raise _refuse(f"requiredFields must have at most {REQUIRED_FIELDS_MAX} entries")
        if len(set(self.required_fields)) < len(self.required_fields):
            raise _refuse("requiredFields must name each field once")
        return self


def _refuse(message: str) -> PydanticCustomError:
    return PydanticCustomError("rules_value", "{message}", {"message": message})
