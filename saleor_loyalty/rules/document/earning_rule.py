"""Earning rules: how an order earns points."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from .conditions import Conditions
from .fields import Amount, DocumentPart, Key, Moment, Name, Points, Priority, Slug, YesOrNo
from .scope import Combination, Scope
from .timing import CustomerCap, Weekday

EarningType = Literal["CONVERSION_RATE", "FIXED_AMOUNT", "MULTIPLIER"]
TaxMode = Literal["BEFORE_TAX", "AFTER_TAX"]


class EarningRate(DocumentPart):
    """``points`` for each whole ``amount_step`` of money; of a fixed rule the points alone count."""

    points: Points
    amount_step: Amount = Decimal(1)


class EarningRule(DocumentPart):
    """One way to earn."""

    key: Key
    name: Name = ""
    type: EarningType
    points: Points | None = None
    """Of a multiplier none."""
    multiplier: Amount | None = None
    """Of a multiplier alone: what the points of the lines in its scope are multiplied by."""
    amount_step: Amount = Decimal(1)
    channels: tuple[Slug, ...] | None = None
    """The channels' slugs; None for every channel of the program."""
    channel_rates: dict[Slug, EarningRate] = {}
    scope: Scope = Scope()
    combination: Combination = Combination()
    tax_mode: TaxMode = "AFTER_TAX"
    conditions: Conditions = Conditions()
    priority: Priority = 0
    stop_processing: YesOrNo = False
    """Whether rules of lower priority give nothing for an order for which this one gave something."""
    max_points_per_order: Points | None = None
    customer_caps: tuple[CustomerCap, ...] = ()
    weekdays: tuple[Weekday, ...] | None = None
    """In the time zone of the order's channel; None: every day."""
    starts_at: Moment | None = None
    """Inclusive."""
    ends_at: Moment | None = None
    """Exclusive."""

    def is_for(self, channel: str) -> bool:
        """Return whether the rule counts in the channel with this slug."""
        return self.channels is None or channel in self.channels

    def rate(self, channel: str) -> EarningRate:
        """Return the channel's own rate, or the rule's."""
        own = self.channel_rates.get(channel)
        return own or EarningRate.model_construct(points=self.points or 0, amount_step=self.amount_step)
