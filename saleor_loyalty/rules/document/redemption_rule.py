"""Redemption rules: how points are spent as a discount."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from ..money import smallest_step
from .fields import Amount, DocumentPart, Key, Percent, Points, Slug
from .scope import Combination, Scope

RedemptionType = Literal["VARIABLE_VALUE", "VARIABLE_PERCENT", "FIXED"]
OverLimit = Literal["BLOCK", "CLAMP"]


class RedemptionRate(DocumentPart):
    """``points`` are worth ``value``."""

    points: Points
    value: Amount


class RedemptionRule(DocumentPart):
    """The one way to spend points as a discount in a channel."""

    key: Key
    type: RedemptionType
    channels: tuple[Slug, ...] | None = None
    """The channels' slugs; None for every channel of the program."""
    points: Points
    value: Amount
    channel_rates: dict[Slug, RedemptionRate] = {}
    min_points: Points | None = None
    max_points: Points | None = None
    max_percent: Percent | None = None
    step: Points | None = None
    scope: Scope = Scope()
    combination: Combination = Combination()
    over_limit: OverLimit = "BLOCK"

    def is_for(self, channel: str) -> bool:
        """Return whether the rule counts in the channel with this slug."""
        return self.channels is None or channel in self.channels

    def rate(self, channel: str) -> RedemptionRate:
        """Return the channel's own rate, or the rule's."""
        own = self.channel_rates.get(channel)
        return own or RedemptionRate.model_construct(points=self.points, value=self.value)

    def step_in(self, channel: str, *, currency: str) -> int:
        """Return the step in points: of a fixed rule all its points, else the document's, else the smallest number
        of points that are worth whole minor units."""
        rate = self.rate(channel)
        if self.type == "FIXED":
            return rate.points
        return self.step or smallest_step(rate_points=rate.points, rate_value=Decimal(rate.value), currency=currency)
