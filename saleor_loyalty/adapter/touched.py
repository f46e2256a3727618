"""What a checkout has to do with points: its reservation and our rows on it, in one statement; and whether Saleor has
just shown us our rows, so that nobody asks whether there are any."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from saleor.discount.models import CheckoutLineDiscount

from ..ledger import lock_last_reservation
from ..models import Reservation, ReservationStatus
from .discounts import UNIQUE_TYPE
from .nested import nested, nested_rows

_HAS_ROWS = "_loyalty_has_rows"
_ROW = ("line", "amount_value")


def is_touched(checkout_pk: Any) -> bool:
    """Return whether the checkout has an open reservation or discount rows of ours. Asked only where it could not be
    checked. Cost: at most two statements."""
    reserved = Reservation.objects.filter(checkout_id=str(checkout_pk), status=ReservationStatus.RESERVED)
    return _rows(checkout_pk).exists() or reserved.exists()


def lock_touch(checkout_pk: str, *, at: datetime.datetime) -> tuple[Reservation | None, dict[str, Decimal]]:
    """Return the checkout's last reservation, locked like its account, and our rows on it: line id to amount.

    Inside an atomic block only. Rows of a checkout that never had a reservation stand for no points of anybody; the
    settlement of the order looks at them.

    Locks / writes: the account and that reservation, whatever became of it; the account is brought up to date.
    Cost: one statement, and what is due of the account.
    """
    rows = nested(_rows(checkout_pk), *_ROW)
    reservation = lock_last_reservation(checkout_pk, at=at, loyalty_rows=rows)
    found = [] if reservation is None else reservation.loyalty_rows  # type: ignore[attr-defined]
    shares = nested_rows(CheckoutLineDiscount, found, *_ROW, using=DEFAULT_DB_ALIAS)
    return reservation, {str(row.line_id): row.amount_value for row in shares}


def _rows(checkout_pk: Any) -> Any:
    return CheckoutLineDiscount.objects.filter(line__checkout_id=checkout_pk, unique_type=UNIQUE_TYPE)


def note_rows(lines: Sequence[Any]) -> None:
    """Remember on Saleor's own checkout of these line infos, which ends with its request, that our rows are on it."""
    checkout = lines[0].line._state.fields_cache.get("checkout")
    if checkout is not None:
        setattr(checkout, _HAS_ROWS, True)


def has_noted_rows(checkout: Any) -> bool:
    """Return whether our rows were seen on this very instance; False says nothing."""
    return getattr(checkout, _HAS_ROWS, False)
