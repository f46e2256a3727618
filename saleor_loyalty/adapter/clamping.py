"""Lowers our rows where a recalculation of Saleor leaves less room than they take.

It runs inside of Saleor's price calculation, also in queries: it writes rows and never the ledger; the next refit, or
the commit of the order, brings the reservation in line. Without rows of ours it costs no statement.
What is left of the value is a whole number of steps, so that it is worth whole points; while no program is active in
the channel our rows count nothing and are removed. A failure here is logged: it must not take the shop's prices down.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from saleor.checkout.base_calculations import calculate_base_line_total_price
from saleor.checkout.models import Checkout
from saleor.core.db.connection import allow_writer

from .discounts import own_rows, own_shares, write_rows
from .fit import Fitter
from .fitted import was_just_fitted
from .order_level import read_order_levels
from .prices import CheckoutPrices
from .promotions import with_promotion_rules
from .shipping import shipping_minimum, with_shipping_minimum
from .touched import note_rows

logger = logging.getLogger(__name__)


def clamp_rows(lines: Sequence[Any]) -> None:
    """Make our rows on these line infos of Saleor fit, in the database and in the infos."""
    if not own_rows(lines):
        return
    note_rows(lines)
    if was_just_fitted(lines):
        return
    try:
        with allow_writer(), transaction.atomic():
            _clamp(lines)
    except Exception:
        logger.exception("The points on checkout %s could not be fitted to its prices.", lines[0].line.checkout_id)


def clamp_negative_lines(lines: Sequence[Any]) -> None:
    """Do the same where a line is below zero now; where none is, without a statement."""
    if any(calculate_base_line_total_price(info).amount < 0 for info in lines if own_rows([info])):
        clamp_rows(lines)


def _clamp(lines: Sequence[Any]) -> None:
    shares = own_shares(lines)
    info = next(info for info in lines if str(info.line.pk) in shares)
    checkout = info.line.checkout
    surroundings = _read_surroundings(checkout, info.channel)
    if surroundings is None:
        write_rows(lines, {}, name="", reason="")
        return
    level = read_order_levels([(surroundings, list(lines))])[checkout.pk]
    prices = CheckoutPrices(
        lines,
        currency=checkout.currency,
        order_discount=level.discount,
        shipping_minimum=shipping_minimum(surroundings),
    )
    if _has_room(prices, shares):
        return
    row = next(iter(own_rows(lines).values()))
    lowered = _lowered(prices, shares, checkout_id=str(checkout.pk))
    write_rows(lines, lowered, name=row.name, reason=row.reason)
    discount = prices.stored_discount(lowered)
    if discount is not None:
        checkout.discount_amount = discount
        checkout.save(update_fields=["discount_amount"])


def _read_surroundings(checkout: Any, channel: Any) -> Any | None:
    """Return a copy of the checkout with what its delivery and the running promotions ask of the cart, in one
    statement; None where no program is active. A copy, since what is true now is not for Saleor's instance to keep."""
    from ..programs import active_program_question, answered_program

    rows = with_shipping_minimum(Checkout.objects.filter(pk=checkout.pk))
    rows = rows if checkout.voucher_code else with_promotion_rules(rows)
    asked = rows.annotate(loyalty_program=active_program_question(channel.slug)).values(
        *rows.query.annotations, "loyalty_program"
    )
    found = asked.first() or {"loyalty_program": None}
    if answered_program(found.pop("loyalty_program"), channel.slug, at=timezone.now()) is None:
        return None
    surroundings = copy.copy(checkout)
    surroundings.channel = channel
    vars(surroundings).update(found)
    return surroundings


def _has_room(prices: CheckoutPrices, shares: Mapping[str, Decimal]) -> bool:
    fits = all(share <= prices.price_before_voucher(line_id) for line_id, share in shares.items())
    return fits and not prices.broken_threshold(shares)


def _lowered(prices: CheckoutPrices, shares: Mapping[str, Decimal], *, checkout_id: str) -> Mapping[str, Decimal]:
    """Return rows on the same lines for as much of the reserved value as still fits."""
    from ..checkout import clamp_value
    from ..ledger import open_reservation

    fitter = Fitter(prices, list(shares))
    reservation = open_reservation(checkout_id)
    if reservation is None:
        within = {line_id: min(share, fitter.capacities.get(line_id, Decimal(0))) for line_id, share in shares.items()}
        return fitter.greatest(prices.value(within)).rows
    fit = fitter.greatest(reservation.value)
    value = clamp_value(reservation, value_max=fit.value)
    return fitter.greatest(value).rows if value < fit.value else fit.rows
