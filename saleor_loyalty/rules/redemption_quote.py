"""What a redemption quote says, and what it asks of the host. ``redemption`` fills it in; nobody changes it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from .receipt import Receipt


class ValueCeiling(Protocol):
    """The most that points may take off the basket, by the host's account: ``host.Ceiling``."""

    @property
    def value(self) -> Decimal: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class RedemptionQuote:
    """What may be spent, what would be applied, and what stands in the way."""

    rule_key: str
    """Empty where the channel has no redemption rule."""
    type: str
    currency: str
    available: int
    """The points that the caller said may be spent."""
    min_points: int
    max_points: int
    """The most that may be asked for here and now, a multiple of ``step``; 0 where no number of points is possible."""
    step: int
    requested: int | None
    applied_points: int
    applied_value: Decimal
    """In major units, in the basket's entry kind."""
    eligible_base: Decimal
    """In the basket's entry kind."""
    eligible_line_ids: tuple[str, ...]
    rate_points: int
    rate_value: Decimal
    max_percent: int | None
    over_limit: str
    blocked_code: str | None
    """Why nothing is applied; without a request, why nothing could be."""
    limit_reason: str
    """What bounds ``max_points``: POINTS, PERCENT, the ceiling's reason or BALANCE; empty for the base itself."""
    receipt: Receipt
