"""Relay connections by keyset: a page costs the same wherever it lies, and the total is counted only when asked for.

A page has ``first`` or ``last`` of at most 100 items, else the field is a GraphQL error. A cursor holds the sort's
name, the item's sort value and its primary key, so that rows written meanwhile never shift a page; a cursor of another
sort is refused. Sort columns are never NULL (callers coalesce them), so the order is total.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import graphene
from django.db.models import Q, QuerySet, Value
from graphene.relay import PageInfo
from graphql import GraphQLError

from ..storable_text import is_storable

PAGE_LIMIT = 100
CURSOR_LIMIT = 2_000
"""Characters. Longer than any cursor of ours, and short enough to be parsed without harm."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sort:
    """A total order: by ``column``, then by primary key (or ``tie``), both in the same direction."""

    name: str
    column: str
    parse: Callable[[Any], Any]
    """Turns the JSON value of a cursor into a value of the column; raises TypeError or ValueError."""
    is_descending: bool = False
    tie: str = "pk"
    """What decides between rows of the same value: an integer column that no two rows share."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageArguments:
    """The checked arguments of a connection. Hashable: it is part of the keys of data loaders."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    @property
    def size(self) -> int:
        return self.first if self.first is not None else (self.last or 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    node: Any
    cursor: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What a connection type resolves from. ``count`` returns the total, or a promise of it."""

    edges: list[Edge]
    page_info: PageInfo
    count: Callable[[], Any]


def page_arguments(arguments: Mapping[str, Any]) -> PageArguments:
    """Return the page arguments. Raises GraphQLError unless exactly one of first and last is given, from 0 to 100."""
    first, last = arguments.get("first"), arguments.get("last")
    if first is None and last is None:
        raise GraphQLError("You must provide a `first` or `last` value to properly paginate the connection.")
    if first is not None and last is not None:
        raise GraphQLError("Passing both `first` and `last` to paginate the connection is not supported.")
    name, size = ("first", first) if first is not None else ("last", last)
    if not 0 <= (size or 0) <= PAGE_LIMIT:
        raise GraphQLError(f"Argument `{name}` must be from 0 to {PAGE_LIMIT}, not {size}.")
    return PageArguments(first=first, after=arguments.get("after"), last=last, before=arguments.get("before"))


def page_queryset(
    queryset: QuerySet[Any], sort: Sort, arguments: PageArguments, *, limit: int | None = None
) -> QuerySet[Any]:
    """Return the rows of the page and one more, which tells whether there are further ones, or ``limit`` rows. A page
    of the ``last`` items comes in reverse order; ``make_page`` turns it round. Raises GraphQLError on a bad cursor."""
    if arguments.after is not None:
        queryset = queryset.filter(_beyond(sort, arguments.after, forward=True))
    if arguments.before is not None:
        queryset = queryset.filter(_beyond(sort, arguments.before, forward=False))
    return queryset.order_by(*_order(sort, arguments, tie=sort.tie))[: arguments.size + 1 if limit is None else limit]


def _order(sort: Sort, arguments: PageArguments, *, tie: str) -> tuple[str, str]:
    sign = "-" if sort.is_descending != (arguments.first is None) else ""
    return f"{sign}{sort.column}", f"{sign}{tie}"


def read_pages(pages: Sequence[QuerySet[Any]]) -> list[list[Any]]:
    """Return the rows of each page in one statement: a union of one limited index scan for each."""
    numbered = [page.annotate(page_number=Value(number)) for number, page in enumerate(pages)]
    found: list[list[Any]] = [[] for _ in pages]
    for row in numbered[0].union(*numbered[1:], all=True) if len(numbered) > 1 else numbered[0]:
        found[row.page_number].append(row)
    return found


def make_page(rows: Sequence[Any], sort: Sort, arguments: PageArguments, *, count: Callable[[], Any]) -> Page:
    """Return the page from what ``page_queryset`` found."""
    has_more = len(rows) > arguments.size
    kept = list(rows[: arguments.size])
    is_backward = arguments.first is None
    if is_backward:
        kept.reverse()
    edges = [Edge(node=row, cursor=cursor_of(sort, row)) for row in kept]
    return Page(
        edges=edges,
        page_info=PageInfo(
            has_next_page=arguments.before is not None if is_backward else has_more,
            has_previous_page=has_more if is_backward else arguments.after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
        count=count,
    )


def paginate(queryset: QuerySet[Any], sort: Sort, arguments: PageArguments) -> Page:
    """Return one page of a queryset, in one statement."""
    rows = list(page_queryset(queryset, sort, arguments))
    return make_page(rows, sort, arguments, count=queryset.order_by().count)


def paginate_branches(
    branches: Sequence[QuerySet[Any]], sort: Sort, arguments: PageArguments, *, count: Callable[[], Any]
) -> Page:
    """Return one page of the rows of several querysets that share none and have the same columns, in one statement:
    the page of each, merged. So each can be read in the order of an index of its own."""
    rows = list(_merge(branches, sort, arguments, limit=arguments.size + 1)) if branches else []
    return make_page(rows, sort, arguments, count=count)


def first_keys(branches: Sequence[QuerySet[Any]], sort: Sort, arguments: PageArguments, *, limit: int) -> list[int]:
    """Return the primary keys of the first rows of such querysets from where the page begins, in one statement."""
    if not branches:
        return []
    # A union may order only by what it selects.
    columns = dict.fromkeys(("id", sort.column))
    rows = _merge([branch.values_list(*columns) for branch in branches], sort, arguments, limit=limit)
    return [row[0] for row in rows]


def _merge(branches: Sequence[QuerySet[Any]], sort: Sort, arguments: PageArguments, *, limit: int) -> QuerySet[Any]:
    pages = [page_queryset(branch, sort, arguments, limit=limit) for branch in branches]
    if len(pages) == 1:
        return pages[0]
    return pages[0].union(*pages[1:], all=True).order_by(*_order(sort, arguments, tie="id"))[:limit]


def connection_type(node_type: Any) -> Any:
    """Return the connection type of a node type, named <Node>CountableConnection, with its edge."""
    name = node_type._meta.name
    edge = type(
        f"{name}CountableEdge",
        (graphene.ObjectType,),
        {
            "node": graphene.Field(node_type, required=True, description="The item."),
            "cursor": graphene.String(required=True, description="A cursor for use in pagination."),
            "Meta": type("Meta", (), {"description": f"An edge to a {name}."}),
        },
    )
    return type(
        f"{name}CountableConnection",
        (graphene.ObjectType,),
        {
            "page_info": graphene.Field(PageInfo, required=True, description="Where this page lies."),
            "edges": graphene.List(graphene.NonNull(edge), required=True, description="The items of the page."),
            "total_count": graphene.Int(description="The number of items on all pages; counted only when asked for."),
            "resolve_total_count": staticmethod(lambda page, _info: page.count()),
            "Meta": type("Meta", (), {"description": f"A page of {name}."}),
        },
    )


def connection_arguments() -> dict[str, Any]:
    """Return the page arguments of a connection field."""
    return {
        "first": graphene.Int(description=f"Return the first n items, at most {PAGE_LIMIT}."),
        "after": graphene.String(description="Return the items after this cursor."),
        "last": graphene.Int(description=f"Return the last n items, at most {PAGE_LIMIT}."),
        "before": graphene.String(description="Return the items before this cursor."),
    }


def parse_moment(value: Any) -> datetime.datetime:
    """Return the aware moment of a cursor. Raises TypeError or ValueError."""
    moment = datetime.datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a cursor's time has a time zone")
    return moment


def parse_integer(value: Any) -> int:
    """Return the integer of a cursor. Raises TypeError or ValueError."""
    if type(value) is not int or not -(2**63) <= value < 2**63:
        raise TypeError("not an integer")
    return value


def parse_text(value: Any) -> str:
    """Return the text of a cursor. Raises TypeError."""
    if not isinstance(value, str) or not is_storable(value):
        raise TypeError("not a text")
    return value


def cursor_of(sort: Sort, row: Any) -> str:
    """Return the cursor of a row in the order of the sort."""
    value = getattr(row, sort.column)
    if isinstance(value, datetime.date):  # (moments are dates too)
        value = value.isoformat()
    return base64.b64encode(json.dumps([sort.name, value, getattr(row, sort.tie)]).encode()).decode()


def _beyond(sort: Sort, cursor: str, *, forward: bool) -> Q:
    """Return the condition for rows after the cursor, or before it, in the order of the sort."""
    try:
        if len(cursor) > CURSOR_LIMIT:
            raise ValueError("too long for a cursor")
        name, raw_value, raw_pk = json.loads(base64.b64decode(cursor, validate=True))
        if name != sort.name:
            raise ValueError("a cursor of another sort")
        value, pk = sort.parse(raw_value), parse_integer(raw_pk)
    except (binascii.Error, TypeError, ValueError):
        raise GraphQLError("Received cursor is invalid.") from None
    lookup = "lt" if sort.is_descending == forward else "gt"
    # The first condition is implied by the second; it lets PostgreSQL start the index scan at the value.
    return Q(**{f"{sort.column}__{lookup}e": value}) & (
        Q(**{f"{sort.column}__{lookup}": value}) | Q(**{sort.column: value, f"{sort.tie}__{lookup}": pk})
    )
