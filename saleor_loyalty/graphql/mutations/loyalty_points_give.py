"""``loyaltyPointsGive``: staff or an app gives points to a customer."""

from __future__ import annotations

from typing import Any

import graphene
from django.db import transaction

from ...accounts import give_by_hand
from .. import host_types
from ..account_choice import AccountChoice, find_or_open_account
from ..base import LoyaltyMutation, aware_moment, require_text
from ..enums import SOURCE_BY_HAND, LoyaltySourceEnum
from ..new_customer import NEEDS_USERS_TO_CREATE, LoyaltyNewCustomerInput, open_new_customer
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount
from ..types.transaction import LoyaltyTransaction


class LoyaltyPointsGiveInput(AccountChoice):
    customer = LoyaltyNewCustomerInput(
        description="A customer to make for it; either this, `account` or `user`." + NEEDS_USERS_TO_CREATE
    )
    points = graphene.Int(required=True, description="How many points, at least 1.")
    reason = graphene.String(required=True, description="The reason, as the customer sees it.")
    internal_note = graphene.String(description="A note for staff.")
    source = LoyaltySourceEnum(description=SOURCE_BY_HAND)
    expires_at = graphene.Argument(host_types.DateTime, description="When they expire; left out: never.")
    external_reference = graphene.String(description="The id in another system.")
    idempotency_key = graphene.String(required=True, description="The same request under the same key counts once.")


class LoyaltyPointsGive(LoyaltyMutation):
    account = graphene.Field(LoyaltyAccount, description="The account.")
    transaction = graphene.Field(LoyaltyTransaction, description="The transaction; of a repeated request: the first.")

    class Arguments:
        input = LoyaltyPointsGiveInput(required=True, description="To whom, how many and why.")

    class Meta:
        description = (
            "Gives points. A user without an account gets one; a new customer is made with it, or not at all."
        )

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyPointsGive:
        reason = require_text(input.get("reason"), field="reason")
        key = require_text(input.get("idempotency_key"), field="idempotencyKey")
        expires_at = aware_moment(input.get("expires_at"), field="expiresAt")
        with transaction.atomic():
            posting = give_by_hand(
                _account_of(input, request, key=key),
                points=input["points"],
                at=request.at,
                idempotency_key=key,
                actor=request.actor,
                source=input.get("source") or "MANUAL",
                reason=reason,
                internal_note=input.get("internal_note") or "",
                expires_at=expires_at,
                external_reference=input.get("external_reference") or "",
            )
        return cls(account=posting.account, transaction=posting.transaction)


def _account_of(data: Any, request: LoyaltyRequest, *, key: str) -> int:
    """Return the id of the account that the input means, opened where need be."""
    if data.get("customer") is None:
        return find_or_open_account(data, at=request.at)
    return open_new_customer(data, request, idempotency_key=key)
