"""A reward of the catalogue, as the rules document says it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import graphene

from ...rules import ProgramRules
from ...rules.document import Reward
from .. import host_types
from ..enums import LoyaltyRewardTypeEnum
from ..host_types import MoneyValue
from ..permissions import STAFF_ONLY
from ..request import loyalty_request
from .rule import LoyaltyRuleConditions

IN_LANGUAGE = {
    "language_code": graphene.Argument(
        host_types.LanguageCodeEnum, description="The language; left out: as the rules name it."
    )
}


@dataclass(frozen=True, slots=True)
class RewardInProgram:
    """A reward and the document that it stands in; other attributes are the reward's."""

    reward: Reward
    rules: ProgramRules

    def __getattr__(self, name: str) -> Any:
        return getattr(self.reward, name)


class LoyaltyRewardChannel(graphene.ObjectType):  # type: ignore[misc]
    channel = graphene.String(required=True, description="The slug of the channel.")
    amount = graphene.Field(host_types.Money, description="What the voucher takes off; null where it is a percentage.")
    min_order = graphene.Field(host_types.Money, description="The least order on which the code counts.")

    class Meta:
        description = "A reward in one channel."


class LoyaltyReward(graphene.ObjectType):  # type: ignore[misc]
    key = graphene.String(required=True, description="Stable inside the rules document.")
    type = LoyaltyRewardTypeEnum(required=True, description="What it is.")
    name = graphene.String(required=True, description="The name.", **IN_LANGUAGE)
    description = graphene.String(required=True, description="More of it; may be empty.", **IN_LANGUAGE)
    required_points = graphene.Int(required=True, description="What it costs.")
    channels = graphene.List(
        graphene.NonNull(LoyaltyRewardChannel), required=True, description="Where it can be had and used."
    )
    percent = graphene.Int(description="Of a voucher: its percentage; null where it is an amount.")
    variant_sku = graphene.String(description="Of a gift product: the variant of which one unit is free.")
    gift_card_balance = graphene.Field(host_types.Money, description="Of a gift card: what is on it.")
    valid_days = graphene.Int(description="For how many days it can be used; null: for ever.")
    usage_limit_per_customer = graphene.Int(description="How many one customer can have; null: any number.")
    start_date = graphene.Field(host_types.DateTime, description="From when on it can be had.")
    end_date = graphene.Field(host_types.DateTime, description="Until when it can be had.")
    is_reversible_by_customer = graphene.Boolean(
        required=True, description="Whether customers may give back what they have not used, for their points."
    )
    stock = graphene.Int(description="How many can be had in all; null: any number." + STAFF_ONLY)
    returns_points_of_expired = graphene.Boolean(
        description="Whether points come back when it was not used in time." + STAFF_ONLY
    )
    conditions = graphene.Field(LoyaltyRuleConditions, description="Who can have it." + STAFF_ONLY)

    class Meta:
        description = "Something in the catalogue that points buy."

    @staticmethod
    def resolve_name(root: RewardInProgram, _info: Any, language_code: str | None = None) -> str:
        return root.reward.text_in(language_code or "").name

    @staticmethod
    def resolve_description(root: RewardInProgram, _info: Any, language_code: str | None = None) -> str:
        return root.reward.text_in(language_code or "").description

    @staticmethod
    def resolve_channels(root: RewardInProgram, _info: Any) -> list[LoyaltyRewardChannel]:
        return [
            LoyaltyRewardChannel(
                channel=listing.channel,
                amount=_money(root.reward.amount_in(listing.channel), listing.currency),
                min_order=_money(root.reward.min_order.get(listing.channel), listing.currency),
            )
            for listing in root.rules.channels
            if root.reward.is_for(listing.channel)
        ]

    @staticmethod
    def resolve_percent(root: RewardInProgram, _info: Any) -> int | None:
        return root.reward.voucher.percent if root.reward.voucher is not None else None

    @staticmethod
    def resolve_gift_card_balance(root: RewardInProgram, _info: Any) -> MoneyValue | None:
        card = root.reward.gift_card
        return _money(card.amount, card.currency) if card is not None else None

    @staticmethod
    def resolve_start_date(root: RewardInProgram, _info: Any) -> datetime.datetime | None:
        return root.reward.starts_at

    @staticmethod
    def resolve_end_date(root: RewardInProgram, _info: Any) -> datetime.datetime | None:
        return root.reward.ends_at

    @staticmethod
    def resolve_is_reversible_by_customer(root: RewardInProgram, _info: Any) -> bool:
        return root.reward.reversible_by_customer

    @staticmethod
    def resolve_stock(root: RewardInProgram, info: Any) -> int | None:
        return root.reward.stock if loyalty_request(info).requester.can_manage_loyalty else None

    @staticmethod
    def resolve_returns_points_of_expired(root: RewardInProgram, info: Any) -> bool | None:
        is_staff = loyalty_request(info).requester.can_manage_loyalty
        return root.reward.return_points_of_expired if is_staff else None

    @staticmethod
    def resolve_conditions(root: RewardInProgram, info: Any) -> Any:
        return root.reward.conditions if loyalty_request(info).requester.can_manage_loyalty else None


def _money(amount: Decimal | None, currency: str) -> MoneyValue | None:
    return None if amount is None else MoneyValue(amount, currency)
