"""GraphQL over HTTP: POST runs a document, GET shows the explorer page."""

from __future__ import annotations

import json
import logging
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from graphene import Node
from graphql import GraphQLError

from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram

from ..models import Order, User, Variant
from .requests import identify, make_token

logger = logging.getLogger(__name__)
EXPLORER = Path(__file__).parent.parent / "explorer.html"
NO_FACTS = '{"people": [], "ids": {}}'


@csrf_exempt
def graphql_view(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return HttpResponse(explorer_page(), content_type="text/html; charset=utf-8")
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "POST"])
    try:
        is_multipart = request.content_type == "multipart/form-data"
        body = _with_files(request) if is_multipart else json.loads(request.body)
        document, variables = body["query"], body.get("variables") or {}
        if not isinstance(document, str) or not isinstance(variables, dict):
            raise TypeError
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"errors": [{"message": "Send JSON with a query."}]}, status=400)
    identify(request)
    return JsonResponse(run_document(document, variables, body.get("operationName"), request), encoder=MoneyEncoder)


def _with_files(request: HttpRequest) -> Any:
    """Return the operation of a multipart request: where its map says so, a variable is the name of a file's part."""
    body = json.loads(request.POST["operations"])
    for name, paths in json.loads(request.POST["map"]).items():
        for path in paths:
            *parents, last = path.split(".")
            place = body
            for key in parents:
                place = place[key]
            place[last] = name if name in request.FILES else None
    return body


def run_document(document: str, variables: Any, operation_name: str | None, request: HttpRequest) -> dict[str, Any]:
    """Return the answer to a document as ``{"data": …, "errors": […]}``."""
    from .schema import schema

    result = schema().execute(
        document, variable_values=variables, operation_name=operation_name, context_value=request
    )
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer["errors"] = [_told(error) for error in result.errors]
    return answer


def _told(error: Exception) -> dict[str, Any]:
    cause = getattr(error, "original_error", None) or error
    name = type(cause).__name__
    if not isinstance(cause, GraphQLError):
        logger.error("A resolver failed.", exc_info=cause)
        return {"message": "Internal Server Error", "extensions": {"exception": {"code": name}}}
    told: dict[str, Any] = {"message": str(error), "extensions": {"exception": {"code": name}}}
    if getattr(error, "path", None):
        told["path"] = error.path  # type: ignore[attr-defined]
    return told


class MoneyEncoder(json.JSONEncoder):
    """Writes a Decimal as a JSON number, as Saleor does. Amounts of money have few digits: the shortest text of the
    nearest binary number is the very same digits."""

    def default(self, value: Any) -> Any:
        return float(value) if isinstance(value, Decimal) else super().default(value)


def explorer_page() -> str:
    """Return the page with the tokens of the made-up people and the ids that its queries begin with."""
    people = [
        {"email": user.email, "name": f"{user.first_name} {user.last_name}".strip(), "token": make_token(user)}
        for user in User.objects.all()[:50]
    ]
    ids = {
        name: Node.to_global_id(type_name, row.pk)
        for name, type_name, row in (
            ("variant", "ProductVariant", Variant.objects.order_by("pk").first()),
            ("account", "LoyaltyAccount", LoyaltyAccount.objects.order_by("pk").first()),
            ("program", "LoyaltyProgram", LoyaltyProgram.objects.order_by("pk").first()),
            ("order", "Order", Order.objects.filter(fulfillments=None, status="CONFIRMED").first()),
        )
        if row
    }
    # A "<" in somebody's name must not end the script element.
    facts = json.dumps({"people": people, "ids": ids}, ensure_ascii=False).replace("<", "\\u003c")
    return EXPLORER.read_text(encoding="utf-8").replace(NO_FACTS, facts)
