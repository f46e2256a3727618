"""What should stand of an order, computed from the order as it now is and from what was recorded when it was judged.

Pure: no database, no clock, no history of events. It never posts anything; ``settle_order`` posts the difference
between these targets and the record. The invariant: the targets depend on the facts and on
the recorded receipt alone, so that lost, doubled and reordered events end in the same ledger. Enforced by
``tests/orders/test_targets.py`` and ``tests/orders/test_any_order_of_events.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ..host import AppliedDiscount, OrderFacts
from ..rules import (
    ProgramRules,
    Receipt,
    Standing,
    award_share,
    find_standing,
    minor_unit,
    returned_share,
    round_down,
    standing_at_trigger,
    used_value,
)

NOTHING_STANDS = Standing(units={}, ordered={})


@dataclass(frozen=True, kw_only=True, slots=True)
class AwardState:
    """What should stand of an order's recorded award now, and why."""

    receipt: Receipt
    standing: Standing
    kept: Standing
    """What was neither refunded nor returned, delivered or not."""
    reason: str = ""
    """Why nothing stands of it at all: ORDER_ENDED or NOT_CHARGED."""

    @property
    def target(self) -> int:
        return points_standing(self.receipt, self.standing)

    @property
    def forfeited(self) -> int:
        """The points of what was refunded or returned, delivered or not: they do not come any more."""
        return self.receipt.points - points_standing(self.receipt, self.kept)


def award_state(
    facts: OrderFacts, *, receipt: Receipt, rules: ProgramRules, judged: Mapping[str, int] | None = None
) -> AwardState:
    """Return what should stand of the recorded award now.

    Nothing of an order that is not confirmed or has ended. ORDER_PLACED: what was neither refunded nor returned.
    ORDER_PAID: the same, once the order was charged in full, before that nothing. ORDER_FULFILLED: the same, as far
    as it is fulfilled. ``judged`` are the units of each line when the order was judged; left out: those of now.
    """
    kept = not_refunded(facts, judged=judged)
    standing = None
    if facts.status == "CONFIRMED" and receipt.points > 0:
        standing = standing_at_trigger(
            kept, trigger=rules.trigger, is_charged_in_full=facts.is_charged_in_full, fulfilled=facts.fulfilled
        )
    reason = ""
    if standing is None:
        reason = "ORDER_ENDED" if facts.has_ended else "NOT_CHARGED"
    return AwardState(
        receipt=receipt, standing=NOTHING_STANDS if standing is None else standing, kept=kept, reason=reason
    )


def not_refunded(facts: OrderFacts, *, judged: Mapping[str, int] | None = None) -> Standing:
    """Return which part of the order was neither refunded nor returned, delivered or not."""
    refunds = facts.refunds
    return find_standing(facts.basket, gone=refunds.units, loose=refunds.loose, ordered=facts.ordered, judged=judged)


def points_standing(receipt: Receipt, standing: Standing) -> int:
    """Return how many points of the recorded award belong to what stands; all of it where everything does."""
    return award_share(receipt, fulfilled=standing.units, ordered=standing.ordered, money_share=standing.money_share)


def standing_redemption(facts: OrderFacts, *, returns_spent_points: bool = True) -> Standing:
    """Return which part of the order still uses the points spent on it.

    Without ``returns_spent_points`` a refund leaves the points used; an order that ended uses none in any case.
    """
    if facts.has_ended:
        return NOTHING_STANDS
    if not returns_spent_points:
        return Standing(units=facts.ordered, ordered=facts.ordered)
    return not_refunded(facts)


def values_now(facts: OrderFacts, *, redeemed_value: Decimal) -> dict[str, Fraction]:
    """Return by line what of the recorded value our rows on the order still stand for.

    Rows that grew take no further points, and a difference that comes of the host's rounding is none.
    """
    discount = facts.discount
    if discount is None or discount.value <= 0 or discount.rows <= 0:
        return {}
    value = min(discount.value, redeemed_value)
    if redeemed_value - value < _rounding_allowance(facts, discount):
        value = redeemed_value
    return {
        line_id: Fraction(value) * Fraction(share) / Fraction(discount.rows)
        for line_id, share in discount.shares.items()
    }


def returned_target(
    facts: OrderFacts, *, redeemed: int, redeemed_value: Decimal, returns_spent_points: bool = True
) -> int:
    """Return how many of the ``redeemed`` points should have gone back to the customer by now.

    An ended order gives all of them back, whatever the refund policy says: it delivered nothing. Otherwise the points
    are used as far as our rows still stand on the order, and of each row as far as its line was neither refunded nor
    returned: the value that is gone, as a share of ``redeemed_value``, is given back, rounded down, and all of it
    when nothing is used any more.
    """
    if redeemed <= 0:
        return 0
    used = used_value(
        values_now(facts, redeemed_value=redeemed_value),
        standing=standing_redemption(facts, returns_spent_points=returns_spent_points),
    )
    return returned_share(redeemed, value=redeemed_value, used=used)


def refund_excess(facts: OrderFacts, *, redeemed_value: Decimal) -> Decimal:
    """Return the money that was refunded for units beyond what was paid for them in money, where points paid the rest.

    What points paid goes back as points: refunded in money too, it is paid out.
    """
    if not facts.refunds.units or redeemed_value <= 0:
        return Decimal(0)
    by_units = find_standing(facts.basket, gone=facts.refunds.units, ordered=facts.ordered)
    values = values_now(facts, redeemed_value=redeemed_value)
    gone = sum(values.values(), Fraction(0)) - used_value(values, standing=by_units)
    value = Decimal(gone.numerator) / gone.denominator
    return min(facts.refunds.loose, round_down(value, facts.currency))


def _rounding_allowance(facts: OrderFacts, discount: AppliedDiscount) -> Decimal:
    # The host keeps prices by the unit: where a row is no multiple of the quantity, a refresh of an unconfirmed
    # order moves the line by less than one minor unit for each piece. That is no change of the redemption.
    pieces = sum(facts.ordered.get(line_id, 0) for line_id in discount.shares)
    return minor_unit(facts.currency) * pieces
