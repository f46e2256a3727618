"""``loyaltyNoteDelete``: staff takes a note away for good."""

from __future__ import annotations

from types import MappingProxyType

import graphene

from ...cards import delete_note
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.card import LoyaltyNote


class LoyaltyNoteDelete(LoyaltyMutation):
    note = graphene.Field(LoyaltyNote, description="The note as it was.")

    field_names = MappingProxyType({"note": "id"})

    class Arguments:
        id = graphene.ID(required=True, description="The note.")

    class Meta:
        description = "Deletes a note for good."

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str) -> LoyaltyNoteDelete:
        return cls(note=delete_note(require_integer_key(id, "LoyaltyNote", field="id")))
