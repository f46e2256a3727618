"""``loyaltyNoteUpdate``: staff changes what is written about a customer."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import graphene

from ...cards import edit_note
from .. import host_types
from ..base import LoyaltyMutation, aware_moment, require_text
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.card import LoyaltyNote


class LoyaltyNoteUpdateInput(graphene.InputObjectType):  # type: ignore[misc]
    text = graphene.String(description="The note, at most 10,000 characters; left out: it stays.")
    type = graphene.String(description="Its kind, at most 50 characters; left out: it stays; empty: none.")
    expected_updated_at = graphene.Argument(
        host_types.DateTime, description="The note's `updatedAt` when it was read; refused if it has changed since."
    )


class LoyaltyNoteUpdate(LoyaltyMutation):
    note = graphene.Field(LoyaltyNote, description="The note.")

    field_names = MappingProxyType({"note": "id"})

    class Arguments:
        id = graphene.ID(required=True, description="The note.")
        input = LoyaltyNoteUpdateInput(required=True, description="What changes.")

    class Meta:
        description = "Changes a note. Who added it stays."

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str, input: Any) -> LoyaltyNoteUpdate:
        note_id = require_integer_key(id, "LoyaltyNote", field="id")
        text = input.get("text")
        if text is not None:
            text = require_text(text, field="text")
        expected = aware_moment(input.get("expected_updated_at"), field="expectedUpdatedAt")
        note = edit_note(note_id, text=text, type=input.get("type"), expected_updated_at=expected, at=request.at)
        return cls(note=note)
