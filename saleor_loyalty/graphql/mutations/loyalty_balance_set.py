"""``loyaltyBalanceSet``: staff or an app sets what a customer has available."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import graphene
from django.db import transaction

from ...accounts import set_by_hand
from ..account_choice import AccountChoice, find_or_open_account
from ..base import LoyaltyMutation, require_text
from ..enums import SOURCE_BY_HAND, LoyaltySourceEnum
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount
from ..types.transaction import LoyaltyTransaction


class LoyaltyBalanceSetInput(AccountChoice):
    balance = graphene.Int(required=True, description="The available points from now on, 0 or more.")
    expected_revision = graphene.Int(description="The account's `revision` as read; another one is STALE_REVISION.")
    reason = graphene.String(required=True, description="The reason, as the customer sees it.")
    internal_note = graphene.String(description="A note for staff.")
    source = LoyaltySourceEnum(description=SOURCE_BY_HAND)
    idempotency_key = graphene.String(required=True, description="The same request under the same key counts once.")


class LoyaltyBalanceSet(LoyaltyMutation):
    account = graphene.Field(LoyaltyAccount, description="The account.")
    transaction = graphene.Field(LoyaltyTransaction, description="The transaction; of a repeated request: the first.")

    field_names = MappingProxyType({"points": "balance"})

    class Arguments:
        input = LoyaltyBalanceSetInput(required=True, description="Whose points, how many and why.")

    class Meta:
        description = "Sets the available points; pending and reserved points stay."

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyBalanceSet:
        reason = require_text(input.get("reason"), field="reason")
        key = require_text(input.get("idempotency_key"), field="idempotencyKey")
        with transaction.atomic():
            posting = set_by_hand(
                find_or_open_account(input, at=request.at),
                points=input["balance"],
                at=request.at,
                idempotency_key=key,
                expected_revision=input.get("expected_revision"),
                actor=request.actor,
                source=input.get("source") or "MANUAL",
                reason=reason,
                internal_note=input.get("internal_note") or "",
            )
        return cls(account=posting.account, transaction=posting.transaction)
