"""Does a checkout have anything to do with points? One statement, the price that every other checkout pays."""

from __future__ import annotations

from typing import Any

from saleor.discount.models import CheckoutLineDiscount

from ..models import Reservation, ReservationStatus
from .discounts import UNIQUE_TYPE


def is_touched(checkout_pk: Any) -> bool:
    """Return whether the checkout has an open reservation or discount rows of ours."""
    rows = CheckoutLineDiscount.objects.filter(line__checkout_id=checkout_pk, unique_type=UNIQUE_TYPE)
    reserved = Reservation.objects.filter(checkout_id=str(checkout_pk), status=ReservationStatus.RESERVED)
    either = reserved.order_by().values("rule_key").union(rows.order_by().values("unique_type"), all=True)
    return either.exists()
