"""Reads the rows that belong to a row along with it, in its own statement, where there are a handful of them.

A prefetch asks once for each kind of related rows. ``nested`` asks within the statement of the outer rows, as a column
of text arrays, and ``nested_rows`` makes instances of it: values pass through the fields' own conversion, so that they
are those that a query of their own would give. Never writes.
Held by ``tests/saleor/test_nested_rows.py``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Field, Func, JSONField, Model, QuerySet, TextField
from django.db.models.functions import Cast


def nested(rows: QuerySet[Any], *names: str) -> ArraySubquery:
    """Return the expression for these rows, in their order; with ``names`` only these fields are read of them."""
    texts = [Cast(field.attname, TextField()) for field in _fields(rows.model, names)]
    row = Func(*texts, template="ARRAY[%(expressions)s]", output_field=ArrayField(TextField()))
    return ArraySubquery(rows.annotate(loyalty_row=row).values("loyalty_row"))


def nested_rows(model: type[Model], values: Sequence[Sequence[str | None]], *names: str, using: str) -> list[Any]:
    """Return the instances that ``nested`` has read. Fields that were not read are deferred."""
    fields = _fields(model, names)
    attributes = [field.attname for field in fields]
    return [
        model.from_db(using, attributes, [_value(field, text) for field, text in zip(fields, row, strict=True)])
        for row in values
    ]


def _fields(model: type[Model], names: Sequence[str]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not names or field.name in names]


def _value(field: Field[Any, Any], text: str | None) -> Any:
    if text is None:
        return None
    if isinstance(field, JSONField):
        return json.loads(text, cls=field.decoder)
    return text == "true" if isinstance(field, BooleanField) else field.to_python(text)
