"""The basket: the host-neutral, frozen picture of a checkout or an order that the rules look at.

The host builds it once; nobody changes it afterwards. It round-trips through JSON without loss,
because the order record keeps it and a receipt must be re-evaluated from it alone.

All amounts are Decimals in major units of ``Basket.currency`` and are quantized to that currency's
minor unit. Amounts of a line are for the whole line (all of its quantity), after every discount of the host,
and *without* loyalty points; the points' share stands beside them in ``redeemed_net`` and ``redeemed_gross``.
Enforced by ``__post_init__`` and by the property tests in ``tests/rules/test_basket.py``.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class BasketLine:
    """One line of a checkout or an order."""

    id: str
    """The host's id of the line, as text."""
    product_id: str
    variant_id: str
    product_slug: str = ""
    variant_sku: str = ""
    category_slugs: tuple[str, ...] = ()
    """The category path, from the root to the product's own category; empty without a category."""
    collection_slugs: tuple[str, ...] = ()
    quantity: int
    unit_price: Decimal
    """Undiscounted price of one unit, in the channel's entry kind (gross where prices are entered with tax)."""
    net: Decimal
    """Line total before tax, after every discount of the host, without points."""
    gross: Decimal
    """Line total with tax, after every discount of the host, without points."""
    redeemed_net: Decimal = ZERO
    """The part of ``net`` that is paid with points."""
    redeemed_gross: Decimal = ZERO
    """The part of ``gross`` that is paid with points."""
    has_automatic_discount: bool = False
    """Touched by a catalogue promotion or by an order promotion."""
    has_voucher: bool = False
    has_buy_x_get_y: bool = False
    """Touched by a gift promotion (1+1). A gift promotion touches every line of its order."""
    is_gift: bool = False
    """The free line itself: it neither earns nor can be paid with points, whatever the switches say."""
    is_gift_card: bool = False


class EarnedBefore(NamedTuple):
    """What a customer got by a rule with a cap before, in the period around the moment that is looked at."""

    rule_key: str
    period: str
    """DAY, WEEK, MONTH, YEAR or EVER."""
    points: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CustomerFacts:
    """What the rules may know of the customer. Erasable: kept outside of the chained rows."""

    user_id: int | None = None
    email: str = ""
    member_status: str = "VISITOR"
    """MEMBER, PENDING or VISITOR."""
    tier: str | None = None
    labels: tuple[str, ...] = ()
    """Keys of the account's labels; only where the rules ask for them."""
    plans: tuple[str, ...] = ()
    """Keys of the plans of which a membership is active at ``Basket.at``; only where the rules ask for them."""
    earned: tuple[EarnedBefore, ...] = ()
    """Only of rules with caps, and only what is more than nothing."""

    def earned_by(self, rule_key: str) -> dict[str, int]:
        """Return by period what the customer got by the rule before."""
        return {before.period: before.points for before in self.earned if before.rule_key == rule_key}


@dataclass(frozen=True, kw_only=True, slots=True)
class Basket:
    """A whole checkout or order, as the rules see it."""

    currency: str
    channel: str
    """The channel's slug."""
    prices_entered_with_tax: bool = True
    """The entry kind: True where the channel's prices are gross."""
    lines: tuple[BasketLine, ...]
    shipping_net: Decimal = ZERO
    shipping_gross: Decimal = ZERO
    customer: CustomerFacts = field(default_factory=CustomerFacts)
    at: datetime.datetime
    """When the basket was looked at; time-zone aware."""

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("Basket.at must be time-zone aware")
        if len({line.id for line in self.lines}) != len(self.lines):
            raise ValueError("basket lines must have distinct ids")


def basket_to_json(basket: Basket) -> dict[str, Any]:
    """Return the basket as JSON-ready data: Decimals as text, times in ISO 8601."""
    return {key: _to_json(value) for key, value in dataclasses.asdict(basket).items()}


def basket_from_json(data: Mapping[str, Any]) -> Basket:
    """Return the basket that ``basket_to_json`` wrote. Raises KeyError or TypeError on foreign data."""
    values = dict(data)
    values["lines"] = tuple(_line_from_json(line) for line in values["lines"])
    customer = dict(values["customer"])
    for name in ("labels", "plans"):
        customer[name] = tuple(customer.get(name, ()))
    customer["earned"] = tuple(EarnedBefore(*before) for before in customer.get("earned", ()))
    values["customer"] = CustomerFacts(**customer)
    values["at"] = datetime.datetime.fromisoformat(values["at"])
    for name in ("shipping_net", "shipping_gross"):
        values[name] = Decimal(values[name])
    return Basket(**values)


_LINE_DECIMALS = ("unit_price", "net", "gross", "redeemed_net", "redeemed_gross")


def _line_from_json(data: Mapping[str, Any]) -> BasketLine:
    values = dict(data)
    for name in _LINE_DECIMALS:
        values[name] = Decimal(values[name])
    for name in ("category_slugs", "collection_slugs"):
        values[name] = tuple(values[name])
    return BasketLine(**values)


def _to_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_to_json(item) for item in value]
    return value
