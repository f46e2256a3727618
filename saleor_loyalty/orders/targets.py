"""What should stand of an order, computed from the order as it now is and from what was recorded when it was judged.

Pure: no database, no clock, no history of events. It never posts anything; ``settle_order`` posts the difference
between these targets and the record. The invariant: the targets depend on the facts and on
the recorded receipt alone, so that lost, doubled and reordered events end in the same ledger. Enforced by
``tests/orders/test_targets.py`` and ``tests/orders/test_any_order_of_events.py``.
"""

from __future__ import annotations

from decimal import Decimal

from ..host import AppliedDiscount, OrderFacts
from ..rules import ProgramRules, Receipt, award_share, minor_unit

ENDED_STATUSES = frozenset({"CANCELED", "EXPIRED"})
"""The order will never be delivered: nothing is earned by it and all that was spent on it goes back."""


def earned_target(facts: OrderFacts, *, receipt: Receipt, rules: ProgramRules) -> int:
    """Return how many points of the order's recorded award should stand now.

    Nothing stands of an order that is not confirmed or has ended. ORDER_PLACED: all of it. ORDER_PAID: all of it once
    the order is charged in full, before that nothing. ORDER_FULFILLED: the cumulative share of what is fulfilled; with
    everything fulfilled exactly the whole.
    """
    if facts.status != "CONFIRMED" or receipt.points <= 0:
        return 0
    if rules.trigger == "ORDER_PLACED":
        return receipt.points
    if rules.trigger == "ORDER_PAID":
        return receipt.points if facts.is_charged_in_full else 0
    return award_share(receipt, fulfilled=facts.fulfilled, ordered=facts.ordered)


def returned_target(facts: OrderFacts, *, redeemed: int, redeemed_value: Decimal) -> int:
    """Return how many of the ``redeemed`` points should have gone back to the customer by now.

    An ended order gives all of them back, whatever the refund policy says: it delivered nothing. Otherwise the points
    are used as far as our rows still stand on the order: the value that is gone, as a share of ``redeemed_value``, is
    given back, rounded down, and all of it when no row is left. Rows that grew take no further points.
    """
    if redeemed <= 0:
        return 0
    if facts.status in ENDED_STATUSES:
        return redeemed
    value_now = facts.discount.value if facts.discount is not None else Decimal(0)
    value_gone = redeemed_value - value_now
    if value_now <= 0 or redeemed_value <= 0:
        return redeemed
    if value_gone <= 0 or value_gone < _rounding_allowance(facts, facts.discount):
        return 0
    return int(redeemed * value_gone // redeemed_value)


def _rounding_allowance(facts: OrderFacts, discount: AppliedDiscount | None) -> Decimal:
    # The host keeps prices by the unit: where a row is no multiple of the quantity, a refresh of an unconfirmed
    # order moves the line by less than one minor unit for each piece. That is no change of the redemption.
    if discount is None:
        return Decimal(0)
    pieces = sum(facts.ordered.get(line_id, 0) for line_id in discount.shares)
    return minor_unit(facts.currency) * pieces
