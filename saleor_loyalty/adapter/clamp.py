"""Puts our clamp into Saleor's recalculation of discounts.

Why a wrap: line prices of Saleor have no floor, and no hook fires when it recalculates prices lazily, in a query. When
the catalogue price falls after points were fitted, a line would be sold below zero. The function wrapped here runs in
every recalculation, after catalogue promotions and before order promotions, vouchers and taxes. It is wrapped at both
of its names, because ``saleor.checkout.utils`` imports it by name and calls it when the cart is edited, before a
voucher's minimum is judged.

Saleor 3.21 and 3.22 also judge, before that, whether the delivery method still suits the changed cart; with rows that
are larger than their lines the subtotal would be below zero and the method dropped. There only such rows are lowered.

``missing_clamps`` tells the system check where the wrap is not in place.
Held by ``tests/saleor/test_discount_clamp.py``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

ROWS = "create_checkout_line_discount_objects_for_catalogue_promotions"
METHODS = "get_available_built_in_shipping_methods_for_checkout_info"


def install_clamp() -> None:
    """Wrap Saleor's functions. A second call does nothing."""
    for module, name, wrap in _sites():
        original = getattr(module, name, None)
        if original is not None and not _is_wrapped(original):
            wrapped = wrap(original)
            wrapped._clamps_loyalty_rows = True  # type: ignore[attr-defined]
            setattr(module, name, wrapped)


def missing_clamps() -> list[str]:
    """Return the dotted names at which the clamp is not in place."""
    missing = [(module, name) for module, name, _ in _sites() if not _is_wrapped(getattr(module, name, None))]
    return [f"{module.__name__}.{name}" for module, name in missing]


def _sites() -> list[tuple[Any, str, Callable[..., Any]]]:
    import saleor.checkout.fetch
    import saleor.checkout.utils
    import saleor.discount.utils.checkout

    sites = [(saleor.discount.utils.checkout, ROWS, _clamped), (saleor.checkout.utils, ROWS, _clamped)]
    if hasattr(saleor.checkout.fetch, METHODS):
        sites.append((saleor.checkout.fetch, METHODS, _without_negative_lines))
    return sites


def _is_wrapped(function: Any) -> bool:
    return bool(getattr(function, "_clamps_loyalty_rows", False))


def _clamped(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def create_rows_and_clamp(lines_info: list[Any], *args: Any, **kwargs: Any) -> Any:
        result = original(lines_info, *args, **kwargs)
        from .clamping import clamp_rows

        clamp_rows(lines_info)
        return result

    return create_rows_and_clamp


def _without_negative_lines(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def clamp_and_find_methods(checkout_info: Any, *args: Any, **kwargs: Any) -> Any:
        from .clamping import clamp_negative_lines

        clamp_negative_lines(checkout_info.lines)
        return original(checkout_info, *args, **kwargs)

    return clamp_and_find_methods
