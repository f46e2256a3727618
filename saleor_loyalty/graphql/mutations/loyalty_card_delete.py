"""``loyaltyCardDelete``: staff removes a customer from the program for good."""

from __future__ import annotations

from types import MappingProxyType

import graphene

from ...accounts import delete_card
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount
from ..types.transaction import LoyaltyTransaction


class LoyaltyCardDelete(LoyaltyMutation):
    account = graphene.Field(LoyaltyAccount, description="The account, closed, and nobody's any more.")
    forfeiture = graphene.Field(LoyaltyTransaction, description="What took the points, where there were any.")

    field_names = MappingProxyType({"account": "accountId"})

    class Arguments:
        account_id = graphene.ID(required=True, description="The account.")
        forfeit = graphene.Boolean(
            description="Give up what points the account has or owes. Without it an account with points is refused."
        )

    class Meta:
        description = (
            "Closes an account and erases notes, labels, fields and all texts that name the customer; only the points "
            "log stays. Refused while a membership is active or frozen, and while a checkout has points set aside. "
            "The customer of the shop stays: buying again opens a new account."
        )

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, account_id: str, forfeit: bool | None = False) -> LoyaltyCardDelete:
        deleted = delete_card(
            require_integer_key(account_id, "LoyaltyAccount", field="accountId"),
            forfeits=bool(forfeit),
            actor=request.actor,
            at=request.at,
        )
        return cls(account=deleted.account, forfeiture=deleted.forfeiture)
