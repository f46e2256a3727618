"""``loyaltyCustomFieldValuesSet``: staff fills in a customer's card."""

from __future__ import annotations

from typing import Any

import graphene
from django.db import transaction

from ...accounts import fill_card
from ...cards import UNCHECKED, FieldEntry
from ..account_choice import AccountChoice, find_or_open_account
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount


class LoyaltyCustomFieldValueInput(graphene.InputObjectType):  # type: ignore[misc]
    field = graphene.ID(required=True, description="The field.")
    value = graphene.String(
        description="NUMBER as 1.5, DATE as 2026-12-31, BOOLEAN as true or false; null or blank: nothing."
    )
    expected_value = graphene.String(
        description="What the field said when it was read, null or blank: nothing. Where it says something else by "
        "now, all is refused. Left out: not checked."
    )


class LoyaltyCustomFieldValuesSetInput(AccountChoice):
    values = graphene.List(
        graphene.NonNull(LoyaltyCustomFieldValueInput),
        required=True,
        description="What the card shall say, 1 to 100 values. Fields that are not named stay.",
    )


class LoyaltyCustomFieldValuesSet(LoyaltyMutation):
    account = graphene.Field(LoyaltyAccount, description="The account.")

    class Arguments:
        input = LoyaltyCustomFieldValuesSetInput(required=True, description="Whose card, and what it shall say.")

    class Meta:
        description = (
            "Sets what a customer's card says in its fields, all or nothing; each error has its path. A user without "
            "an account gets one. A card that then says all that the rules ask for is a complete profile: it earns "
            "what they give, once."
        )

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyCustomFieldValuesSet:
        entries = [
            FieldEntry(
                field_id=require_integer_key(value["field"], "LoyaltyCustomField", field="values"),
                value=value.get("value"),
                expected=value.get("expected_value", UNCHECKED),
            )
            for value in input["values"]
        ]
        with transaction.atomic():
            account_id = find_or_open_account(input, at=request.at)
            return cls(account=fill_card(account_id, values=entries, actor=request.actor, at=request.at))
