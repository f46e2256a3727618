"""Remembers for a moment that a cart's rows were just fitted: the recalculation that follows need not look again.

Putting rows on a checkout marks its prices as expired; mostly the same request then asks for the total, and Saleor's
recalculation would run the clamp on the very lines that were fitted. The memory is of this thread of work alone, is
used up by one question, fades within seconds, and only says yes for the same lines at the same prices with the same
rows. Held by ``tests/saleor/test_discount_statements.py``.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

SECONDS = 2.0

_last: ContextVar[tuple[Any, float] | None] = ContextVar("saleor_loyalty_last_fit", default=None)


def remember_fit(lines: Iterable[Any]) -> None:
    """Say that our rows on these line infos fit, in an active program."""
    _last.set((_fingerprint(lines), time.monotonic()))


def was_just_fitted(lines: Iterable[Any]) -> bool:
    """Return whether just these lines were fitted a moment ago; asking uses the memory up."""
    last = _last.get()
    if last is None:
        return False
    _last.set(None)
    fingerprint, at = last
    return time.monotonic() - at < SECONDS and bool(fingerprint == _fingerprint(lines))


def _fingerprint(lines: Iterable[Any]) -> frozenset[Any]:
    return frozenset(
        (
            info.line.pk,
            info.line.quantity,
            info.undiscounted_unit_price.amount,
            info.voucher_code,
            tuple(sorted((row.type, row.unique_type or "", row.amount_value) for row in info.discounts)),
        )
        for info in lines
    )
