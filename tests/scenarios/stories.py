"""What the stories share: the club of the examples, and its first customer.

100 points are worth 10, at least 100 and at most 1000 in one purchase, at most 20 % of the cart; one point for each
whole unit paid, when it is fulfilled.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tests.scenarios.drivers.protocol import STAFF, ShopDriver

DANA = "dana@example.com"
NOA = "noa@example.com"


def club_rules(shop: ShopDriver, **parts: Any) -> dict[str, Any]:
    redemption = {
        "key": "cart",
        "type": "VARIABLE_VALUE",
        "points": 100,
        "value": "10",
        "minPoints": 100,
        "maxPoints": 1000,
        "maxPercent": 20,
        **parts.pop("redemption", {}),
    }
    earning = {
        "key": "basic",
        "name": "Basic",
        "type": "CONVERSION_RATE",
        "points": 1,
        **parts.pop("earning", {}),
    }
    listing = {"key": "shop", "channel": shop.channel, "currency": shop.currency, **parts.pop("listing", {})}
    return {"schemaVersion": 1, "channels": [listing], "earning": [earning], "redemption": [redemption], **parts}


def ask(shop: ShopDriver, document: str, *, by: str | None = STAFF, **variables: Any) -> Mapping[str, Any]:
    """Return what the only field of the document answers to somebody who must not be refused."""
    answer = shop.query(document, variables, by=by)
    assert not answer.errors, answer.errors
    assert answer.data is not None
    payload: Mapping[str, Any] = next(iter(answer.data.values()))
    assert payload.get("errors", []) == []
    return payload


def open_club(shop: ShopDriver, *, points: int = 1000, **parts: Any) -> None:
    """Publish the club, put an eyeliner at 100.00 and a brush at 50.00 on sale, and give Dana points."""
    shop.publish_program(club_rules(shop, **parts))
    shop.add_product("EYELINER", price=Decimal(100))
    shop.add_product("BRUSH", price=Decimal(50))
    shop.add_customer(DANA)
    if points:
        assert shop.give_points(DANA, points).errors == ()


def buy(shop: ShopDriver, checkout: str, *, by: str | None = DANA) -> str:
    """Complete a paid checkout and return the order."""
    outcome = shop.complete(checkout, by=by, is_paid=True)
    assert outcome.errors == ()
    assert outcome.order is not None
    return outcome.order


def numbers(shop: ShopDriver, order: str, *, by: str | None = DANA) -> tuple[int, int, int, int, int]:
    """Return the order's (earned, pending, redeemed, reversed, returned)."""
    state = shop.read_order(order, by=by)
    assert state is not None
    return state.earned, state.pending, state.redeemed, state.reversed, state.returned


def moves(shop: ShopDriver, email: str = DANA) -> list[tuple[str, int]]:
    return [(movement.type, movement.points) for movement in shop.read_movements(email)]
