"""Does a checkout have anything to do with points? One statement, the price that every other checkout pays; none where
Saleor has just shown us our rows on it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import UUIDField, Value
from saleor.discount.models import CheckoutLineDiscount

from ..models import Reservation, ReservationStatus
from .discounts import UNIQUE_TYPE

_HAS_ROWS = "_loyalty_has_rows"


def is_touched(checkout_pk: Any) -> bool:
    """Return whether the checkout has an open reservation or discount rows of ours."""
    return bool(read_touch(checkout_pk))


def read_touch(checkout_pk: Any) -> dict[str | None, Decimal]:
    """Return our discount rows on the checkout, line id to amount; under None what an open reservation's rows were.

    Empty for a checkout that has nothing to do with points.
    """
    rows = CheckoutLineDiscount.objects.filter(line__checkout_id=checkout_pk, unique_type=UNIQUE_TYPE)
    reserved = Reservation.objects.filter(checkout_id=str(checkout_pk), status=ReservationStatus.RESERVED)
    no_line = Value(None, output_field=UUIDField())
    either = rows.order_by().values_list("line_id", "amount_value")
    either = either.union(reserved.order_by().values_list(no_line, "rows"), all=True)
    return {str(line_id) if line_id is not None else None: amount for line_id, amount in either}


def note_rows(lines: Sequence[Any]) -> None:
    """Remember on Saleor's own checkout of these line infos, which ends with its request, that our rows are on it."""
    checkout = lines[0].line._state.fields_cache.get("checkout")
    if checkout is not None:
        setattr(checkout, _HAS_ROWS, True)


def has_noted_rows(checkout: Any) -> bool:
    """Return whether our rows were seen on this very instance; False says nothing."""
    return getattr(checkout, _HAS_ROWS, False)
