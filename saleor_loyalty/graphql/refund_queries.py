"""What a refund would take back and give back, for staff who are about to make it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import graphene

from ..host import get_host
from ..models import OrderRecord
from ..orders import PlannedRefund, RefundPreview, preview_refund
from ..programs import load_version
from . import host_types
from .host_types import MoneyValue
from .ids import text_key
from .permissions import require_manage_orders
from .reach import within_reach
from .request import LoyaltyRequest, loyalty_request
from .texts import Message, Texts
from .types.receipt import LoyaltyMessage


class LoyaltyRefundLineInput(graphene.InputObjectType):  # type: ignore[misc]
    order_line = graphene.ID(required=True, description="The line of the order.")
    quantity = graphene.Int(required=True, description="How many units of it, which have not come back yet.")

    class Meta:
        description = "Units that staff mean to refund or to take back."


@dataclass(frozen=True, kw_only=True, slots=True)
class PreviewInWords:
    """What LoyaltyRefundPreview resolves from."""

    preview: RefundPreview
    currency: str
    texts: Texts


class LoyaltyRefundPreview(graphene.ObjectType):  # type: ignore[misc]
    amount = graphene.Field(
        host_types.Money,
        required=True,
        description="The money that goes back: `amount`, or what the units and the shipping cost in money.",
    )
    reversed = graphene.Int(required=True, description="Points of the award that are taken back.")
    debt = graphene.Int(required=True, description="How many of these the customer has spent, and would owe.")
    unrecovered = graphene.Int(
        required=True, description="Points that should be taken back, but were spent, and stay with the customer."
    )
    returned = graphene.Int(required=True, description="Spent points that are given back.")
    messages = graphene.List(
        graphene.NonNull(LoyaltyMessage), required=True, description="What staff should know before."
    )

    class Meta:
        description = "What a refund would do to the points of an order, if nothing else happens before."

    @staticmethod
    def resolve_amount(root: PreviewInWords, _info: Any) -> MoneyValue:
        return MoneyValue(root.preview.amount, root.currency)

    @staticmethod
    def resolve_reversed(root: PreviewInWords, _info: Any) -> int:
        return root.preview.reversed_points

    @staticmethod
    def resolve_debt(root: PreviewInWords, _info: Any) -> int:
        return root.preview.debt

    @staticmethod
    def resolve_unrecovered(root: PreviewInWords, _info: Any) -> int:
        return root.preview.unrecovered_points

    @staticmethod
    def resolve_returned(root: PreviewInWords, _info: Any) -> int:
        return root.preview.returned_points

    @staticmethod
    def resolve_messages(root: PreviewInWords, _info: Any) -> list[Message]:
        if not root.preview.excess:
            return []
        return [root.texts.message("REFUND_WOULD_EXCEED", "WARNING", value=root.preview.excess)]


def resolve_loyalty_refund_preview(
    _root: Any,
    info: Any,
    order: str,
    lines: list[Any] | None = None,
    amount: Decimal | None = None,
    shipping: bool = False,
) -> PreviewInWords | None:
    """Return what the refund would do; None where there is no such order, line or amount, or no points are in it."""
    require_manage_orders(info)
    request = loyalty_request(info)
    order_id = text_key(order, "Order")
    if order_id is None or (amount is not None and amount < 0):
        return None
    # What is about to be refunded is judged as it is now, not as a replica has it.
    with get_host().write_context():
        record = _record_of(order_id, request)
        facts = get_host().order_facts(order_id) if record is not None else None
        if record is None or facts is None:
            return None
        units = _units(lines or [])
        if units is None or not units.keys() <= facts.ordered.keys():
            return None
        planned = PlannedRefund(units=units, amount=amount, with_shipping=shipping)
        preview = preview_refund(record, facts, planned=planned, at=request.at)
        rules = load_version(record.program_version_id).rules
    texts = Texts(
        language=request.language_code or facts.language_code,
        rules=rules,
        channel=record.channel_slug,
        currency=record.currency,
    )
    return PreviewInWords(preview=preview, currency=record.currency, texts=texts)


def _record_of(order_id: str, request: LoyaltyRequest) -> OrderRecord | None:
    records = within_reach(OrderRecord.objects.filter(order_id=order_id), request)
    if request.requester.channels is not None:
        records = records.filter(channel_slug__in=request.requester.channels)
    return records.select_related("account").order_by("pk").first()


def _units(lines: list[Any]) -> dict[str, int] | None:
    """Return units by line; None where one of them is no line or no number of units."""
    units: dict[str, int] = {}
    for line in lines:
        line_id = text_key(line.order_line, "OrderLine")
        if line_id is None or line.quantity < 1:
            return None
        units[line_id] = units.get(line_id, 0) + line.quantity
    return units


QUERIES: dict[str, tuple[graphene.Field, Callable[..., Any]]] = {
    "loyalty_refund_preview": (
        graphene.Field(
            LoyaltyRefundPreview,
            order=graphene.ID(required=True, description="The order."),
            lines=graphene.List(
                graphene.NonNull(LoyaltyRefundLineInput), description="The units that are refunded or come back."
            ),
            amount=graphene.Argument(
                host_types.DecimalNumber,
                description="The money that goes back; left out: what the units, and the shipping, cost in money.",
            ),
            shipping=graphene.Boolean(description="Whether the delivery is refunded too."),
            description=(
                "What a refund would do to the points of an order, before it is made; null for an order without "
                "points, for lines that are not the order's or fewer than one unit, and for a negative amount.\n\n"
                "Requires MANAGE_LOYALTY and MANAGE_ORDERS."
            ),
        ),
        resolve_loyalty_refund_preview,
    ),
}
