"""The customer card: labels, notes and fields. Only staff and apps with MANAGE_LOYALTY reach these types."""

from __future__ import annotations

from typing import Any

import graphene
from graphene.relay import Node
from promise import Promise

from ...accounts.events_reported import AUTOMATIC_LABELS
from ...messages import render
from ...models import CustomField, Label, Note
from .. import host_types
from ..card_loaders import AccountsCountByLabelIdLoader
from ..connection import connection_type
from ..dataloaders import HostRootLoader, UserByIdLoader
from ..enums import LoyaltyCustomFieldTypeEnum
from ..request import loyalty_request

MESSAGES_BY_LABEL_KEY = {key: f"LABEL_{event}" for event, (key, _name) in AUTOMATIC_LABELS.items()}


class LoyaltyLabel(graphene.ObjectType):  # type: ignore[misc]
    name = graphene.String(required=True, description="The name; unique in the program whatever its case.")
    display_name = graphene.String(
        required=True,
        language_code=graphene.Argument(host_types.LanguageCodeEnum, description="The language; left out: English."),
        description="The name in a language, where the program gave it; staff's own labels have one name.",
    )
    key = graphene.String(required=True, description="Stays when the name changes.")
    is_automatic = graphene.Boolean(
        required=True, description="Whether the program made it: it cannot be renamed, merged or deleted."
    )
    accounts_count = graphene.Int(required=True, description="How many accounts have it.")

    class Meta:
        description = "A group of a program's accounts."
        interfaces = (Node,)

    @staticmethod
    def resolve_display_name(root: Label, info: Any, language_code: str | None = None) -> str:
        code = MESSAGES_BY_LABEL_KEY.get(root.key) if root.is_automatic else None
        if code is None:
            return root.name
        return render(code, language=language_code or loyalty_request(info).language_code or "en")

    @staticmethod
    def resolve_accounts_count(root: Label, info: Any) -> Promise:
        return loyalty_request(info).loader(AccountsCountByLabelIdLoader).load(root.pk)


class LoyaltyNote(graphene.ObjectType):  # type: ignore[misc]
    type = graphene.String(description="What kind of note it is, in the shop's own words.")
    text = graphene.String(required=True, description="The note.")
    user = graphene.Field(host_types.User, description="The staff member who added it. Null without MANAGE_USERS.")
    app = graphene.Field(host_types.App, description="The app that added it.")
    created_at = graphene.Field(host_types.DateTime, required=True, description="When it was added.")
    updated_at = graphene.Field(host_types.DateTime, required=True, description="When it was last changed.")

    class Meta:
        description = "What staff wrote down about a customer. Customers never see it."
        interfaces = (Node,)

    @staticmethod
    def resolve_type(root: Note, _info: Any) -> str | None:
        return root.type or None

    @staticmethod
    def resolve_user(root: Note, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if root.author_kind != "STAFF" or root.author_id is None or not request.requester.can_manage_users:
            return None
        return request.loader(UserByIdLoader).load(root.author_id)

    @staticmethod
    def resolve_app(root: Note, info: Any) -> Promise | None:
        if root.author_kind != "APP" or root.author_id is None:
            return None
        return loyalty_request(info).loader(HostRootLoader).load(("App", str(root.author_id)))


class LoyaltyCustomField(graphene.ObjectType):  # type: ignore[misc]
    key = graphene.String(required=True, description="Stays when the name changes.")
    name = graphene.String(required=True, description="The name; unique in the program whatever its case.")
    type = LoyaltyCustomFieldTypeEnum(required=True, description="What may be said in it.")
    options = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="What can be chosen, for a CHOICE."
    )
    is_ready_made = graphene.Boolean(required=True, description="Whether every program has it from the start.")
    is_archived = graphene.Boolean(required=True, description="Whether it is off the cards and takes no values.")

    class Meta:
        description = "A field of a program's customer cards."
        interfaces = (Node,)

    @staticmethod
    def resolve_is_archived(root: CustomField, _info: Any) -> bool:
        return root.archived_at is not None


class LoyaltyCustomFieldValue(graphene.ObjectType):  # type: ignore[misc]
    field = graphene.Field(LoyaltyCustomField, required=True, description="The field.")
    value = graphene.String(
        required=True,
        description="The value as text: NUMBER as 1.5, DATE as 2026-12-31, BOOLEAN as true or false.",
    )
    updated_at = graphene.Field(host_types.DateTime, required=True, description="When it was last set.")

    class Meta:
        description = "What a customer's card says in a field."


LoyaltyLabelCountableConnection = connection_type(LoyaltyLabel)
LoyaltyNoteCountableConnection = connection_type(LoyaltyNote)
