"""``Order.loyalty``: what an order has to do with points, for its customer and for permitted staff and apps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import graphene
from promise import Promise

from ...models import ENDED_ACCOUNT_STATUSES, LoyaltyAccount, OrderRecord
from ...selectors import OrderLoyalty, summarize_record
from .. import host_types
from ..dataloaders import AccountByIdLoader, AccountsByUserIdLoader, OrderRecordByOrderIdLoader, RulesByVersionIdLoader
from ..host_types import MoneyValue, unwrap
from ..permissions import STAFF_ONLY, may_see_order
from ..receipts import receipt_in_words
from ..refund_loaders import TransactionsByOrderLoader
from ..request import LoyaltyRequest, loyalty_request
from ..texts import Message, Texts
from .receipt import LoyaltyMessage, LoyaltyReceipt
from .transaction import LoyaltyTransaction


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderInWords:
    """What LoyaltyOrder resolves from; other fields are the numbers'."""

    record: OrderRecord
    loyalty: OrderLoyalty
    language_code: str
    has_customer: bool


class LoyaltyOrder(graphene.ObjectType):  # type: ignore[misc]
    earned = graphene.Int(required=True, description="Points awarded for the order and not taken back.")
    pending = graphene.Int(required=True, description="Points that are still to come; none to a closed account.")
    redeemed = graphene.Int(required=True, description="Points that paid for the order.")
    redeemed_value = graphene.Field(host_types.Money, description="What they took off; null where there were none.")
    reversed = graphene.Int(required=True, description="Awarded points that were taken back.")
    returned = graphene.Int(required=True, description="Spent points that were given back.")
    forfeited = graphene.Int(
        required=True, description="Points of what was refunded or returned: they do not come, or were taken back."
    )
    unrecovered = graphene.Int(description="Points that should have been taken back but were spent." + STAFF_ONLY)
    transactions = graphene.List(
        graphene.NonNull(LoyaltyTransaction),
        description="What moved for the order, oldest first, each with its receipt. Null for whoever may not see the "
        "account.",
    )
    messages = graphene.List(graphene.NonNull(LoyaltyMessage), required=True, description="Ready messages.")
    receipt = graphene.Field(LoyaltyReceipt, description="Why it earns what it earns; null before it is judged.")

    class Meta:
        description = "What an order has to do with points, in the order's own language."

    @staticmethod
    def resolve_earned(root: OrderInWords, _info: Any) -> int:
        return root.loyalty.earned

    @staticmethod
    def resolve_pending(root: OrderInWords, _info: Any) -> int:
        return root.loyalty.pending

    @staticmethod
    def resolve_redeemed(root: OrderInWords, _info: Any) -> int:
        return root.loyalty.redeemed

    @staticmethod
    def resolve_redeemed_value(root: OrderInWords, _info: Any) -> MoneyValue | None:
        loyalty = root.loyalty
        return MoneyValue(loyalty.redeemed_value, loyalty.currency) if loyalty.redeemed else None

    @staticmethod
    def resolve_reversed(root: OrderInWords, _info: Any) -> int:
        return root.loyalty.reversed

    @staticmethod
    def resolve_returned(root: OrderInWords, _info: Any) -> int:
        return root.loyalty.returned

    @staticmethod
    def resolve_forfeited(root: OrderInWords, _info: Any) -> int:
        return root.record.forfeited

    @staticmethod
    def resolve_unrecovered(root: OrderInWords, info: Any) -> int | None:
        return root.record.unrecovered if loyalty_request(info).requester.can_manage_loyalty else None

    @staticmethod
    def resolve_transactions(root: OrderInWords, info: Any) -> Any:
        request, record = loyalty_request(info), root.record
        if record.account_id is None:
            return []

        def load(account: Any) -> Any:
            if account is None or not may_see_order(request.requester, account.user_id):
                return None
            return request.loader(TransactionsByOrderLoader).load((record.program_id, record.order_id))

        return request.loader(AccountByIdLoader).load(record.account_id).then(load)

    @staticmethod
    def resolve_messages(root: OrderInWords, info: Any) -> Promise:
        rules = loyalty_request(info).loader(RulesByVersionIdLoader).load(root.record.program_version_id)
        is_staff = loyalty_request(info).requester.can_manage_loyalty

        def write(found: Any) -> list[Message]:
            texts = Texts(
                language=root.language_code,
                rules=found,
                channel=root.record.channel_slug,
                currency=root.record.currency,
            )
            messages = texts.order(root.loyalty, has_customer=root.has_customer)
            if root.record.refund_excess and is_staff:
                messages.append(texts.message("ORDER_REFUND_EXCESS", "WARNING", value=root.record.refund_excess))
            return messages

        return rules.then(write)

    @staticmethod
    def resolve_receipt(root: OrderInWords, info: Any) -> Promise | None:
        if root.record.receipt is None:
            return None
        return receipt_in_words(
            loyalty_request(info),
            root.record.receipt,
            version_id=root.record.program_version_id,
            channel=root.record.channel_slug,
            language_code=root.language_code,
        )


def resolve_order_loyalty(root: Any, info: Any) -> Promise | None:
    """Resolve ``Order.loyalty``: null for everybody but the customer and the permitted."""
    order, request = unwrap(root), loyalty_request(info)
    if not may_see_order(request.requester, order.user_id):
        return None

    def in_words(record: OrderRecord | None) -> OrderInWords | Promise | None:
        if record is None:
            return None
        words = OrderInWords(
            record=record,
            loyalty=summarize_record(record),
            language_code=order.language_code,
            has_customer=order.user_id is not None,
        )
        return _without_false_promise(words, request, user_id=order.user_id) if words.loyalty.pending else words

    return request.loader(OrderRecordByOrderIdLoader).load(str(order.pk)).then(in_words)


def _without_false_promise(
    words: OrderInWords, request: LoyaltyRequest, *, user_id: int | None
) -> Promise | OrderInWords:
    """Promise nothing to come where the account that it would come to is closed: it earns nothing more."""
    record = words.record

    def judge(account: LoyaltyAccount | None) -> OrderInWords:
        if account is None or account.status not in ENDED_ACCOUNT_STATUSES:
            return words
        return replace(words, loyalty=replace(words.loyalty, pending=0))

    if record.account_id is not None:
        return request.loader(AccountByIdLoader).load(record.account_id).then(judge)
    if user_id is None:
        return words

    def own(accounts: list[LoyaltyAccount]) -> LoyaltyAccount | None:
        return next((account for account in accounts if account.program_id == record.program_id), None)

    return request.loader(AccountsByUserIdLoader).load(user_id).then(own).then(judge)


order_loyalty_field = graphene.Field(
    LoyaltyOrder,
    description=(
        "What the order has to do with points. Null for everybody but the order's customer, and staff and apps with "
        "MANAGE_LOYALTY and MANAGE_ORDERS."
    ),
)
