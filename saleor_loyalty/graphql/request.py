"""What one GraphQL operation knows while it runs: who asks, when, which database it reads, and its data loaders.

It is kept on the host's request context. A query has one. Each top-level field of a mutation has its own, because
mutations of one document run one after the other and must not see what was loaded before an earlier one wrote.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from ..host import Requester, get_host
from ..ledger import Actor

LoaderType = TypeVar("LoaderType")


class LoyaltyRequest:
    """One operation, or one top-level field of a mutation."""

    def __init__(self, context: Any, *, is_mutation: bool) -> None:
        host = get_host()
        if is_mutation:
            host.read_own_writes(context)
        self.context = context
        """The host's own: for what the host does on our behalf."""
        self.is_mutation = is_mutation
        self.at: datetime.datetime = timezone.now()
        self.requester: Requester = host.requester(context)
        self.files: Mapping[str, Any] = getattr(context, "FILES", None) or {}
        """The files of a multipart request, by the names of their parts."""
        self.language_code: str | None = host.language_code(context)
        self.using: str = DEFAULT_DB_ALIAS if is_mutation else host.read_alias(context)
        self._loaders: dict[type, Any] = {}

    @property
    def actor(self) -> Actor:
        """Who does what the operation does: the requester, for what is written down."""
        return Actor(kind=self.requester.actor_kind, id=self.requester.actor_id)

    def loader(self, loader_class: type[LoaderType]) -> LoaderType:
        """Return this request's loader of that class, made at its first use."""
        if loader_class not in self._loaders:
            self._loaders[loader_class] = loader_class(self)  # type: ignore[call-arg]
        loader: LoaderType = self._loaders[loader_class]
        return loader

    def reading(self) -> AbstractContextManager[None]:
        """Return the context to read in: a mutation's answer is read from where it wrote."""
        return get_host().write_context() if self.is_mutation else nullcontext()


def loyalty_request(info: Any) -> LoyaltyRequest:
    """Return the LoyaltyRequest of the running operation."""
    is_mutation = info.operation.operation == "mutation"
    key = str(info.path[0]) if is_mutation else ""
    requests: dict[str, LoyaltyRequest] | None = getattr(info.context, "loyalty_requests", None)
    if requests is None:
        requests = {}
        info.context.loyalty_requests = requests
    if key not in requests:
        requests[key] = LoyaltyRequest(info.context, is_mutation=is_mutation)
    return requests[key]
