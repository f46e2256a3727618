"""What the host is asked to make for a customer who had a reward, and what it answers. Frozen; holds no logic."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

RewardState = Literal["UNUSED", "USED", "GONE"]
"""Of a real thing: it can be used as it was issued; it was used, if only in part; the host has it no longer, or
somebody switched it off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RewardTerms:
    """One real thing: a single-use code for the cart, or a gift card. Money is in major units."""

    type: Literal["VOUCHER", "GIFT_PRODUCT", "FREE_SHIPPING", "GIFT_CARD"]
    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    """The name in other languages, by language code."""
    user_id: int
    channels: Mapping[str, str] = field(default_factory=dict)
    """Where a code for the cart counts: the channel's slug -> its currency."""
    percent: int | None = None
    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    """Of a voucher without ``percent``, by the channel's slug."""
    min_order: Mapping[str, Decimal] = field(default_factory=dict)
    """The least order on which a code for the cart counts, by the channel's slug."""
    variant_sku: str = ""
    """Of a gift product: one unit of it is free."""
    amount: Decimal = Decimal(0)
    currency: str = ""
    """Of a gift card."""
    expires_at: datetime.datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class IssuedReward:
    """The real thing that the host made."""

    reference: str
    """The host's id of it, at most 64 characters."""
    code: str
    """What its customer enters, at most 64 characters, which nobody can guess."""
