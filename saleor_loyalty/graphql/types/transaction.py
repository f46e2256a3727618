"""The points log: transactions, lots and reservations of an account.

Whoever can reach one of them owns the account or holds MANAGE_LOYALTY; what names other people is for staff alone.
"""

from __future__ import annotations

from typing import Any

import graphene
from graphene.relay import Node
from promise import Promise

from ...messages import render
from ...models import Lot, LoyaltyAccount, Reservation, ReservationStatus
from ...models import LoyaltyTransaction as LoyaltyTransactionModel
from .. import host_types
from ..batch_loaders import BatchByIdLoader
from ..connection import connection_type
from ..dataloaders import (
    AccountByIdLoader,
    HostRootLoader,
    LotsByTransactionIdLoader,
    TextByTransactionIdLoader,
    TransactionByIdLoader,
    UserByIdLoader,
)
from ..enums import LoyaltyReservationStatusEnum, LoyaltySourceEnum, LoyaltyTransactionTypeEnum
from ..host_types import MoneyValue
from ..permissions import STAFF_ONLY, may_see_order
from ..receipts import receipt_in_words
from ..request import loyalty_request
from .receipt import LoyaltyReceipt


class LoyaltyPointLot(graphene.ObjectType):  # type: ignore[misc]
    issued = graphene.Int(required=True, description="The points it was opened with.")
    remaining = graphene.Int(required=True, description="The points it still holds.")
    available_at = graphene.Field(
        host_types.DateTime, description="When its points can be spent; null: not before the guest has joined."
    )
    expires_at = graphene.Field(host_types.DateTime, description="When its points expire; null: never.")
    transaction = graphene.Field(
        lambda: LoyaltyTransaction, required=True, description="The transaction that opened it."
    )

    class Meta:
        description = "Points opened by one credit, with their dates."
        interfaces = (Node,)

    @staticmethod
    def resolve_transaction(root: Lot, info: Any) -> Promise:
        return loyalty_request(info).loader(TransactionByIdLoader).load(root.transaction_id)


class LoyaltyTransaction(graphene.ObjectType):  # type: ignore[misc]
    sequence = graphene.Int(required=True, description="Counts the account's transactions from 1.")
    type = LoyaltyTransactionTypeEnum(required=True, description="What happened.")
    type_name = graphene.String(
        required=True,
        language_code=graphene.Argument(host_types.LanguageCodeEnum, description="The language."),
        description="What happened, in words.",
    )
    source = LoyaltySourceEnum(required=True, description="Why points moved.")
    source_name = graphene.String(
        required=True,
        language_code=graphene.Argument(host_types.LanguageCodeEnum, description="The language."),
        description="Why points moved, in words.",
    )
    points_change = graphene.Int(required=True, description="The points given (positive) or taken (negative).")
    points_balance = graphene.Int(required=True, description="The balance after it.")
    created_at = graphene.Field(host_types.DateTime, required=True, description="When it was written.")
    occurred_at = graphene.Field(host_types.DateTime, required=True, description="When it happened.")
    reason = graphene.String(description="The reason, as the customer sees it.")
    receipt = graphene.Field(
        LoyaltyReceipt,
        language_code=graphene.Argument(host_types.LanguageCodeEnum, description="The language of its texts."),
        description="The explanation, where one was stored.",
    )
    order = graphene.Field(
        host_types.Order, description="The order. For the owner of the account, or with MANAGE_ORDERS; null otherwise."
    )
    lots = graphene.List(graphene.NonNull(LoyaltyPointLot), required=True, description="The lots that it opened.")
    reverses = graphene.Field(lambda: LoyaltyTransaction, description="The transaction that it corrects.")
    batch = graphene.Field(
        "saleor_loyalty.graphql.types.batch.LoyaltyBatch", description="The batch that posted it." + STAFF_ONLY
    )
    hash = graphene.String(required=True, description="The hash over its content and its predecessor's hash.")
    account = graphene.Field(
        "saleor_loyalty.graphql.types.account.LoyaltyAccount", required=True, description="The account."
    )
    user = graphene.Field(
        host_types.User,
        description="The staff member or customer who did it." + STAFF_ONLY + " Null without MANAGE_USERS.",
    )
    app = graphene.Field(host_types.App, description="The app that did it." + STAFF_ONLY)
    internal_note = graphene.String(description="A note for staff." + STAFF_ONLY)
    idempotency_key = graphene.String(description="The key of the request." + STAFF_ONLY)
    external_reference = graphene.String(description="The id in another system." + STAFF_ONLY)

    class Meta:
        description = "One row of the append-only points ledger."
        interfaces = (Node,)

    @staticmethod
    def resolve_type_name(root: LoyaltyTransactionModel, info: Any, language_code: str | None = None) -> str:
        language = language_code or loyalty_request(info).language_code or "en"
        return render(f"TRANSACTION_{root.type}", language=language)

    @staticmethod
    def resolve_source_name(root: LoyaltyTransactionModel, info: Any, language_code: str | None = None) -> str:
        language = language_code or loyalty_request(info).language_code or "en"
        return render(f"SOURCE_{root.source}", language=language)

    @staticmethod
    def resolve_points_change(root: LoyaltyTransactionModel, _info: Any) -> int:
        return root.points

    @staticmethod
    def resolve_points_balance(root: LoyaltyTransactionModel, _info: Any) -> int:
        return root.balance_after

    @staticmethod
    def resolve_reason(root: LoyaltyTransactionModel, info: Any) -> Promise:
        text = loyalty_request(info).loader(TextByTransactionIdLoader).load(root.pk)
        return text.then(lambda found: (found.reason or None) if found else None)

    @staticmethod
    def resolve_internal_note(root: LoyaltyTransactionModel, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if not request.requester.can_manage_loyalty:
            return None
        text = request.loader(TextByTransactionIdLoader).load(root.pk)
        return text.then(lambda found: (found.internal_note or None) if found else None)

    @staticmethod
    def resolve_receipt(root: LoyaltyTransactionModel, info: Any, language_code: str | None = None) -> Promise | None:
        if root.receipt is None:
            return None
        return receipt_in_words(
            loyalty_request(info),
            root.receipt,
            version_id=root.program_version_id,
            channel=root.channel_slug,
            language_code=language_code,
        )

    @staticmethod
    def resolve_order(root: LoyaltyTransactionModel, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if not root.order_id:
            return None

        def load_order(account: LoyaltyAccount | None) -> Any:
            if account is None or not may_see_order(request.requester, account.user_id):
                return None
            return request.loader(HostRootLoader).load(("Order", root.order_id))

        return request.loader(AccountByIdLoader).load(root.account_id).then(load_order)

    @staticmethod
    def resolve_lots(root: LoyaltyTransactionModel, info: Any) -> Promise:
        return loyalty_request(info).loader(LotsByTransactionIdLoader).load(root.pk)

    @staticmethod
    def resolve_reverses(root: LoyaltyTransactionModel, info: Any) -> Promise | None:
        if root.reverses_id is None:
            return None
        return loyalty_request(info).loader(TransactionByIdLoader).load(root.reverses_id)

    @staticmethod
    def resolve_batch(root: LoyaltyTransactionModel, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if root.batch_id is None or not request.requester.can_manage_loyalty:
            return None
        return request.loader(BatchByIdLoader).load(root.batch_id)

    @staticmethod
    def resolve_account(root: LoyaltyTransactionModel, info: Any) -> Promise:
        return loyalty_request(info).loader(AccountByIdLoader).load(root.account_id)

    @staticmethod
    def resolve_user(root: LoyaltyTransactionModel, info: Any) -> Promise | None:
        request = loyalty_request(info)
        may_see = request.requester.can_manage_loyalty and request.requester.can_manage_users
        if not may_see or root.actor_kind not in ("STAFF", "CUSTOMER") or root.actor_id is None:
            return None
        return request.loader(UserByIdLoader).load(root.actor_id)

    @staticmethod
    def resolve_app(root: LoyaltyTransactionModel, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if not request.requester.can_manage_loyalty or root.actor_kind != "APP" or root.actor_id is None:
            return None
        return request.loader(HostRootLoader).load(("App", str(root.actor_id)))

    @staticmethod
    def resolve_idempotency_key(root: LoyaltyTransactionModel, info: Any) -> str | None:
        return root.idempotency_key if loyalty_request(info).requester.can_manage_loyalty else None

    @staticmethod
    def resolve_external_reference(root: LoyaltyTransactionModel, info: Any) -> str | None:
        return (root.external_reference or None) if loyalty_request(info).requester.can_manage_loyalty else None


class LoyaltyReservation(graphene.ObjectType):  # type: ignore[misc]
    points = graphene.Int(required=True, description="The points set aside.")
    requested_points = graphene.Int(required=True, description="The points that the customer asked for.")
    value = graphene.Field(host_types.Money, required=True, description="What they take off.")
    status = LoyaltyReservationStatusEnum(required=True, description="What became of it.")
    expires_at = graphene.Field(host_types.DateTime, required=True, description="When the points are free again.")
    checkout_id = graphene.ID(description="The checkout that it is for, while it is open.")

    class Meta:
        description = "Points set aside for one checkout until its order exists."
        interfaces = (Node,)

    @staticmethod
    def resolve_value(root: Reservation, _info: Any) -> MoneyValue:
        return MoneyValue(root.value, root.currency)

    @staticmethod
    def resolve_checkout_id(root: Reservation, _info: Any) -> str | None:
        if root.status != ReservationStatus.RESERVED:
            return None
        global_id: str = graphene.Node.to_global_id(host_types.Checkout._meta.name, root.checkout_id)
        return global_id


LoyaltyTransactionCountableConnection = connection_type(LoyaltyTransaction)
LoyaltyPointLotCountableConnection = connection_type(LoyaltyPointLot)
