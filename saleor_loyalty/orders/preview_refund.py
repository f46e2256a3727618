"""What a refund would do to the points of an order, before staff make it.

The same targets as settling has them, of the order as it would be afterwards, and the difference to what is recorded;
so what is said is what happens, unless something else happens first. Writes and locks nothing. Held by
``tests/orders/test_preview_refund.py``, which makes the refunds that were foretold.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ..basket import BasketLine
from ..host import OrderFacts, RefundFacts
from ..ledger import preview_reversal
from ..models import OrderRecord
from ..programs import load_version
from ..rules import ProgramRules, minor_unit, receipt_from_json
from .targets import award_state, refund_excess, returned_target

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedRefund:
    """What staff mean to refund."""

    units: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """Line id -> units that have not come back yet; those that are not delivered go first."""
    amount: Decimal | None = None
    """The money that goes back, major units, with tax; None: what the units, and the shipping, cost in money."""
    with_shipping: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundPreview:
    """What the next settlement would post after that refund, with whatever is still to be posted anyway."""

    amount: Decimal
    """The money that goes back."""
    reversed_points: int
    unrecovered_points: int
    debt: int
    """How much of ``reversed_points`` the customer would owe."""
    returned_points: int
    excess: Decimal
    """The money among ``amount`` for what points paid: it would be paid out, and the points go back too."""


def preview_refund(
    record: OrderRecord, facts: OrderFacts, *, planned: PlannedRefund, at: datetime.datetime
) -> RefundPreview:
    """Return what ``planned`` would take back and give back.

    Cost: two statements beside the facts, and one more for a version that this process has not seen.
    """
    rules = load_version(record.program_version_id).rules
    after, amount = _refunded(facts, planned)
    taken = _to_take_back(record, after, rules=rules)
    reversal = None
    if taken > 0 and record.account is not None:
        reversal = preview_reversal(
            record.account, points=taken, order_id=record.order_id, policy=rules.refund.reversal, at=at
        )
    returned = returned_target(
        after,
        redeemed=record.redeemed,
        redeemed_value=record.redeemed_value,
        returns_spent_points=rules.refund.return_spent_points,
    )
    excess = refund_excess(after, redeemed_value=record.redeemed_value)
    return RefundPreview(
        amount=amount,
        reversed_points=reversal.reversed_points if reversal else 0,
        unrecovered_points=reversal.unrecovered_points if reversal else 0,
        debt=reversal.debt if reversal else 0,
        returned_points=max(returned - record.returned, 0),
        excess=max(excess - record.refund_excess, ZERO),
    )


def _to_take_back(record: OrderRecord, after: OrderFacts, *, rules: ProgramRules) -> int:
    if record.receipt is None:
        return 0
    judged = {line["id"]: line["quantity"] for line in record.basket["lines"]} if record.basket else None
    state = award_state(after, receipt=receipt_from_json(record.receipt), rules=rules, judged=judged)
    return record.awarded - record.reversed - record.unrecovered - state.target


def _refunded(facts: OrderFacts, planned: PlannedRefund) -> tuple[OrderFacts, Decimal]:
    """Return the order as it would be, and the money that goes back."""
    refunds, basket = facts.refunds, facts.basket
    units, worth = dict(refunds.units), ZERO
    for line in basket.lines:
        gone = refunds.units.get(line.id, 0)
        more = min(planned.units.get(line.id, 0), facts.ordered.get(line.id, 0) - gone)
        if more > 0:
            units[line.id] = gone + more
            worth += more * _unit_price(line, currency=facts.currency)
    shipping = max(basket.shipping_gross - refunds.shipping, ZERO) if planned.with_shipping else ZERO
    total = sum((line.gross - line.redeemed_gross for line in basket.lines), basket.shipping_gross)
    proposed = worth + shipping if planned.amount is None else planned.amount
    amount = max(min(proposed, total - refunds.money), ZERO)
    changed = RefundFacts(
        units=units,
        worth=refunds.worth + worth,
        money=refunds.money + amount,
        shipping=refunds.shipping + min(shipping, amount),
        charged=refunds.charged,
    )
    return dataclasses.replace(facts, refunds=changed), amount


def _unit_price(line: BasketLine, *, currency: str) -> Decimal:
    """Return what a unit cost in money, as shops propose to refund it."""
    if line.quantity <= 0:
        return ZERO
    return ((line.gross - line.redeemed_gross) / line.quantity).quantize(minor_unit(currency), rounding=ROUND_HALF_UP)
