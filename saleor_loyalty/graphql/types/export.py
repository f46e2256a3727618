"""Exports and audiences. Only staff and apps with MANAGE_LOYALTY reach these types."""

from __future__ import annotations

from typing import Any

import graphene
from graphene.relay import Node
from promise import Promise

from ...accounts import account_filter_from_json
from ...exports import download_token, link_ends_at
from ...host import Requester, get_host
from ...models import ActorKind, Audience, Export, ExportKind
from .. import host_types
from ..connection import connection_arguments, connection_type, page_arguments
from ..dataloaders import HostRootLoader, ProgramByIdLoader, UserByIdLoader
from ..enums import LoyaltyExportFileTypeEnum, LoyaltyExportKindEnum, LoyaltyExportStatusEnum
from ..export_loaders import (
    AccountsCountByAudienceIdLoader,
    AudienceByIdLoader,
    AudiencePageKey,
    AudiencePageLoader,
    FileSizeByExportIdLoader,
)
from ..permissions import is_user
from ..request import loyalty_request
from ..statistics_loaders import ReachesWhollyByProgramIdLoader
from ..where_text import where_of
from .account import LoyaltyAccountCountableConnection
from .program import LoyaltyProgram


class LoyaltyAudience(graphene.ObjectType):  # type: ignore[misc]
    program = graphene.Field(LoyaltyProgram, required=True, description="The program.")
    name = graphene.String(required=True, description="The name; unique in the program whatever its case.")
    where = graphene.Field(
        host_types.JSONString, required=True, description="Which accounts, as a LoyaltyAccountWhereInput."
    )
    accounts_count = graphene.Int(required=True, description="How many accounts are in it now.")
    accounts = graphene.Field(
        LoyaltyAccountCountableConnection,
        required=True,
        description="The accounts that are in it now, the newest first.",
        **connection_arguments(),
    )
    created_at = graphene.Field(host_types.DateTime, required=True, description="When it was made.")
    updated_at = graphene.Field(host_types.DateTime, required=True, description="When it was last changed.")

    class Meta:
        description = "People to be written to, as a filter on accounts. Who has agreed to it is not known here."
        interfaces = (Node,)

    @staticmethod
    def resolve_program(root: Audience, info: Any) -> Promise:
        return loyalty_request(info).loader(ProgramByIdLoader).load(root.program_id)

    @staticmethod
    def resolve_where(root: Audience, _info: Any) -> Any:
        return where_of(account_filter_from_json(root.filter))

    @staticmethod
    def resolve_accounts_count(root: Audience, info: Any) -> Promise:
        return loyalty_request(info).loader(AccountsCountByAudienceIdLoader).load(root.pk)

    @staticmethod
    def resolve_accounts(root: Audience, info: Any, **arguments: Any) -> Promise:
        key = AudiencePageKey(audience_id=root.pk, arguments=page_arguments(arguments))
        return loyalty_request(info).loader(AudiencePageLoader).load(key)


class LoyaltyExport(graphene.ObjectType):  # type: ignore[misc]
    program = graphene.Field(LoyaltyProgram, required=True, description="The program.")
    kind = LoyaltyExportKindEnum(required=True, description="What is in it.")
    file_type = LoyaltyExportFileTypeEnum(required=True, description="How it is written.")
    status = LoyaltyExportStatusEnum(required=True, description="How far it has come.")
    audience = graphene.Field(LoyaltyAudience, description="The audience that it is of.")
    language_code = graphene.String(required=True, description="The language of the words in it.")
    with_customers = graphene.Boolean(required=True, description="Whether it holds names and e-mails.")
    rows_done = graphene.Field(host_types.DecimalNumber, required=True, description="The rows written so far.")
    rows_total = graphene.Field(
        host_types.DecimalNumber, description="The rows it will have; null before it has begun."
    )
    file_size = graphene.Field(host_types.DecimalNumber, required=True, description="The bytes written so far.")
    url = graphene.String(
        description=(
            "A link to the file, for an hour; null before it is READY and once it has expired. Whoever has the link "
            "may read the file. Null without MANAGE_USERS where the file holds names and e-mails, and for staff who "
            "may not work in all of the program's channels."
        )
    )
    url_expires_at = graphene.Field(host_types.DateTime, description="Until when the link of this answer works.")
    user = graphene.Field(host_types.User, description="The staff member who made it. Null without MANAGE_USERS.")
    app = graphene.Field(host_types.App, description="The app that made it.")
    created_at = graphene.Field(
        host_types.DateTime, required=True, description="When it was made: it holds the rows of that moment."
    )
    finished_at = graphene.Field(host_types.DateTime, description="When it ended.")
    expires_at = graphene.Field(host_types.DateTime, description="When its file is deleted.")

    class Meta:
        description = "Rows as a file, written in the background."
        interfaces = (Node,)

    @staticmethod
    def resolve_program(root: Export, info: Any) -> Promise:
        return loyalty_request(info).loader(ProgramByIdLoader).load(root.program_id)

    @staticmethod
    def resolve_audience(root: Export, info: Any) -> Promise | None:
        if root.audience_id is None:
            return None
        return loyalty_request(info).loader(AudienceByIdLoader).load(root.audience_id)

    @staticmethod
    def resolve_file_size(root: Export, info: Any) -> Promise:
        return loyalty_request(info).loader(FileSizeByExportIdLoader).load(root.pk)

    @staticmethod
    def resolve_url(root: Export, info: Any) -> Promise | None:
        token = download_token(root, at=loyalty_request(info).at)
        return _if_reached(root, info, get_host().export_url(token)) if token else None

    @staticmethod
    def resolve_url_expires_at(root: Export, info: Any) -> Promise | None:
        ends_at = link_ends_at(root, at=loyalty_request(info).at)
        return _if_reached(root, info, ends_at) if ends_at else None

    @staticmethod
    def resolve_user(root: Export, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if root.actor_kind != "STAFF" or root.actor_id is None or not request.requester.can_manage_users:
            return None
        return request.loader(UserByIdLoader).load(root.actor_id)

    @staticmethod
    def resolve_app(root: Export, info: Any) -> Promise | None:
        if root.actor_kind != "APP" or root.actor_id is None:
            return None
        return loyalty_request(info).loader(HostRootLoader).load(("App", str(root.actor_id)))


def _if_reached(export: Export, info: Any, value: Any) -> Promise | None:
    """Return the value for whoever may download the file: everything in it is within their channels, and whom it
    names they may know."""
    request = loyalty_request(info)
    requester = request.requester
    if is_own_export(export, requester):
        return Promise.resolve(value)
    if not requester.can_manage_loyalty or (export.with_customers and not requester.can_manage_users):
        return None
    reached = request.loader(ReachesWhollyByProgramIdLoader).load(export.program_id)
    return reached.then(lambda is_reached: value if is_reached else None)


def is_own_export(export: Export, requester: Requester) -> bool:
    """Return whether it is what the requester asked for about themselves."""
    is_by_customer = export.kind == ExportKind.PERSON and export.actor_kind == ActorKind.CUSTOMER
    return is_by_customer and is_user(requester, export.actor_id)


LoyaltyAudienceCountableConnection = connection_type(LoyaltyAudience)
LoyaltyExportCountableConnection = connection_type(LoyaltyExport)
