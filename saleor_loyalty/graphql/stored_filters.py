"""The filters that something is done by, or that are kept: of batches, audiences and exports. They never mean more
than was said: what says nothing, or excludes what is no id, is refused, where a list would only show too much or
nothing. Labels that go later are seen to by the filters themselves, which then match nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..accounts import AccountFilter
from .errors import InputRefused
from .filters import account_filter
from .ids import integer_key

_PARTS = ("AND", "OR")


def stored_account_filter(where: Any | None, *, search: str | None = None) -> AccountFilter:
    """Return the filter of a where input and a search text, as ``account_filter``. A ``where`` that says nothing at
    all is the filter of everybody: whether that may be is the caller's to judge, by ``says_something``.

    Raises GraphQLError as ``account_filter``; InputRefused INVALID about ``where`` for a part of it that says nothing
    and for an excluded label that is no label's id.
    """
    found = account_filter(where, search=search)
    if where is not None:
        _check(where)
    return found


def says_something(where: Any | None) -> bool:
    """Return whether an input says anything, after ``stored_account_filter``."""
    if isinstance(where, Mapping):
        return any(says_something(value) for value in where.values())
    return where is not None


def require_excluded_labels(labels: Any | None, *, field: str) -> None:
    """Raise InputRefused INVALID about ``field`` where an excluded label is no label's id."""
    for label in (labels or {}).get("not_one_of") or ():
        if integer_key(label, "LoyaltyLabel") is None:
            raise InputRefused("INVALID", f"`notOneOf` excludes {label!r}, which is no label's id.", field=field)


def _check(where: Any) -> None:
    for name, value in where.items():
        if name in _PARTS:
            if value == [] and name == "AND":
                raise _says_nothing(name)
            for part in value or ():
                if not says_something(part):
                    raise _says_nothing(name)
                _check(part)
        elif value is not None and not says_something(value):
            raise _says_nothing(name)
    labels = where.get("labels")
    require_excluded_labels(labels, field="where")
    if labels is not None and labels.get("not_one_of") == [] and not _wants_labels(labels):
        raise _says_nothing("labels")


def _wants_labels(labels: Any) -> bool:
    return labels.get("eq") is not None or labels.get("one_of") is not None


def _says_nothing(name: str) -> InputRefused:
    return InputRefused("INVALID", f"`{name}` says nothing: leave it out, or say what is meant.", field="where")
