"""Rewards (A-077, A-098): what points buy from the program's catalogue. The section ``rewards`` of the document.

What a reward is and costs stands here; how many were issued, and to whom, is no business of the document.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import PlainValidator

from .conditions import Conditions
from .fields import (
    Amount,
    Currency,
    DocumentPart,
    Key,
    LongText,
    Moment,
    Name,
    Percent,
    Points,
    Slug,
    YesOrNo,
    whole_number,
)

RewardType = Literal["VOUCHER", "GIFT_PRODUCT", "FREE_SHIPPING", "GIFT_CARD", "EVENT_ACCESS"]
ON_CHECKOUT = ("VOUCHER", "GIFT_PRODUCT", "FREE_SHIPPING")
"""The types that are a code for the cart: they belong to channels, and may ask for a least order."""

ValidDays = Annotated[int, PlainValidator(whole_number(1, 3650))]
Stock = Annotated[int, PlainValidator(whole_number(0, 1_000_000_000))]
UsageLimit = Annotated[int, PlainValidator(whole_number(1, 1_000_000))]


class RewardText(DocumentPart):
    """What a reward is called in one language. What is not given is said as the reward itself says it."""

    name: Name = ""
    description: LongText = ""


class VoucherTerms(DocumentPart):
    """Of a voucher: a percentage of the order, or an amount in each of its channels."""

    percent: Percent | None = None
    amounts: dict[Slug, Amount] = {}
    """By the channel's slug, in its currency."""


class GiftCardTerms(DocumentPart):
    """Of a gift card: what is on it."""

    amount: Amount
    currency: Currency


class Reward(DocumentPart):
    """One entry of the catalogue."""

    key: Key
    type: RewardType
    name: Name
    description: LongText = ""
    translations: dict[str, RewardText] = {}
    """By language code."""
    required_points: Points
    channels: tuple[Slug, ...] | None = None
    """Where it can be had, and a code for the cart be used: the channels' slugs; None for all of the program's."""
    voucher: VoucherTerms | None = None
    variant_sku: Slug | None = None
    """Of a gift product: which variant one unit of is free."""
    gift_card: GiftCardTerms | None = None
    access_text: LongText = ""
    """Of access to an event: what its owner has to know; said only to those who have it."""
    min_order: dict[Slug, Amount] = {}
    """The least order on which a code for the cart counts, by the channel's slug, in its currency."""
    valid_days: ValidDays | None = None
    """How long what was issued can be used. None: for ever."""
    stock: Stock | None = None
    """How many can be had in all; those taken back can be had again. None: any number."""
    usage_limit_per_customer: UsageLimit | None = None
    """How many one customer can have in all. None: any number."""
    starts_at: Moment | None = None
    """Inclusive."""
    ends_at: Moment | None = None
    """Exclusive."""
    conditions: Conditions = Conditions()
    reversible_by_customer: YesOrNo = False
    """Whether customers may themselves give back what they have not used, for their points."""
    return_points_of_expired: YesOrNo = False
    """Whether the points come back when it was not used in time."""

    def is_for(self, channel: str) -> bool:
        """Return whether it can be had in the channel with this slug, as far as the reward itself says."""
        return self.channels is None or channel in self.channels

    def is_current(self, at: datetime.datetime) -> bool:
        """Return whether ``at`` is within the reward's dates."""
        return (self.starts_at is None or self.starts_at <= at) and (self.ends_at is None or at < self.ends_at)

    def expires_at(self, at: datetime.datetime) -> datetime.datetime | None:
        """Return until when what is issued at ``at`` can be used."""
        return None if self.valid_days is None else at + datetime.timedelta(days=self.valid_days)

    def text_in(self, language: str) -> RewardText:
        """Return name and description in the language, or in the language that it is a variant of."""
        name, description = "", ""
        by_code = {code.lower().replace("_", "-"): text for code, text in self.translations.items()}
        wanted = language.lower().replace("_", "-")
        for code in (wanted, wanted.partition("-")[0]):
            text = by_code.get(code)
            if text is not None:
                name, description = name or text.name, description or text.description
        return RewardText.model_construct(name=name or self.name, description=description or self.description)

    def amount_in(self, channel: str) -> Decimal | None:
        """Return what a voucher of a fixed amount takes off in the channel."""
        return self.voucher.amounts.get(channel) if self.voucher is not None else None
