"""Whole numbers stay whole: graphql-core 2 lowers a variable of 100.9 to an Int of 100 and reads "100" as 100.

A mutation of ours refuses such a variable as INVALID, by what the request's body really holds. It is asked before the
domain is. Literals in the document are refused by GraphQL itself. Where the body cannot be read, nothing is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest
from django.http.request import RawPostDataException
from graphql import GraphQLInputObjectType, GraphQLInt, get_named_type
from graphql.language import ast

from .errors import InputRefused


def require_whole_numbers(info: Any) -> None:
    """Raise InputRefused INVALID where an Int of the running field was sent as anything but a whole number."""
    arguments = info.parent_type.fields[info.field_name].args
    for variables in _sent_variables(info.context, info.operation.loc.source.body):
        for argument in info.field_asts[0].arguments:
            name = argument.name.value
            _check_node(arguments[name].type, argument.value, variables, field=name)


def _check_node(graphql_type: Any, node: Any, variables: Mapping[str, Any], *, field: str) -> None:
    named = get_named_type(graphql_type)
    if isinstance(node, ast.Variable):
        _check_value(named, variables.get(node.name.value), field=field)
    elif isinstance(node, ast.ListValue):
        for item in node.values:
            _check_node(graphql_type, item, variables, field=field)
    elif isinstance(node, ast.ObjectValue) and isinstance(named, GraphQLInputObjectType):
        for part in node.fields:
            _check_node(named.fields[part.name.value].type, part.value, variables, field=part.name.value)


def _check_value(named: Any, value: Any, *, field: str) -> None:
    if value is None:
        return
    if isinstance(value, list):
        for item in value:
            _check_value(named, item, field=field)
        return
    if named is GraphQLInt and (type(value) not in (int, float) or value != int(value)):
        raise InputRefused("INVALID", "This must be a whole number.", field=field)
    if isinstance(named, GraphQLInputObjectType) and isinstance(value, Mapping):
        for name, part in named.fields.items():
            _check_value(get_named_type(part.type), value.get(name), field=name)


def _sent_variables(request: Any, document: str) -> Iterator[Mapping[str, Any]]:
    """Yield the variables as sent with each operation of the request that has this document: a batch has several."""
    body = _read_body(request) if isinstance(request, HttpRequest) else None
    for operation in body if isinstance(body, list) else [body]:
        if isinstance(operation, Mapping) and operation.get("query") == document:
            variables = operation.get("variables")
            if isinstance(variables, str):
                variables = _parse(variables)
            if isinstance(variables, Mapping):
                yield variables


def _read_body(request: HttpRequest) -> Any:
    if request.content_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
        operations = request.POST.get("operations")
        return _parse(operations) if operations is not None else request.POST.dict()
    try:
        return _parse(request.body)
    except RawPostDataException:
        return None


def _parse(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
