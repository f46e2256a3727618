"""Our discount rows on checkout lines: what they are, reading and writing them.

A row is a ``CheckoutLineDiscount`` of type order_promotion, because that is the only type that survives Saleor's
recalculation, stacks with everything and is copied to the order with its name and reason; its unique_type is ours, so
that there is one a line and a concurrent second write fails instead of counting twice. Never on a gift line: Saleor
finds the gift's own row by the type. ``voucher`` and ``promotion_rule`` stay empty: Saleor copies rows by field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from saleor.discount import DiscountType, DiscountValueType
from saleor.discount.models import CheckoutLineDiscount

UNIQUE_TYPE = "loyalty"
TEXT_LENGTH = 255


def is_ours(discount: Any) -> bool:
    return bool(discount.unique_type == UNIQUE_TYPE)


def own_rows(lines: Iterable[Any]) -> dict[str, Any]:
    """Return by line id our row on it, of Saleor's line infos."""
    return {str(info.line.pk): row for info in lines for row in info.discounts if is_ours(row)}


def own_shares(lines: Iterable[Any]) -> dict[str, Decimal]:
    """Return by line id the amount of our row on it."""
    return {line_id: row.amount_value for line_id, row in own_rows(lines).items()}


def write_rows(lines: Sequence[Any], shares: Mapping[str, Decimal], *, name: str, reason: str) -> bool:
    """Make our rows exactly ``shares`` (line id to amount), in the database and in the line infos.

    Returns whether anything was written: at most one DELETE and one INSERT, nothing where all is as it should be.
    """
    name, reason = name[:TEXT_LENGTH], reason[:TEXT_LENGTH]
    present = own_rows(lines)
    wanted = {line_id: amount for line_id, amount in shares.items() if amount > 0}
    surplus = [row.pk for line_id, row in present.items() if line_id not in wanted]
    changed: list[Any] = []
    for info in lines:
        line_id = str(info.line.pk)
        row = present.get(line_id)
        if line_id in wanted and not _is_up_to_date(row, wanted[line_id], name=name, reason=reason):
            row = _row(info.line, wanted[line_id], name=name, reason=reason)
            changed.append(row)
        kept = [discount for discount in info.discounts if not is_ours(discount)]
        info.discounts = [*kept, row] if line_id in wanted else kept
    if surplus:
        CheckoutLineDiscount.objects.filter(pk__in=surplus).delete()
    if changed:
        # An upsert: where a second write came in between, its row is overwritten and keeps its key.
        CheckoutLineDiscount.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["line", "unique_type"],
            update_fields=["type", "value_type", "value", "amount_value", "currency", "name", "reason"],
        )
    return bool(surplus or changed)


def _is_up_to_date(row: Any, amount: Decimal, *, name: str, reason: str) -> bool:
    if row is None or row.amount_value != amount:
        return False
    return bool(row.value == amount and row.name == name and row.reason == reason)


def _row(line: Any, amount: Decimal, *, name: str, reason: str) -> Any:
    return CheckoutLineDiscount(
        line=line,
        type=DiscountType.ORDER_PROMOTION,
        unique_type=UNIQUE_TYPE,
        value_type=DiscountValueType.FIXED,
        value=amount,
        amount_value=amount,
        currency=line.currency,
        name=name,
        reason=reason,
    )
