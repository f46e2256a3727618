"""Referrals: what the two customers are told of them, and what staff see.

Customers get counts, neutral states and their own points: never who the other one is, what was ordered, or that staff
look at a referral. ``LoyaltyReferral`` is for staff alone.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import graphene
from graphene.relay import Node
from promise import Promise

from ...models import Referral, ReferralChange
from ...referrals import ReferralSummary, public_state_of, state_of
from .. import host_types
from ..connection import connection_type
from ..dataloaders import AccountByIdLoader, HostRootLoader, ProgramByIdLoader, UserByIdLoader
from ..enums import (
    LoyaltyReferralCapEnum,
    LoyaltyReferralChangeTypeEnum,
    LoyaltyReferralEndEnum,
    LoyaltyReferralFlagEnum,
    LoyaltyReferralPublicStateEnum,
    LoyaltyReferralStateEnum,
)
from ..host_types import MoneyValue
from ..permissions import may_see_order
from ..referral_loaders import HistoryByReferralIdLoader, ReferralsMadeByAccountIdLoader
from ..request import loyalty_request
from .program import LoyaltyProgram


@dataclass(frozen=True, kw_only=True, slots=True)
class ReferralOfAccount:
    """A referral as one of its two customers sees it."""

    referral: Referral
    is_referee: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SummaryOfAccount:
    summary: ReferralSummary
    account_id: int


class LoyaltyOwnReferral(graphene.ObjectType):  # type: ignore[misc]
    state = LoyaltyReferralPublicStateEnum(required=True, description="How far it is.")
    points = graphene.Int(required=True, description="What it gave to the customer of this account; 0 before.")
    claimed_at = graphene.Field(host_types.DateTime, required=True, description="When the code was claimed.")
    confirmed_at = graphene.Field(host_types.DateTime, description="When the points came.")

    class Meta:
        description = "A referral as one of its two customers sees it: nothing of it tells who the other one is."

    @staticmethod
    def resolve_state(root: ReferralOfAccount, info: Any) -> str:
        return public_state_of(root.referral, at=loyalty_request(info).at)

    @staticmethod
    def resolve_points(root: ReferralOfAccount, info: Any) -> int:
        if public_state_of(root.referral, at=loyalty_request(info).at) != "CONFIRMED":
            return 0
        return root.referral.referee_points if root.is_referee else root.referral.referrer_points

    @staticmethod
    def resolve_claimed_at(root: ReferralOfAccount, _info: Any) -> datetime.datetime:
        return root.referral.claimed_at

    @staticmethod
    def resolve_confirmed_at(root: ReferralOfAccount, _info: Any) -> datetime.datetime | None:
        return root.referral.confirmed_at


class LoyaltyReferralSummary(graphene.ObjectType):  # type: ignore[misc]
    claimed = graphene.Int(required=True, description="How many claimed the code and have not ordered yet.")
    waiting = graphene.Int(required=True, description="How many have ordered: the points come later.")
    confirmed = graphene.Int(required=True, description="For how many it is done.")
    ended = graphene.Int(required=True, description="How many came to nothing.")
    points = graphene.Int(required=True, description="What they gave in all.")
    latest = graphene.List(
        graphene.NonNull(LoyaltyOwnReferral), required=True, description="Each of them, the newest 100."
    )

    class Meta:
        description = "What became of those whom a customer invited."

    @staticmethod
    def resolve_claimed(root: SummaryOfAccount, _info: Any) -> int:
        return root.summary.claimed

    @staticmethod
    def resolve_waiting(root: SummaryOfAccount, _info: Any) -> int:
        return root.summary.waiting

    @staticmethod
    def resolve_confirmed(root: SummaryOfAccount, _info: Any) -> int:
        return root.summary.confirmed

    @staticmethod
    def resolve_ended(root: SummaryOfAccount, _info: Any) -> int:
        return root.summary.ended

    @staticmethod
    def resolve_points(root: SummaryOfAccount, _info: Any) -> int:
        return root.summary.points

    @staticmethod
    def resolve_latest(root: SummaryOfAccount, info: Any) -> Promise:
        made = loyalty_request(info).loader(ReferralsMadeByAccountIdLoader).load(root.account_id)
        return made.then(lambda rows: [ReferralOfAccount(referral=row, is_referee=False) for row in rows])


class LoyaltyReferralChange(graphene.ObjectType):  # type: ignore[misc]
    type = LoyaltyReferralChangeTypeEnum(required=True, description="What happened.")
    reason = graphene.String(description="Why, in staff's words.")
    user = graphene.Field(host_types.User, description="The staff member. Null without MANAGE_USERS.")
    app = graphene.Field(host_types.App, description="The app.")
    created_at = graphene.Field(host_types.DateTime, required=True, description="When it was written down.")

    class Meta:
        description = "What happened to a referral. Customers never see it."

    @staticmethod
    def resolve_reason(root: ReferralChange, _info: Any) -> str | None:
        return root.reason or None

    @staticmethod
    def resolve_user(root: ReferralChange, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if root.actor_kind != "STAFF" or root.actor_id is None or not request.requester.can_manage_users:
            return None
        return request.loader(UserByIdLoader).load(root.actor_id)

    @staticmethod
    def resolve_app(root: ReferralChange, info: Any) -> Promise | None:
        if root.actor_kind != "APP" or root.actor_id is None:
            return None
        return loyalty_request(info).loader(HostRootLoader).load(("App", str(root.actor_id)))


def _account_type() -> Any:
    from .account import LoyaltyAccount  # (accounts have referrals, and referrals accounts)

    return LoyaltyAccount


class LoyaltyReferral(graphene.ObjectType):  # type: ignore[misc]
    program = graphene.Field(LoyaltyProgram, required=True, description="The program.")
    referrer = graphene.Field(_account_type, required=True, description="Who invited.")
    referee = graphene.Field(_account_type, required=True, description="Who was invited.")
    state = LoyaltyReferralStateEnum(required=True, description="How far it is.")
    flags = graphene.List(
        graphene.NonNull(LoyaltyReferralFlagEnum), required=True, description="What staff should look at."
    )
    order = graphene.Field(host_types.Order, description="The order that counts. Null without MANAGE_ORDERS.")
    order_amount = graphene.Field(host_types.Money, description="What its goods cost when it passed the trigger.")
    claimed_at = graphene.Field(host_types.DateTime, required=True, description="When the code was claimed.")
    valid_until = graphene.Field(
        host_types.DateTime, required=True, description="An order counts that is made before."
    )
    qualified_at = graphene.Field(host_types.DateTime, description="When the order passed the trigger.")
    due_at = graphene.Field(host_types.DateTime, description="When its refund window is over.")
    confirmed_at = graphene.Field(host_types.DateTime, description="When both got what they get.")
    ended_at = graphene.Field(host_types.DateTime, description="When it came to nothing, or was taken back.")
    end_reason = LoyaltyReferralEndEnum(description="Why.")
    referrer_points = graphene.Int(required=True, description="What the referrer got.")
    referee_points = graphene.Int(required=True, description="What the invited customer got.")
    cap = LoyaltyReferralCapEnum(description="The limit that left the referrer without points.")
    history = graphene.List(
        graphene.NonNull(LoyaltyReferralChange), required=True, description="What happened to it, the oldest first."
    )

    class Meta:
        description = "An invitation that a new customer took up. Only staff and apps with MANAGE_LOYALTY see it."
        interfaces = (Node,)

    @staticmethod
    def resolve_program(root: Referral, info: Any) -> Promise:
        return loyalty_request(info).loader(ProgramByIdLoader).load(root.program_id)

    @staticmethod
    def resolve_referrer(root: Referral, info: Any) -> Promise:
        return loyalty_request(info).loader(AccountByIdLoader).load(root.referrer_id)

    @staticmethod
    def resolve_referee(root: Referral, info: Any) -> Promise:
        return loyalty_request(info).loader(AccountByIdLoader).load(root.referee_id)

    @staticmethod
    def resolve_state(root: Referral, info: Any) -> str:
        return state_of(root, at=loyalty_request(info).at)

    @staticmethod
    def resolve_order(root: Referral, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if not root.order_id or not may_see_order(request.requester, None):
            return None
        return request.loader(HostRootLoader).load(("Order", root.order_id))

    @staticmethod
    def resolve_order_amount(root: Referral, _info: Any) -> MoneyValue | None:
        return None if root.order_amount is None else MoneyValue(root.order_amount, root.currency)

    @staticmethod
    def resolve_end_reason(root: Referral, _info: Any) -> str | None:
        return root.end_reason or None

    @staticmethod
    def resolve_cap(root: Referral, _info: Any) -> str | None:
        return root.cap or None

    @staticmethod
    def resolve_history(root: Referral, info: Any) -> Promise:
        return loyalty_request(info).loader(HistoryByReferralIdLoader).load(root.pk)


LoyaltyReferralCountableConnection = connection_type(LoyaltyReferral)
