"""What staff did with whole accounts, and what a merge would do. Only staff and apps with MANAGE_LOYALTY reach these
types."""

from __future__ import annotations

from typing import Any

import graphene
from graphene.relay import Node
from promise import Promise

from ...accounts import AccountFigures, FieldInConflict, MergePreview
from ...models import AccountChange, AccountMerge, ActorKind
from .. import host_types
from ..account_care_loaders import CustomFieldByIdLoader, MergeByIdLoader
from ..dataloaders import AccountByIdLoader, HostRootLoader, UserByIdLoader
from ..enums import LoyaltyAccountChangeKindEnum
from ..membership_loaders import LabelByIdLoader
from ..request import loyalty_request
from .card import LoyaltyCustomField, LoyaltyLabel


def _account_type() -> Any:
    from .account import LoyaltyAccount  # it shows these types

    return LoyaltyAccount


def export_type() -> Any:
    from .export import LoyaltyExport  # it shows accounts

    return LoyaltyExport


class _DoneBySomebody:
    """Resolves who did it, of a row that keeps its actor."""

    @staticmethod
    def resolve_user(root: AccountMerge | AccountChange, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if root.actor_kind != ActorKind.STAFF or root.actor_id is None or not request.requester.can_manage_users:
            return None
        return request.loader(UserByIdLoader).load(root.actor_id)

    @staticmethod
    def resolve_app(root: AccountMerge | AccountChange, info: Any) -> Promise | None:
        if root.actor_kind != ActorKind.APP or root.actor_id is None:
            return None
        return loyalty_request(info).loader(HostRootLoader).load(("App", str(root.actor_id)))


class LoyaltyAccountMerge(_DoneBySomebody, graphene.ObjectType):  # type: ignore[misc]
    source = graphene.Field(_account_type, required=True, description="The account that was merged and closed.")
    target = graphene.Field(_account_type, required=True, description="The account that it was merged into.")
    points = graphene.Int(required=True, description="Points that moved, pending ones too.")
    debt = graphene.Int(required=True, description="Points that the source owed, and that the target took over.")
    points_returned = graphene.Int(description="Points that came back when it was undone.")
    created_at = graphene.Field(host_types.DateTime, required=True, description="When it was made.")
    undone_at = graphene.Field(host_types.DateTime, description="When it was undone.")
    user = graphene.Field(host_types.User, description="The staff member who made it. Null without MANAGE_USERS.")
    app = graphene.Field(host_types.App, description="The app that made it.")

    class Meta:
        description = "That two accounts of one person became one. Customers never see it."
        interfaces = (Node,)

    @staticmethod
    def resolve_source(root: AccountMerge, info: Any) -> Promise:
        return loyalty_request(info).loader(AccountByIdLoader).load(root.source_id)

    @staticmethod
    def resolve_target(root: AccountMerge, info: Any) -> Promise:
        return loyalty_request(info).loader(AccountByIdLoader).load(root.target_id)

    @staticmethod
    def resolve_points_returned(root: AccountMerge, _info: Any) -> int | None:
        return None if root.undone_at is None else root.points_returned


class LoyaltyAccountChange(_DoneBySomebody, graphene.ObjectType):  # type: ignore[misc]
    kind = LoyaltyAccountChangeKindEnum(required=True, description="What was done.")
    reason = graphene.String(description="Why. Null once the customer is erased.")
    created_at = graphene.Field(host_types.DateTime, required=True, description="When.")
    merge = graphene.Field(LoyaltyAccountMerge, description="The merge, of one that was made or undone.")
    user = graphene.Field(host_types.User, description="The staff member who did it. Null without MANAGE_USERS.")
    app = graphene.Field(host_types.App, description="The app that did it.")

    class Meta:
        description = "What was done with an account as a whole. Customers never see it."

    @staticmethod
    def resolve_reason(root: AccountChange, _info: Any) -> str | None:
        return root.reason or None

    @staticmethod
    def resolve_merge(root: AccountChange, info: Any) -> Promise | None:
        return None if root.merge_id is None else loyalty_request(info).loader(MergeByIdLoader).load(root.merge_id)


class LoyaltyAccountFigures(graphene.ObjectType):  # type: ignore[misc]
    balance = graphene.Int(required=True, description="All points.")
    available = graphene.Int(required=True, description="Spendable.")
    pending = graphene.Int(required=True, description="Recorded, not yet spendable.")
    reserved = graphene.Int(required=True, description="Set aside for a checkout.")
    debt = graphene.Int(required=True, description="Owed.")
    tier = graphene.String(description="The key of the tier.")

    class Meta:
        description = "The points of an account before or after a merge."

    @staticmethod
    def resolve_tier(root: AccountFigures, _info: Any) -> str | None:
        return root.tier or None


class LoyaltyMovingLot(graphene.ObjectType):  # type: ignore[misc]
    points = graphene.Int(required=True, description="Points.")
    available_at = graphene.Field(
        host_types.DateTime, description="When they can be spent; null: once the customer has joined."
    )
    expires_at = graphene.Field(host_types.DateTime, description="When they expire; null: never.")

    class Meta:
        description = "Points of one lot that a merge moves. They keep their dates."


class LoyaltyFieldConflict(graphene.ObjectType):  # type: ignore[misc]
    field = graphene.Field(LoyaltyCustomField, required=True, description="The field.")
    source_value = graphene.String(required=True, description="What the source's card says; it is not taken over.")
    target_value = graphene.String(required=True, description="What the target's card says; it stays.")

    class Meta:
        description = "A field in which both cards say something different."

    @staticmethod
    def resolve_field(root: FieldInConflict, info: Any) -> Promise:
        return loyalty_request(info).loader(CustomFieldByIdLoader).load(root.field_id)


class LoyaltyMergePreview(graphene.ObjectType):  # type: ignore[misc]
    source_before = graphene.Field(LoyaltyAccountFigures, required=True, description="The source as it is.")
    target_before = graphene.Field(LoyaltyAccountFigures, required=True, description="The target as it is.")
    target_after = graphene.Field(LoyaltyAccountFigures, required=True, description="The target once it is merged.")
    points = graphene.Int(required=True, description="Points that move, pending ones too.")
    debt = graphene.Int(required=True, description="Points that the source owes, and that the target takes over.")
    lots = graphene.List(
        graphene.NonNull(LoyaltyMovingLot), required=True, description="What moves, soonest expiry first, at most 100."
    )
    lots_count = graphene.Int(required=True, description="How many lots move.")
    orders_count = graphene.Int(required=True, description="How many orders follow: refunds of them find the target.")
    memberships_count = graphene.Int(required=True, description="How many memberships move, past ones too.")
    labels = graphene.List(
        graphene.NonNull(LoyaltyLabel), required=True, description="Labels that the target gets, at most 100."
    )
    notes_count = graphene.Int(required=True, description="How many notes move.")
    events_count = graphene.Int(required=True, description="How many reported events move.")
    fields_count = graphene.Int(required=True, description="How many fields are filled in.")
    conflicts = graphene.List(
        graphene.NonNull(LoyaltyFieldConflict), required=True, description="Fields that say something different."
    )
    referrals_count = graphene.Int(required=True, description="How many referrals move.")
    rewards_count = graphene.Int(required=True, description="How many rewards move, used ones too.")

    class Meta:
        description = "Exactly what a merge does."

    @staticmethod
    def resolve_labels(root: MergePreview, info: Any) -> Promise:
        return loyalty_request(info).loader(LabelByIdLoader).load_many(list(root.labels))


class LoyaltyMergeUndoPreview(graphene.ObjectType):  # type: ignore[misc]
    points = graphene.Int(required=True, description="Points that are left, and come back.")
    points_gone = graphene.Int(required=True, description="Points that were spent, taken back or expired since.")
    debt = graphene.Int(required=True, description="Points that the source owes again.")
    source_after = graphene.Field(LoyaltyAccountFigures, required=True, description="The source once it is undone.")
    target_before = graphene.Field(LoyaltyAccountFigures, required=True, description="The target as it is.")
    target_after = graphene.Field(LoyaltyAccountFigures, required=True, description="The target once it is undone.")

    class Meta:
        description = "Exactly what undoing a merge does."
