"""Lets the answer to a request show what we changed after Saleor loaded its checkout.

A mutation of Saleor's answers with the instance it worked on, and its hook comes last. Whoever handles the hook says
so with ``answering(checkout)``; fields that we store meanwhile are copied to that instance, without a statement.
Otherwise the answer would be computed from the old voucher amount, and not be stored because ``last_change`` differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_answering: ContextVar[Any] = ContextVar("saleor_loyalty_answering", default=None)


@contextmanager
def answering(checkout: Any) -> Iterator[None]:
    """Within the block, keep this instance as our writes leave the checkout's row."""
    token = _answering.set(checkout)
    try:
        yield
    finally:
        _answering.reset(token)


def show_in_response(checkout: Any, fields: Iterable[str]) -> None:
    """Copy fields that were just saved to the instance that the request answers with, if it is the same checkout."""
    shown = _answering.get()
    if shown is None or shown is checkout or shown.pk != checkout.pk:
        return
    for field in fields:
        setattr(shown, field, getattr(checkout, field))
