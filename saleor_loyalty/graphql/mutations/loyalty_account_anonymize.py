"""``loyaltyAccountAnonymize``: staff or an app erases who the customer of an account was."""

from __future__ import annotations

import graphene

from ...accounts import anonymize_account
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount
from ..types.transaction import LoyaltyTransaction


class LoyaltyAccountAnonymize(LoyaltyMutation):
    account = graphene.Field(LoyaltyAccount, description="The account, anonymized, and nobody's any more.")
    forfeiture = graphene.Field(LoyaltyTransaction, description="What took the points, where there were any.")

    class Arguments:
        id = graphene.ID(required=True, description="The account.")
        forfeit = graphene.Boolean(
            description="Give up what points the account has or owes. Without it an account with points is refused."
        )

    class Meta:
        description = (
            "Erases all that says whose account it was, for good: card, texts, the customer's part of orders, rows of "
            "batches, whom events name, files of exports. Accounts merged into it are erased with it. Amounts and "
            "dates stay, and so does the customer of the shop: buying again opens a new account. Refused as closing "
            "is."
        )

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str, forfeit: bool | None = False) -> LoyaltyAccountAnonymize:
        anonymized = anonymize_account(
            require_integer_key(id, "LoyaltyAccount", field="id"),
            forfeits=bool(forfeit),
            actor=request.actor,
            at=request.at,
        )
        return cls(account=anonymized.account, forfeiture=anonymized.forfeiture)
