"""Asking the playground's schema as somebody, and what its answers are compared with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.test import RequestFactory, TestCase
from graphene import Node

from playground.graphql.view import run_document
from playground.models import App, User

ALL_PERMISSIONS = ["MANAGE_LOYALTY", "MANAGE_USERS", "MANAGE_ORDERS", "MANAGE_CHECKOUTS"]
DENIED = "PermissionDenied"


@dataclass(frozen=True)
class Api:
    """Somebody who asks: a customer, a staff member, an app, or with neither nobody in particular."""

    user: User | None = None
    app: App | None = None

    def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """Return the whole answer, with ``data`` and ``errors``. What waits for a commit runs."""
        body = json.dumps({"query": document, "variables": variables})
        request = RequestFactory().post("/graphql/", body, content_type="application/json")
        request.user, request.app = self.user, self.app
        with TestCase.captureOnCommitCallbacks(execute=True):
            return run_document(document, variables, None, request)

    def __call__(self, document: str, **variables: Any) -> Any:
        """Return the data of an answer that must have no top-level errors."""
        answer = self.ask(document, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def error(self, document: str, **variables: Any) -> tuple[str, str]:
        """Return the exception's name and the message of an answer that must have one top-level error."""
        answer = self.ask(document, **variables)
        assert len(answer.get("errors", [])) == 1, answer
        error = answer["errors"][0]
        return error["extensions"]["exception"]["code"], error["message"]


def gid(type_name: str, row: Any) -> str:
    """Return the relay id of a row, or of a bare key."""
    return Node.to_global_id(type_name, getattr(row, "pk", row))


def nodes(connection: Any) -> list[Any]:
    return [edge["node"] for edge in connection["edges"]]
