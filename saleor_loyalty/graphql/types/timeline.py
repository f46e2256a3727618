"""The timeline of a customer. Only staff and apps with MANAGE_LOYALTY reach these types."""

from __future__ import annotations

from typing import Any

import graphene
from promise import Promise

from ...cards.timeline import ACCOUNT_CHANGES_RANK, RANK_STEP
from ...models import ActorKind, LotExtension
from .. import host_types
from ..account_care_loaders import AccountChangeByIdLoader
from ..connection import connection_type
from ..dataloaders import HostRootLoader, TransactionByIdLoader, UserByIdLoader
from ..enums import LoyaltyTimelineTypeEnum
from ..request import loyalty_request
from ..timeline_loaders import LotExtensionByIdLoader, NoteByIdLoader, ReportedEventByIdLoader, TimelineEntry
from .account_care import LoyaltyAccountChange
from .card import LoyaltyNote
from .reported_event import LoyaltyReportedEvent
from .transaction import LoyaltyTransaction


class LoyaltyLotExtension(graphene.ObjectType):  # type: ignore[misc]
    points = graphene.Int(required=True, description="How many points the lot held.")
    expired_at = graphene.Field(host_types.DateTime, required=True, description="When they expired until then.")
    expires_at = graphene.Field(host_types.DateTime, description="When they expire since then; null: never.")
    reason = graphene.String(description="Why. Null once the customer is erased.")

    class Meta:
        description = "That points of one lot were made to last longer. Customers never see it."

    @staticmethod
    def resolve_expired_at(root: LotExtension, _info: Any) -> Any:
        return root.before

    @staticmethod
    def resolve_expires_at(root: LotExtension, _info: Any) -> Any:
        return root.after

    @staticmethod
    def resolve_reason(root: LotExtension, _info: Any) -> str | None:
        return root.reason or None


class LoyaltyTimelineEntry(graphene.ObjectType):  # type: ignore[misc]
    type = LoyaltyTimelineTypeEnum(required=True, description="What kind of thing happened.")
    created_at = graphene.Field(host_types.DateTime, required=True, description="When it was written down.")
    name = graphene.String(
        description="The name, as it was then: of the label, the field, the event, the plan or the note's type; the "
        "order's number; the transaction's type; the tier's key, null for none; the reward's key, or how it ended."
    )
    user = graphene.Field(host_types.User, description="The staff member who did it. Null without MANAGE_USERS.")
    app = graphene.Field(host_types.App, description="The app that did it.")
    transaction = graphene.Field(LoyaltyTransaction, description="The transaction, of a TRANSACTION.")
    note = graphene.Field(LoyaltyNote, description="The note, of a NOTE.")
    event = graphene.Field(LoyaltyReportedEvent, description="The event, of an EVENT.")
    extension = graphene.Field(LoyaltyLotExtension, description="The new date, of a POINTS_EXTENDED.")
    change = graphene.Field(
        LoyaltyAccountChange, description="What staff did with the account as a whole, of an ACCOUNT_ entry, and why."
    )
    order = graphene.Field(host_types.Order, description="The order it is about. Null without MANAGE_ORDERS.")

    class Meta:
        description = "One thing that happened with a customer. Customers never see it."

    @staticmethod
    def resolve_type(root: TimelineEntry, _info: Any) -> str:
        return root.entry_type

    @staticmethod
    def resolve_created_at(root: TimelineEntry, _info: Any) -> Any:
        return root.moment

    @staticmethod
    def resolve_name(root: TimelineEntry, _info: Any) -> str | None:
        return root.entry_name or None

    @staticmethod
    def resolve_user(root: TimelineEntry, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if root.by_kind != ActorKind.STAFF or root.by_id is None or not request.requester.can_manage_users:
            return None
        return request.loader(UserByIdLoader).load(root.by_id)

    @staticmethod
    def resolve_app(root: TimelineEntry, info: Any) -> Promise | None:
        if root.by_kind != ActorKind.APP or root.by_id is None:
            return None
        return loyalty_request(info).loader(HostRootLoader).load(("App", str(root.by_id)))

    @staticmethod
    def resolve_transaction(root: TimelineEntry, info: Any) -> Promise | None:
        return _row(root, info, "TRANSACTION", TransactionByIdLoader)

    @staticmethod
    def resolve_note(root: TimelineEntry, info: Any) -> Promise | None:
        return _row(root, info, "NOTE", NoteByIdLoader)

    @staticmethod
    def resolve_event(root: TimelineEntry, info: Any) -> Promise | None:
        return _row(root, info, "EVENT", ReportedEventByIdLoader)

    @staticmethod
    def resolve_extension(root: TimelineEntry, info: Any) -> Promise | None:
        return _row(root, info, "POINTS_EXTENDED", LotExtensionByIdLoader)

    @staticmethod
    def resolve_change(root: TimelineEntry, info: Any) -> Promise | None:
        if root.entry_key // RANK_STEP != ACCOUNT_CHANGES_RANK:
            return None
        return loyalty_request(info).loader(AccountChangeByIdLoader).load(root.row_id)

    @staticmethod
    def resolve_order(root: TimelineEntry, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if not root.order_ref or not request.requester.can_manage_orders:
            return None
        return request.loader(HostRootLoader).load(("Order", root.order_ref))


def _row(root: TimelineEntry, info: Any, type_name: str, loader: Any) -> Promise | None:
    if root.entry_type != type_name:
        return None
    return loyalty_request(info).loader(loader).load(root.row_id)


LoyaltyTimelineEntryCountableConnection = connection_type(LoyaltyTimelineEntry)
