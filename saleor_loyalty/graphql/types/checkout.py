"""``Checkout.loyalty``: what a cart earns, and for its customer what points can pay.

The host returns a checkout to anybody who has its id, so all that is the account's is null for everybody but the
checkout's own customer and the permitted (``checkout.may_see_redemption``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import graphene
from promise import Promise

from ...basket import Basket
from ...checkout import may_see_redemption
from ...host import CheckoutHandle
from ...models import Reservation
from ...programs import ActiveProgram
from ...rules import Receipt, RedemptionQuote, evaluate_earning
from .. import host_types
from ..customer_words import basket_with_words
from ..dataloaders import (
    ActiveProgramByChannelLoader,
    CheckoutHandleByIdLoader,
    QuoteByCheckoutLoader,
    ReservationByCheckoutIdLoader,
)
from ..enums import LoyaltyErrorCode
from ..host_types import MoneyValue, unwrap
from ..request import LoyaltyRequest, loyalty_request
from ..texts import Message, Texts
from .receipt import LoyaltyMessage, LoyaltyReceipt, ReceiptInWords
from .transaction import LoyaltyReservation


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckoutInWords:
    """What LoyaltyCheckout resolves from."""

    handle: CheckoutHandle
    program: ActiveProgram
    receipt: Receipt
    texts: Texts

    @property
    def is_member(self) -> bool:
        return self.handle.basket.customer.member_status == "MEMBER"


@dataclass(frozen=True, kw_only=True, slots=True)
class QuoteInWords:
    """What LoyaltyRedemptionQuote resolves from."""

    quote: RedemptionQuote
    texts: Texts
    version_id: int

    def money(self, amount: Any) -> MoneyValue:
        return MoneyValue(amount, self.quote.currency)


class LoyaltyEarnEstimate(graphene.ObjectType):  # type: ignore[misc]
    points = graphene.Int(required=True, description="What the cart earns as it is.")
    pending = graphene.Boolean(required=True, description="Whether the points cannot be spent as soon as awarded.")
    message = graphene.String(required=True, description="The same in words.")
    receipt = graphene.Field(LoyaltyReceipt, required=True, description="Why.")

    class Meta:
        description = "What a cart will earn."

    @staticmethod
    def resolve_points(root: CheckoutInWords, _info: Any) -> int:
        return root.receipt.points

    @staticmethod
    def resolve_pending(root: CheckoutInWords, _info: Any) -> bool:
        return not root.is_member or root.program.rules.pending_days > 0

    @staticmethod
    def resolve_message(root: CheckoutInWords, _info: Any) -> str:
        return root.texts.estimate(root.receipt.points, is_member=root.is_member).text

    @staticmethod
    def resolve_receipt(root: CheckoutInWords, _info: Any) -> ReceiptInWords:
        return ReceiptInWords(receipt=root.receipt, texts=root.texts, version_id=root.program.version_id)


class LoyaltyRedemptionQuote(graphene.ObjectType):  # type: ignore[misc]
    available = graphene.Int(required=True, description="The points that this cart may use, its own included.")
    min_points = graphene.Int(required=True, description="The fewest points that may be asked for.")
    max_points = graphene.Int(required=True, description="The most points that may be asked for; 0: none.")
    max_value = graphene.Field(host_types.Money, required=True, description="What the most points are worth.")
    step = graphene.Int(required=True, description="Points are used in multiples of this.")
    requested_points = graphene.Int(description="The `points` of the question.")
    applied_points = graphene.Int(required=True, description="The points that would be applied.")
    applied_value = graphene.Field(host_types.Money, required=True, description="What they would take off.")
    eligible_base = graphene.Field(host_types.Money, required=True, description="The money that points may pay.")
    conditions = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="The conditions, in words, by redemption type."
    )
    limit_message = graphene.String(description="What keeps the maximum from being higher, in words.")
    blocked = graphene.Boolean(required=True, description="Whether nothing can be applied as asked.")
    blocked_reason = graphene.Field(LoyaltyErrorCode, description="Why.")
    blocked_message = graphene.String(description="Why, in words.")
    receipt = graphene.Field(LoyaltyReceipt, required=True, description="Why, line by line.")

    class Meta:
        description = "What may be spent on a cart, and why not more."

    @staticmethod
    def resolve_available(root: QuoteInWords, _info: Any) -> int:
        return root.quote.available

    @staticmethod
    def resolve_min_points(root: QuoteInWords, _info: Any) -> int:
        return root.quote.min_points

    @staticmethod
    def resolve_max_points(root: QuoteInWords, _info: Any) -> int:
        return root.quote.max_points

    @staticmethod
    def resolve_max_value(root: QuoteInWords, _info: Any) -> MoneyValue:
        return root.money(root.texts.worth(root.quote, root.quote.max_points))

    @staticmethod
    def resolve_step(root: QuoteInWords, _info: Any) -> int:
        return root.quote.step

    @staticmethod
    def resolve_requested_points(root: QuoteInWords, _info: Any) -> int | None:
        return root.quote.requested

    @staticmethod
    def resolve_applied_points(root: QuoteInWords, _info: Any) -> int:
        return root.quote.applied_points

    @staticmethod
    def resolve_applied_value(root: QuoteInWords, _info: Any) -> MoneyValue:
        return root.money(root.quote.applied_value)

    @staticmethod
    def resolve_eligible_base(root: QuoteInWords, _info: Any) -> MoneyValue:
        return root.money(root.quote.eligible_base)

    @staticmethod
    def resolve_conditions(root: QuoteInWords, _info: Any) -> list[str]:
        return root.texts.conditions(root.quote)

    @staticmethod
    def resolve_limit_message(root: QuoteInWords, _info: Any) -> str | None:
        return root.texts.limit(root.quote)

    @staticmethod
    def resolve_blocked(root: QuoteInWords, _info: Any) -> bool:
        return root.quote.blocked_code is not None

    @staticmethod
    def resolve_blocked_reason(root: QuoteInWords, _info: Any) -> str | None:
        return root.quote.blocked_code

    @staticmethod
    def resolve_blocked_message(root: QuoteInWords, _info: Any) -> str | None:
        return root.texts.blocked(root.quote)

    @staticmethod
    def resolve_receipt(root: QuoteInWords, _info: Any) -> ReceiptInWords:
        return ReceiptInWords(receipt=root.quote.receipt, texts=root.texts, version_id=root.version_id)


class LoyaltyCheckout(graphene.ObjectType):  # type: ignore[misc]
    points_to_earn = graphene.Field(LoyaltyEarnEstimate, required=True, description="What the cart earns.")
    redemption = graphene.Field(
        LoyaltyRedemptionQuote,
        points=graphene.Int(description="What asking for so many points would do; left out: what could be spent."),
        description="What may be spent. Null for all but the customer, or MANAGE_LOYALTY and MANAGE_CHECKOUTS.",
    )
    applied = graphene.Field(
        LoyaltyReservation,
        description="What is applied. Null for all but the customer, or MANAGE_LOYALTY and MANAGE_CHECKOUTS.",
    )
    messages = graphene.List(
        graphene.NonNull(LoyaltyMessage),
        required=True,
        description="Ready messages; those about the account only where `redemption` may be seen.",
    )

    class Meta:
        description = "What a cart has to do with points, in the checkout's own language."

    @staticmethod
    def resolve_points_to_earn(root: CheckoutInWords, _info: Any) -> CheckoutInWords:
        return root

    @staticmethod
    def resolve_redemption(root: CheckoutInWords, info: Any, points: int | None = None) -> Promise | None:
        request = loyalty_request(info)
        if not may_see_redemption(root.handle, requester=request.requester):
            return None
        quote = request.loader(QuoteByCheckoutLoader).load((root.handle.id, points))
        return quote.then(
            lambda found: (
                QuoteInWords(quote=found, texts=root.texts, version_id=root.program.version_id) if found else None
            )
        )

    @staticmethod
    def resolve_applied(root: CheckoutInWords, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if not may_see_redemption(root.handle, requester=request.requester):
            return None
        return request.loader(ReservationByCheckoutIdLoader).load(root.handle.id)

    @staticmethod
    def resolve_messages(root: CheckoutInWords, info: Any) -> Promise | list[Message]:
        request = loyalty_request(info)
        messages = root.texts.earning_messages(
            root.receipt.points, is_member=root.is_member, is_guest=root.handle.user_id is None
        )
        if not may_see_redemption(root.handle, requester=request.requester):
            return messages
        return _account_messages(root, request).then(lambda own: messages + own)


def _account_messages(root: CheckoutInWords, request: LoyaltyRequest) -> Promise:
    quote = request.loader(QuoteByCheckoutLoader).load((root.handle.id, None))
    reservation = request.loader(ReservationByCheckoutIdLoader).load(root.handle.id)

    def write(found: list[Any]) -> list[Message]:
        what_could_be: RedemptionQuote | None = found[0]
        applied: Reservation | None = found[1]
        return root.texts.redemption_messages(what_could_be, applied) if what_could_be else []

    return Promise.all([quote, reservation]).then(write)


def resolve_checkout_loyalty(root: Any, info: Any) -> Promise:
    """Resolve ``Checkout.loyalty``: null where no program is active in the checkout's channel."""
    request = loyalty_request(info)

    def with_handle(handle: CheckoutHandle | None) -> Any:
        if handle is None:
            return None
        program = request.loader(ActiveProgramByChannelLoader).load(handle.channel)
        return program.then(lambda active: _in_words(handle, active, request) if active else None)

    return request.loader(CheckoutHandleByIdLoader).load(str(unwrap(root).pk)).then(with_handle)


def _in_words(handle: CheckoutHandle, program: ActiveProgram, request: LoyaltyRequest) -> Promise:
    texts = Texts(language=handle.language_code, rules=program.rules, channel=handle.channel, currency=handle.currency)

    def judge(basket: Basket) -> CheckoutInWords:
        receipt = evaluate_earning(basket, rules=program.rules, at=request.at)
        return CheckoutInWords(handle=handle, program=program, receipt=receipt, texts=texts)

    return basket_with_words(handle.basket, program, request).then(judge)


checkout_loyalty_field = graphene.Field(
    LoyaltyCheckout, description="What the cart has to do with points; null without a program in its channel."
)
