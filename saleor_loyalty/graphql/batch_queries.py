"""The root fields of batches, with their resolvers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import graphene

from ..models import Batch
from .connection import Page, connection_arguments, page_arguments, paginate
from .ids import integer_key
from .permissions import NEEDS_LOYALTY, require_manage_loyalty
from .reach import within_reach
from .request import loyalty_request
from .sorters import NEWEST_FIRST
from .types.batch import LoyaltyBatch, LoyaltyBatchCountableConnection

_NO_KEY = 0
"""The key of no row."""


def resolve_loyalty_batch(_root: Any, info: Any, id: str) -> Batch | None:
    require_manage_loyalty(info)
    request = loyalty_request(info)
    batches = within_reach(Batch.objects.using(request.using).all(), request)
    found: Batch | None = batches.filter(pk=integer_key(id, "LoyaltyBatch") or _NO_KEY).first()
    return found


def resolve_loyalty_batches(_root: Any, info: Any, program: str | None = None, **arguments: Any) -> Page:
    require_manage_loyalty(info)
    request = loyalty_request(info)
    batches = within_reach(Batch.objects.using(request.using).all(), request)
    if program is not None:
        batches = batches.filter(program_id=integer_key(program, "LoyaltyProgram") or _NO_KEY)
    return paginate(batches, NEWEST_FIRST, page_arguments(arguments))


QUERIES: dict[str, tuple[graphene.Field, Callable[..., Any]]] = {
    "loyalty_batch": (
        graphene.Field(
            LoyaltyBatch,
            id=graphene.ID(required=True, description="The batch's id."),
            description="One batch." + NEEDS_LOYALTY,
        ),
        resolve_loyalty_batch,
    ),
    "loyalty_batches": (
        graphene.Field(
            LoyaltyBatchCountableConnection,
            program=graphene.ID(description="Of this program only."),
            description="The batches, the newest first." + NEEDS_LOYALTY,
            **connection_arguments(),
        ),
        resolve_loyalty_batches,
    ),
}
