"""``loyaltyNoteAdd``: staff writes something down about a customer."""

from __future__ import annotations

from typing import Any

import graphene
from django.db import transaction

from ...cards import add_note
from ..account_choice import AccountChoice, find_or_open_account
from ..base import LoyaltyMutation, require_text
from ..request import LoyaltyRequest
from ..types.card import LoyaltyNote


class LoyaltyNoteAddInput(AccountChoice):
    text = graphene.String(required=True, description="The note, at most 10,000 characters.")
    type = graphene.String(description="What kind of note it is, in the shop's own words; at most 50 characters.")
    idempotency_key = graphene.String(description="The same request under the same key adds one note.")


class LoyaltyNoteAdd(LoyaltyMutation):
    note = graphene.Field(LoyaltyNote, description="The note; of a repeated request: the first, as it is now.")

    class Arguments:
        input = LoyaltyNoteAddInput(required=True, description="About whom, and what.")

    class Meta:
        description = "Adds a note to a customer's card. A user without an account gets one."

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyNoteAdd:
        text = require_text(input.get("text"), field="text")
        with transaction.atomic():
            note = add_note(
                find_or_open_account(input, at=request.at),
                text=text,
                type=input.get("type") or "",
                idempotency_key=input.get("idempotency_key") or "",
                author=request.actor,
                at=request.at,
            )
        return cls(note=note)
