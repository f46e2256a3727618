"""The checkout handle: the port's view of one Saleor checkout.

Writes our discount rows and the few stored fields of the checkout that depend on them; never the ledger. After a
change of rows the stored prices are marked as expired, so that Saleor computes totals and taxes anew when they are
next asked for. The order-level discount is written too: Saleor computes a voucher's only when the cart is edited, and
tells a tax app the stored one of an order promotion. So it is points first and the percentage of the rest, in whatever
order they were entered.
Statements are counted by ``tests/saleor/test_discount_statements.py``.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from django.utils import timezone

from ..basket import Basket
from ..host import AppliedDiscount, Ceiling, CheckoutHandle
from .basket import build_basket
from .discounts import own_shares, write_rows
from .fetched import FetchedCheckout, fetch_checkouts
from .fit import Fitter
from .fitted import remember_fit
from .prices import CheckoutPrices
from .response import show_in_response
from .shipping import shipping_minimum


class SaleorCheckoutHandle:
    """One opened checkout. ``basket`` is the checkout as it would be without our rows."""

    def __init__(self, fetched: FetchedCheckout, *, at: datetime.datetime) -> None:
        checkout = fetched.checkout
        self.id = str(checkout.pk)
        self.user_id: int | None = checkout.user_id
        self.email: str = checkout.email or ""
        self.channel: str = checkout.channel.slug
        self.currency: str = checkout.currency
        self.language_code: str = checkout.language_code
        self._fetched = fetched
        self._at = at
        self._prices = CheckoutPrices(
            fetched.lines,
            currency=checkout.currency,
            order_discount=fetched.order_level.discount,
            shipping_minimum=shipping_minimum(checkout),
        )

    @cached_property
    def basket(self) -> Basket:
        return build_basket(self._fetched, self._prices, at=self._at)

    def current_discount(self) -> AppliedDiscount | None:
        """Return the loyalty rows that stand on the checkout, or None without any."""
        shares = own_shares(self._fetched.lines)
        return self._applied(shares) if shares else None

    def ceiling(self, value: Decimal, line_ids: Sequence[str]) -> Ceiling:
        """Return the greatest value, at most ``value``, that rows on ``line_ids`` can take off the base total
        without a line below zero and without pushing the cart below a threshold it now meets."""
        fit = self._fitter(line_ids).greatest(value)
        return Ceiling(value=fit.value, reason=fit.reason)  # type: ignore[arg-type]

    def put_discount(self, value: Decimal, line_ids: Sequence[str], *, name: str, reason: str) -> AppliedDiscount:
        """Write rows on ``line_ids`` so that the base total falls by exactly ``value``; replaces earlier rows.
        Raises ValueError where that is not reachable: ask ``ceiling`` first. Refreshes the host's stored totals."""
        if value <= 0:
            raise ValueError("a discount is more than nothing")
        fit = self._fitter(line_ids).exact(value)
        if write_rows(self._fetched.lines, fit.rows, name=name, reason=reason):
            self._save(fit.rows)
        remember_fit(self._fetched.lines)
        return self._applied(own_shares(self._fetched.lines))

    def take_discount_off(self) -> None:
        """Remove our rows, if any, and refresh the host's stored totals."""
        if write_rows(self._fetched.lines, {}, name="", reason=""):
            self._save({})

    def _fitter(self, line_ids: Sequence[str]) -> Fitter:
        own = {str(info.line.pk) for info in self._fetched.lines}
        if unknown := set(line_ids) - own:
            raise ValueError(f"not lines of checkout {self.id}: {sorted(unknown)}")
        return Fitter(self._prices, line_ids)

    def _applied(self, shares: dict[str, Decimal]) -> AppliedDiscount:
        return AppliedDiscount(value=self._prices.value(shares), rows=sum(shares.values(), Decimal(0)), shares=shares)

    def _save(self, rows: Mapping[str, Decimal]) -> None:
        """Mark the stored prices as expired and store the order-level discount, in one statement."""
        checkout = self._fetched.checkout
        checkout.price_expiration = checkout.discount_expiration = timezone.now()
        fields = ["price_expiration", "discount_expiration", "last_change"]
        discount = self._prices.stored_discount(rows)
        if discount is not None:
            checkout.discount_amount = discount
            fields.append("discount_amount")
        checkout.save(update_fields=fields)
        show_in_response(checkout, fields)


def open_checkout(
    checkout_id: str, *, for_update: bool = False, using: str = "default", at: datetime.datetime | None = None
) -> CheckoutHandle | None:
    """Return the checkout, its row locked if asked for (then inside an atomic block); None if it is gone."""
    return open_checkouts([checkout_id], for_update=for_update, using=using, at=at).get(checkout_id)


def open_checkouts(
    checkout_ids: Iterable[str],
    *,
    for_update: bool = False,
    using: str = "default",
    at: datetime.datetime | None = None,
) -> dict[str, CheckoutHandle]:
    """Return by id the checkouts that exist, in a number of statements that does not grow with theirs."""
    pks = {checkout_id: pk for checkout_id in checkout_ids if (pk := _uuid(checkout_id))}
    if not pks:
        return {}
    fetched = {one.checkout.pk: one for one in fetch_checkouts(pks.values(), for_update=for_update, using=using)}
    at = at or timezone.now()
    return {checkout_id: SaleorCheckoutHandle(fetched[pk], at=at) for checkout_id, pk in pks.items() if pk in fetched}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
