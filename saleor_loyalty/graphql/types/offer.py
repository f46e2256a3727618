"""``Product.loyalty`` and ``ProductVariant.loyalty``: what one unit earns and how it can be paid with points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import graphene
from promise import Promise

from ...basket import Basket
from ...programs import ActiveProgram
from ...rules import Receipt, evaluate_earning, quote_redemption
from ...storable_text import is_storable
from .. import host_types
from ..customer_words import basket_with_words
from ..dataloaders import ActiveProgramByChannelLoader, BasketByProductLoader
from ..host_types import unwrap
from ..request import LoyaltyRequest, loyalty_request
from ..texts import Texts
from .receipt import LoyaltyReceipt, ReceiptInWords


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """What LoyaltyOffer resolves from."""

    basket: Basket
    program: ActiveProgram
    receipt: Receipt
    texts: Texts
    request: LoyaltyRequest


class LoyaltyOffer(graphene.ObjectType):  # type: ignore[misc]
    points = graphene.Int(required=True, description="What one unit at today's price earns.")
    message = graphene.String(required=True, description="What it earns, in words.")
    redemption_message = graphene.String(
        description="How it can be paid with points; null where points cannot be spent."
    )
    receipt = graphene.Field(LoyaltyReceipt, required=True, description="Why.")

    class Meta:
        description = "What a product has to do with points. Of a product with variants: its cheapest variant."

    @staticmethod
    def resolve_points(root: Offer, _info: Any) -> int:
        return root.receipt.points

    @staticmethod
    def resolve_message(root: Offer, _info: Any) -> str:
        return root.texts.offer(root.receipt)

    @staticmethod
    def resolve_redemption_message(root: Offer, _info: Any) -> str | None:
        # Nobody's balance matters here: the product page says how points are spent, not by whom.
        quote = quote_redemption(
            root.basket, rules=root.program.rules, available=0, requested=None, at=root.request.at
        )
        return root.texts.redemption_offer(quote)

    @staticmethod
    def resolve_receipt(root: Offer, _info: Any) -> ReceiptInWords:
        return ReceiptInWords(receipt=root.receipt, texts=root.texts, version_id=root.program.version_id)


def resolve_offer(
    root: Any, info: Any, channel: str | None = None, language_code: str | None = None
) -> Promise | None:
    """Resolve the loyalty field of a product or a variant: null without a channel, a program or a price there."""
    request = loyalty_request(info)
    slug = channel or getattr(root, "channel_slug", None)
    if slug is None or not is_storable(slug):
        return None
    program = request.loader(ActiveProgramByChannelLoader).load(slug)
    basket = request.loader(BasketByProductLoader).load((unwrap(root), slug))

    def offer(found: list[Any]) -> Promise | None:
        active, one_unit = found
        if active is None or one_unit is None:
            return None
        language = language_code or request.language_code or "en"
        texts = Texts(language=language, rules=active.rules, channel=slug, currency=one_unit.currency)

        def judge(seen: Basket) -> Offer:
            receipt = evaluate_earning(seen, rules=active.rules, at=request.at)
            return Offer(basket=one_unit, program=active, receipt=receipt, texts=texts, request=request)

        return basket_with_words(one_unit, active, request).then(judge)

    return Promise.all([program, basket]).then(offer)


def offer_field() -> graphene.Field:
    """Return the field that products and variants gain."""
    return graphene.Field(
        LoyaltyOffer,
        channel=graphene.String(description="The channel's slug; may be left out where the product has one."),
        language_code=graphene.Argument(host_types.LanguageCodeEnum, description="The language of the texts."),
        description="What one unit earns, and how it can be paid with points.",
    )
