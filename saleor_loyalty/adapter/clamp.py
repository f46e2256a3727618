"""Puts our clamp into Saleor's recalculation of discounts.

Why a wrap: line prices of Saleor have no floor, and no hook fires when it recalculates prices lazily, in a query. When
the catalogue price falls after points were fitted, a line would be sold below zero. The function wrapped here runs in
every recalculation, after catalogue promotions and before order promotions, vouchers and taxes. It is wrapped at both
of its names, because ``saleor.checkout.utils`` imports it by name and calls it when the cart is edited, before a
voucher's minimum is judged.

``missing_clamps`` tells the system check where the wrap is not in place.
Held by ``tests/saleor/test_discount_clamp.py``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

NAME = "create_checkout_line_discount_objects_for_catalogue_promotions"


def install_clamp() -> None:
    """Wrap Saleor's function at both names. A second call does nothing."""
    for module in _modules():
        original = getattr(module, NAME, None)
        if original is not None and not _is_wrapped(original):
            setattr(module, NAME, _clamped(original))


def missing_clamps() -> list[str]:
    """Return the dotted names at which the clamp is not in place."""
    return [f"{module.__name__}.{NAME}" for module in _modules() if not _is_wrapped(getattr(module, NAME, None))]


def _modules() -> Iterator[Any]:
    import saleor.checkout.utils
    import saleor.discount.utils.checkout

    yield saleor.discount.utils.checkout
    yield saleor.checkout.utils


def _is_wrapped(function: Any) -> bool:
    return bool(getattr(function, "_clamps_loyalty_rows", False))


def _clamped(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def create_rows_and_clamp(lines_info: list[Any], *args: Any, **kwargs: Any) -> Any:
        result = original(lines_info, *args, **kwargs)
        from .clamping import clamp_rows

        clamp_rows(lines_info)
        return result

    create_rows_and_clamp._clamps_loyalty_rows = True  # type: ignore[attr-defined]
    return create_rows_and_clamp
