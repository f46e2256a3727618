"""Who may see what a refund would do: rows and places for the authorization test. It adds no mutation."""

from __future__ import annotations

from typing import Any

_PREVIEW = "{ loyaltyRefundPreview(order: $order, shipping: true) { %s } }"

ROWS: dict[str, dict[str, str]] = {
    "LoyaltyRefundPreview": {"staff of orders": "amount reversed debt unrecovered returned messages"},
    "Query": {"staff of orders": "loyaltyRefundPreview"},
}
PLACES: dict[str, tuple[str, ...]] = {"LoyaltyRefundPreview": (_PREVIEW,)}
ARGUMENTS = {"Query.loyaltyRefundPreview": "(order: $order)"}


def fill(account: Any, *, staff: Any, app: Any) -> dict[str, Any]:
    return {}


def calls(scene: dict[str, Any], account: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    return {}


def written() -> list[Any]:
    return []
