"""Plans and memberships. A membership is reached below its account or, by staff, in a list of all."""

from __future__ import annotations

import datetime
from typing import Any

import graphene
from graphene.relay import Node
from promise import Promise

from ...memberships import status_of
from ...models import Membership, MembershipChange, MembershipPlan, PlanVariant
from .. import host_types
from ..connection import connection_type
from ..dataloaders import AccountByIdLoader, HostRootLoader, UserByIdLoader
from ..enums import (
    LoyaltyMembershipChangeTypeEnum,
    LoyaltyMembershipPaymentStatusEnum,
    LoyaltyMembershipStatusEnum,
    LoyaltyPlanKindEnum,
    LoyaltyPlanStackingEnum,
    LoyaltyPlanStartEnum,
)
from ..host_types import MoneyValue
from ..membership_loaders import (
    FreezesByMembershipIdLoader,
    HistoryByMembershipIdLoader,
    LabelByIdLoader,
    PlanByIdLoader,
    VariantsByPlanIdLoader,
)
from ..permissions import STAFF_ONLY, may_see_order
from ..request import loyalty_request
from .card import LoyaltyLabel


class LoyaltyPlanVariant(graphene.ObjectType):  # type: ignore[misc]
    variant_id = graphene.ID(description="The variant's id; null where only its SKU is named.")
    sku = graphene.String(description="The SKU; null where only the id is named.")

    class Meta:
        description = "A variant that sells a plan."

    @staticmethod
    def resolve_variant_id(root: PlanVariant, _info: Any) -> str | None:
        name = host_types.ProductVariant._meta.name
        return Node.to_global_id(name, root.variant_id) if root.variant_id else None

    @staticmethod
    def resolve_sku(root: PlanVariant, _info: Any) -> str | None:
        return root.sku or None


class LoyaltyMembershipPlan(graphene.ObjectType):  # type: ignore[misc]
    key = graphene.String(required=True, description="Stays when the name changes; the rules name plans by it.")
    name = graphene.String(required=True, description="The name.")
    kind = LoyaltyPlanKindEnum(required=True, description="A subscription, or a fixed package.")
    duration_months = graphene.Int(description="How long it lasts, in months.")
    duration_days = graphene.Int(description="How long it lasts, in days; with neither it has no end.")
    starts_when = LoyaltyPlanStartEnum(required=True, description="What has to happen to the order first.")
    stacking = LoyaltyPlanStackingEnum(required=True, description="What a second purchase does.")
    start_points = graphene.Int(required=True, description="Points at the start.")
    label = graphene.Field(LoyaltyLabel, description="The automatic label of its members." + STAFF_ONLY)
    variants = graphene.List(
        graphene.NonNull(LoyaltyPlanVariant), description="The variants that sell it." + STAFF_ONLY
    )
    is_active = graphene.Boolean(required=True, description="Whether its variants sell it now.")
    is_archived = graphene.Boolean(required=True, description="Whether it is sold no more for good.")

    class Meta:
        description = "A plan or a package that the shop sells. A change of it changes no membership that was sold."
        interfaces = (Node,)

    @staticmethod
    def resolve_label(root: MembershipPlan, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if root.label_id is None or not request.requester.can_manage_loyalty:
            return None
        return request.loader(LabelByIdLoader).load(root.label_id)

    @staticmethod
    def resolve_variants(root: MembershipPlan, info: Any) -> Promise | None:
        request = loyalty_request(info)
        return request.loader(VariantsByPlanIdLoader).load(root.pk) if request.requester.can_manage_loyalty else None

    @staticmethod
    def resolve_is_archived(root: MembershipPlan, _info: Any) -> bool:
        return root.archived_at is not None


class LoyaltyMembershipFrozenDays(graphene.ObjectType):  # type: ignore[misc]
    from_date = graphene.Field(host_types.Date, required=True, description="The first day that does not count.")
    until_date = graphene.Field(host_types.Date, description="The day on which it runs again; null: not known yet.")

    class Meta:
        description = "Days of a membership that do not count."

    @staticmethod
    def resolve_from_date(root: Any, _info: Any) -> datetime.date:
        day: datetime.date = root.from_on
        return day

    @staticmethod
    def resolve_until_date(root: Any, _info: Any) -> datetime.date | None:
        day: datetime.date | None = root.until_on
        return day


class LoyaltyMembershipChange(graphene.ObjectType):  # type: ignore[misc]
    type = LoyaltyMembershipChangeTypeEnum(required=True, description="What happened.")
    date = graphene.Field(host_types.Date, description="The day that it is about.")
    reason = graphene.String(description="Why, in staff's words.")
    user = graphene.Field(host_types.User, description="The staff member. Null without MANAGE_USERS.")
    app = graphene.Field(host_types.App, description="The app.")
    created_at = graphene.Field(host_types.DateTime, required=True, description="When it was written down.")

    class Meta:
        description = "What happened to a membership. Customers never see it."

    @staticmethod
    def resolve_date(root: MembershipChange, _info: Any) -> datetime.date | None:
        return root.on

    @staticmethod
    def resolve_reason(root: MembershipChange, _info: Any) -> str | None:
        return root.reason or None

    @staticmethod
    def resolve_user(root: MembershipChange, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if root.actor_kind != "STAFF" or root.actor_id is None or not request.requester.can_manage_users:
            return None
        return request.loader(UserByIdLoader).load(root.actor_id)

    @staticmethod
    def resolve_app(root: MembershipChange, info: Any) -> Promise | None:
        if root.actor_kind != "APP" or root.actor_id is None:
            return None
        return loyalty_request(info).loader(HostRootLoader).load(("App", str(root.actor_id)))


def _account_type() -> Any:
    from .account import LoyaltyAccount  # (accounts have memberships, and memberships an account)

    return LoyaltyAccount


class LoyaltyMembership(graphene.ObjectType):  # type: ignore[misc]
    account = graphene.Field(_account_type, required=True, description="Whose it is.")
    plan = graphene.Field(LoyaltyMembershipPlan, required=True, description="The plan as it is now.")
    name = graphene.String(required=True, description="The plan's name when it was sold.")
    status = LoyaltyMembershipStatusEnum(required=True, description="What it is today.")
    payment_status = LoyaltyMembershipPaymentStatusEnum(required=True, description="Whether it is paid.")
    start_date = graphene.Field(
        host_types.Date,
        description="The first day; null while it waits for its order, or behind one frozen until further notice.",
    )
    end_date = graphene.Field(
        host_types.Date,
        description="The first day on which it is over; null: it has no end, or nobody can know it yet.",
    )
    frozen_until = graphene.Field(
        host_types.Date, description="The day on which it runs again; null where it is not frozen, or nobody knows."
    )
    freezes = graphene.List(
        graphene.NonNull(LoyaltyMembershipFrozenDays), required=True, description="All its freezes, the oldest first."
    )
    order = graphene.Field(host_types.Order, description="The order that sold it. Null for who may not see orders.")
    price = graphene.Field(host_types.Money, description="What it cost; null where it was sold by hand.")
    history = graphene.List(
        graphene.NonNull(LoyaltyMembershipChange),
        description="What happened to it, the last 100 changes, the oldest first." + STAFF_ONLY,
    )
    created_at = graphene.Field(host_types.DateTime, required=True, description="When it was sold.")
    canceled_at = graphene.Field(host_types.DateTime, description="When it was cancelled.")

    class Meta:
        description = "A plan that a customer has, had or will have."
        interfaces = (Node,)

    @staticmethod
    def resolve_account(root: Membership, info: Any) -> Promise:
        return loyalty_request(info).loader(AccountByIdLoader).load(root.account_id)

    @staticmethod
    def resolve_plan(root: Membership, info: Any) -> Promise:
        return loyalty_request(info).loader(PlanByIdLoader).load(root.plan_id)

    @staticmethod
    def resolve_name(root: Membership, _info: Any) -> str:
        return root.plan_name

    @staticmethod
    def resolve_status(root: Membership, info: Any) -> str:
        return status_of(root, at=loyalty_request(info).at)

    @staticmethod
    def resolve_start_date(root: Membership, _info: Any) -> datetime.date | None:
        return root.starts_on

    @staticmethod
    def resolve_end_date(root: Membership, _info: Any) -> datetime.date | None:
        return root.ends_on

    @staticmethod
    def resolve_frozen_until(root: Membership, info: Any) -> datetime.date | None:
        is_frozen = status_of(root, at=loyalty_request(info).at) == "FROZEN"
        return root.frozen_until if is_frozen else None

    @staticmethod
    def resolve_freezes(root: Membership, info: Any) -> Promise:
        return loyalty_request(info).loader(FreezesByMembershipIdLoader).load(root.pk)

    @staticmethod
    def resolve_order(root: Membership, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if not root.order_id:
            return None

        def load_order(account: Any) -> Any:
            if account is None or not may_see_order(request.requester, account.user_id):
                return None
            return request.loader(HostRootLoader).load(("Order", root.order_id))

        return request.loader(AccountByIdLoader).load(root.account_id).then(load_order)

    @staticmethod
    def resolve_price(root: Membership, _info: Any) -> MoneyValue | None:
        return None if root.price_amount is None else MoneyValue(root.price_amount, root.currency)

    @staticmethod
    def resolve_history(root: Membership, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if not request.requester.can_manage_loyalty:
            return None
        return request.loader(HistoryByMembershipIdLoader).load(root.pk)


LoyaltyMembershipPlanCountableConnection = connection_type(LoyaltyMembershipPlan)
LoyaltyMembershipCountableConnection = connection_type(LoyaltyMembership)
