"""Books with something of everything in them, and how they are audited and tampered with."""

from __future__ import annotations

import datetime
from typing import Any

from playground.models import Order
from saleor_loyalty.auditing import claim_audit, start_audit, step_audit
from saleor_loyalty.ledger import Finding, release_reservation
from saleor_loyalty.models import LoyaltyProgram, LoyaltyTransaction
from tests import club
from tests.ledger.test_audit import tamper

BEGINNING = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


def audit(*, at: datetime.datetime | None = None, since: datetime.datetime | None = BEGINNING) -> list[Finding]:
    """Audit the program wholly, and return what is found."""
    at = at or club.now()
    run = start_audit(LoyaltyProgram.objects.get().pk, at=at, orders_since=since, is_background=False)
    claim = claim_audit(run.pk, at=at)
    assert claim is not None
    found: list[Finding] = []
    while True:
        step = step_audit(run.pk, claim=claim, at=at)
        found.extend(step.findings)
        if step.is_last:
            return found


def paid_with_points(dana: Any, variant: Any) -> Order:
    """An order of 800, 50 of it paid with 500 points, delivered: 750 points."""
    checkout = club.fill_cart(dana, variant, 8)
    club.apply(checkout, 500)
    order = club.complete(checkout)
    club.fulfill(order)
    club.settle(order)
    return order


def refunded(dana: Any, variant: Any) -> Order:
    """An order of 500 that was delivered and of which one piece was refunded: 500 points, 100 of them taken back."""
    from playground import refunds

    order = club.order_of(dana, variant, 5)
    club.fulfill(order)
    club.settle(order)
    refunds.refund_lines(order, {order.lines.get().pk: 1})
    order.save()
    club.settle(order)
    return order


def books(dana: Any, variant: Any) -> dict[str, Order]:
    """Every kind of order, and a reservation of each end."""
    orders = {
        "paid with points": paid_with_points(dana, variant),
        "refunded": refunded(dana, variant),
        "not delivered": club.order_of(dana, variant, 2),
    }
    club.settle(orders["not delivered"])
    released = club.apply(club.fill_cart(dana, variant, 6), 200)
    release_reservation(released.reservation.pk, at=club.now())
    club.apply(club.fill_cart(dana, variant, 6), 100)
    return orders


def row_of(order: Order, kind: str) -> LoyaltyTransaction:
    return LoyaltyTransaction.objects.get(order_id=str(order.pk), type=kind)


__all__ = ["audit", "books", "paid_with_points", "refunded", "row_of", "tamper"]
