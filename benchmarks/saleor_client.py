"""Sends GraphQL to Saleor inside of its own process: through Django's handler, all middleware and Saleor's view.

What is measured is what the process does with a request, up to the last byte of the answer; there is no network and no
web server. Each request is committed to the database. Tasks are sent to a broker in memory and not run.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import saleor.graphql.api  # noqa: F401  (before any of its parts: they import each other in a circle)
from django.db import connections
from django.test import Client
from saleor.account.models import User
from saleor.core.jwt import create_access_token

from .statements import counted_statements


@dataclass(frozen=True)
class Answer:
    """What came back, and what it took."""

    data: Mapping[str, Any]
    seconds: float
    cpu_seconds: float
    statements: list[str] = field(default_factory=list)

    def measured(self) -> dict[str, Any]:
        """Return what it took, for the process that compares."""
        return {"seconds": self.seconds, "cpu_seconds": self.cpu_seconds, "statements": self.statements}

    @property
    def payload(self) -> Mapping[str, Any]:
        """The result of the only field."""
        result: Mapping[str, Any] = next(iter(self.data.values()))
        return result


def send(document: str, variables: Mapping[str, Any], *, by: str) -> Answer:
    """Send one operation as the user with this e-mail. Raises RuntimeError on any error in the answer."""
    body = json.dumps({"query": document, "variables": variables})
    headers = {"Authorization": f"JWT {create_access_token(User.objects.get(email=by))}"}
    client = Client()
    with counted_statements(*(connections[alias] for alias in connections)) as counter:
        started, cpu_started = time.perf_counter(), time.process_time()
        response = client.post("/graphql/", body, content_type="application/json", headers=headers)
        seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    content = json.loads(response.content)
    answer = Answer(data=content.get("data") or {}, seconds=seconds, cpu_seconds=cpu_seconds, statements=counter.texts)
    if content.get("errors") or (answer.data and "errors" in (answer.payload or {}) and answer.payload["errors"]):
        raise RuntimeError(f"{document[:60]}… {json.dumps(content)[:2000]}")
    return answer
