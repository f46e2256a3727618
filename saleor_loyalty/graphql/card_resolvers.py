"""The resolvers of the root fields of customer cards."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower

from ..models import CustomField, Label
from ..storable_text import storable_part
from .connection import Page, Sort, page_arguments, paginate, parse_text
from .ids import integer_key
from .permissions import require_manage_loyalty
from .reach import within_reach
from .request import loyalty_request

LABELS_BY_NAME = Sort(name="NAME", column="lower_name", parse=parse_text)


def resolve_loyalty_labels(
    _root: Any, info: Any, program: str | None = None, search: str | None = None, **arguments: Any
) -> Page:
    """Resolve ``loyaltyLabels`` by name. A program that does not exist has none."""
    require_manage_loyalty(info)
    request = loyalty_request(info)
    labels: QuerySet[Any] = Label.objects.using(request.using).annotate(lower_name=Lower("name"))
    labels = within_reach(labels, request)
    if program is not None:
        labels = labels.filter(program_id=integer_key(program, "LoyaltyProgram") or 0)
    wanted = storable_part(search or "").strip()
    if wanted:
        labels = labels.filter(name__icontains=wanted)
    return paginate(labels, LABELS_BY_NAME, page_arguments(arguments))


def resolve_loyalty_custom_fields(
    _root: Any, info: Any, program: str, include_archived: bool | None = False
) -> list[CustomField]:
    """Resolve ``loyaltyCustomFields`` in the order in which they were made. A program has at most a hundred."""
    require_manage_loyalty(info)
    request = loyalty_request(info)
    fields = within_reach(CustomField.objects.using(request.using).order_by("pk"), request)
    fields = fields.filter(program_id=integer_key(program, "LoyaltyProgram") or 0)
    return list(fields if include_archived else fields.filter(archived_at__isnull=True))
