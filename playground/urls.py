"""The one address: GraphQL by POST, the explorer page by GET."""

from __future__ import annotations

urlpatterns: list[object] = []
