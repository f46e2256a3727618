"""Events that apps and staff reported about customers. Only staff and apps with MANAGE_LOYALTY reach this type."""

from __future__ import annotations

from typing import Any

import graphene
from graphene.relay import Node

from ...models import ReportedEvent
from .. import host_types


class LoyaltyReportedEvent(graphene.ObjectType):  # type: ignore[misc]
    event = graphene.String(required=True, description="CONTACTED_ME, FORM_SUBMITTED or the shop's own name.")
    external_reference = graphene.String(description="What it is about where it comes from. Null once it is erased.")
    payload = graphene.Field(host_types.JSONString, description="What was sent with it. Null once it is erased.")
    occurred_at = graphene.Field(host_types.DateTime, required=True, description="When it happened.")
    created_at = graphene.Field(host_types.DateTime, required=True, description="When it was reported.")

    class Meta:
        description = "Something that happened with a customer, as an app or staff reported it."
        interfaces = (Node,)

    @staticmethod
    def resolve_event(root: ReportedEvent, _info: Any) -> str:
        return root.name

    @staticmethod
    def resolve_external_reference(root: ReportedEvent, _info: Any) -> str | None:
        return root.external_reference or None
