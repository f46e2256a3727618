"""``loyaltyPersonalDataRequest``: a customer asks for all that is stored about themselves."""

from __future__ import annotations

import graphene

from ...errors import AccountNotFound
from ...exports import create_person_export
from ...ledger import Actor
from ...models import LoyaltyAccount as LoyaltyAccountModel
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..permissions import is_user
from ..request import LoyaltyRequest
from ..types.export import LoyaltyExport


class LoyaltyPersonalDataRequest(LoyaltyMutation):
    export = graphene.Field(LoyaltyExport, description="The file, which is written in the background.")

    class Arguments:
        account_id = graphene.ID(required=True, description="The requester's own account.")

    class Meta:
        description = (
            "Asks for a JSON file of what is stored about the requester; nobody can ask for somebody else. Within a "
            "day the same file is answered. It is ready when `LoyaltyAccount.personalDataExport` has a link."
        )
        is_for_staff = False

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, account_id: str) -> LoyaltyPersonalDataRequest:
        key = require_integer_key(account_id, "LoyaltyAccount", field="accountId")
        account = LoyaltyAccountModel.objects.filter(pk=key).first()
        if account is None or not is_user(request.requester, account.user_id):
            raise AccountNotFound(field="accountId")
        export = create_person_export(
            key,
            is_for_staff=False,
            at=request.at,
            actor=Actor(kind="CUSTOMER", id=request.requester.user_id),
        )
        export.refresh_from_db()
        return cls(export=export)
