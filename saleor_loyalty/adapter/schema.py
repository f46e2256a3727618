"""Extends Saleor's GraphQL schema at the moment it is built, without a change of settings.

Why a wrap of ``graphene.Schema.__init__``: Saleor builds its schema once, at the import of ``saleor.graphql.api``, and
puts federation and usage monitoring on the built object. Before that moment its types do not exist, after it additions
lose the federation's fields. Importing the API ourselves would cost every process seconds at start.
So the first schema whose query type comes from ``saleor.graphql.api`` gets our fields before graphene builds it.
Saleor builds a second one from the same types (for the federation's SDL); the types are extended already then.

The system check in ``doctor.py`` fails clearly where the schema was built before this was installed.
"""

from __future__ import annotations

import functools
import sys
from dataclasses import dataclass
from typing import Any

import graphene

API_MODULE = "saleor.graphql.api"


@dataclass
class _State:
    was_installed_in_time: bool = False
    is_extended: bool = False


state = _State()


def install_schema_extension() -> None:
    """Wrap graphene's schema class. A second call does nothing."""
    if getattr(graphene.Schema.__init__, "_extends_saleor_with_loyalty", False):
        return
    state.was_installed_in_time = API_MODULE not in sys.modules
    build = graphene.Schema.__init__

    @functools.wraps(build)
    def build_with_loyalty(
        self: graphene.Schema, query: Any = None, mutation: Any = None, *args: Any, **kwargs: Any
    ) -> None:
        if not state.is_extended and getattr(query, "__module__", "") == API_MODULE:
            _extend(query, mutation)
        build(self, query, mutation, *args, **kwargs)

    build_with_loyalty._extends_saleor_with_loyalty = True  # type: ignore[attr-defined]
    graphene.Schema.__init__ = build_with_loyalty


def _extend(query: Any, mutation: Any) -> None:
    from ..graphql.schema import extend_schema
    from .query_costs import charge_for_lists

    extend_schema(query, mutation)
    state.is_extended = True
    charge_for_lists()
