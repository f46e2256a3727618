"""The root fields of exports and audiences, with their resolvers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import graphene
from django.db.models.functions import Lower

from ..models import Audience, Export
from ..storable_text import storable_part
from .connection import Page, Sort, connection_arguments, page_arguments, paginate, parse_text
from .ids import integer_key
from .permissions import NEEDS_LOYALTY, require_manage_loyalty
from .reach import within_reach
from .request import loyalty_request
from .sorters import NEWEST_FIRST
from .types.export import (
    LoyaltyAudience,
    LoyaltyAudienceCountableConnection,
    LoyaltyExport,
    LoyaltyExportCountableConnection,
)

AUDIENCES_BY_NAME = Sort(name="NAME", column="lower_name", parse=parse_text)
_NO_KEY = 0
"""The key of no row."""


def resolve_loyalty_export(_root: Any, info: Any, id: str) -> Export | None:
    require_manage_loyalty(info)
    request = loyalty_request(info)
    exports = within_reach(Export.objects.using(request.using).all(), request)
    found: Export | None = exports.filter(pk=integer_key(id, "LoyaltyExport") or _NO_KEY).first()
    return found


def resolve_loyalty_exports(_root: Any, info: Any, program: str | None = None, **arguments: Any) -> Page:
    require_manage_loyalty(info)
    request = loyalty_request(info)
    exports = within_reach(Export.objects.using(request.using).all(), request)
    if program is not None:
        exports = exports.filter(program_id=integer_key(program, "LoyaltyProgram") or _NO_KEY)
    return paginate(exports, NEWEST_FIRST, page_arguments(arguments))


def resolve_loyalty_audience(_root: Any, info: Any, id: str) -> Audience | None:
    require_manage_loyalty(info)
    request = loyalty_request(info)
    audiences = within_reach(Audience.objects.using(request.using).all(), request)
    found: Audience | None = audiences.filter(pk=integer_key(id, "LoyaltyAudience") or _NO_KEY).first()
    return found


def resolve_loyalty_audiences(
    _root: Any, info: Any, program: str | None = None, search: str | None = None, **arguments: Any
) -> Page:
    require_manage_loyalty(info)
    request = loyalty_request(info)
    audiences = within_reach(Audience.objects.using(request.using).annotate(lower_name=Lower("name")), request)
    if program is not None:
        audiences = audiences.filter(program_id=integer_key(program, "LoyaltyProgram") or _NO_KEY)
    wanted = storable_part(search or "").strip()
    if wanted:
        audiences = audiences.filter(name__icontains=wanted)
    return paginate(audiences, AUDIENCES_BY_NAME, page_arguments(arguments))


QUERIES: dict[str, tuple[graphene.Field, Callable[..., Any]]] = {
    "loyalty_export": (
        graphene.Field(
            LoyaltyExport,
            id=graphene.ID(required=True, description="The export's id."),
            description="One export." + NEEDS_LOYALTY,
        ),
        resolve_loyalty_export,
    ),
    "loyalty_exports": (
        graphene.Field(
            LoyaltyExportCountableConnection,
            program=graphene.ID(description="Of this program only."),
            description="The exports, the newest first." + NEEDS_LOYALTY,
            **connection_arguments(),
        ),
        resolve_loyalty_exports,
    ),
    "loyalty_audience": (
        graphene.Field(
            LoyaltyAudience,
            id=graphene.ID(required=True, description="The audience's id."),
            description="One audience." + NEEDS_LOYALTY,
        ),
        resolve_loyalty_audience,
    ),
    "loyalty_audiences": (
        graphene.Field(
            LoyaltyAudienceCountableConnection,
            program=graphene.ID(description="Of this program only."),
            search=graphene.String(description="Part of the name."),
            description="The audiences, by name." + NEEDS_LOYALTY,
            **connection_arguments(),
        ),
        resolve_loyalty_audiences,
    ),
}
