"""One Saleor process of the benchmark, with the package or without it. Started by ``benchmarks/saleor.py``.

It reads commands from its standard input and answers on the standard output, a line of JSON each:
``{"do": "open"}``, ``{"do": "measure", "case": …, "operation": …}``, ``{"do": "list", "name": …, "size": …}``.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import django

django.setup()
import saleor.graphql.api  # noqa: E402, F401  (before any of its parts: they import each other in a circle)

from tests.scenarios.drivers import saleor_scene  # noqa: E402
from tests.scenarios.drivers.protocol import STAFF  # noqa: E402

from . import saleor_documents as documents  # noqa: E402
from .saleor_client import Answer, send  # noqa: E402
from .saleor_commands import serve  # noqa: E402
from .saleor_shop import (  # noqa: E402
    CUSTOMER,
    CUSTOMERS,
    POINTS,
    VOUCHER,
    checkout_input,
    is_with_loyalty,
    line_inputs,
    open_shop,
)


class Purchase:
    """One purchase, from the first line in the cart to the parcel; each method sends the operation of its name."""

    def __init__(self, customer: str, warehouse: Any) -> None:
        self.customer = customer
        self.warehouse = warehouse
        self.checkout = ""
        self.order = ""

    def checkout_create(self) -> Answer:
        answer = send(documents.CHECKOUT_CREATE, {"input": checkout_input(0, email=self.customer)}, by=self.customer)
        self.checkout = answer.payload["checkout"]["id"]
        return answer

    def promo_code(self) -> Answer:
        return send(documents.CHECKOUT_ADD_PROMO_CODE, {"id": self.checkout, "code": VOUCHER}, by=self.customer)

    def points_apply(self) -> Answer:
        return send(documents.POINTS_APPLY, {"id": self.checkout, "points": POINTS}, by=self.customer)

    def checkout_lines_add(self) -> Answer:
        variables = {"id": self.checkout, "lines": line_inputs(range(3, 4))}
        return send(documents.CHECKOUT_LINES_ADD, variables, by=self.customer)

    def checkout_delivery_method_update(self) -> Answer:
        methods = send(documents.SHIPPING_METHODS, {"id": self.checkout}, by=self.customer)
        variables = {"id": self.checkout, "method": methods.payload["shippingMethods"][0]["id"]}
        return send(documents.CHECKOUT_DELIVERY_METHOD_UPDATE, variables, by=self.customer)

    def checkout_complete(self) -> Answer:
        total = send(documents.CHECKOUT_TOTAL, {"id": self.checkout}, by=self.customer)
        charged = {"amount": total.payload["totalPrice"]["gross"]["amount"], "currency": saleor_scene.CURRENCY}
        transaction = {"name": "Card", "pspReference": str(uuid.uuid4()), "amountCharged": charged}
        send(documents.TRANSACTION_CREATE, {"id": self.checkout, "transaction": transaction}, by=STAFF)
        answer = send(documents.CHECKOUT_COMPLETE, {"id": self.checkout}, by=self.customer)
        self.order = answer.payload["order"]["id"]
        return answer

    def order_fulfill(self) -> Answer:
        lines = send(documents.ORDER_LINES, {"id": self.order}, by=STAFF).payload["lines"]
        warehouse = saleor_scene.to_global_id("Warehouse", self.warehouse.pk)
        values = [
            {"orderLineId": line["id"], "stocks": [{"warehouse": warehouse, "quantity": line["quantityToFulfill"]}]}
            for line in lines
        ]
        variables = {"order": self.order, "input": {"lines": values, "notifyCustomer": False}}
        answer = send(documents.ORDER_FULFILL, variables, by=STAFF)
        if is_with_loyalty():
            self._settle()
        return answer

    def _settle(self) -> None:
        """Do what the task does that the request asked for."""
        from graphene import Node

        from saleor_loyalty.tasks import settle_order_task

        settle_order_task.run(Node.from_global_id(self.order)[1])


OPERATIONS: dict[str, Callable[[Purchase], Answer]] = {
    "checkoutCreate": Purchase.checkout_create,
    "promo code": Purchase.promo_code,
    "points": Purchase.points_apply,
    "checkoutLinesAdd": Purchase.checkout_lines_add,
    "checkoutDeliveryMethodUpdate": Purchase.checkout_delivery_method_update,
    "checkoutComplete": Purchase.checkout_complete,
    "orderFulfill": Purchase.order_fulfill,
}


class Worker:
    """The state between the commands: the shop, and the purchase that each case is in."""

    def __init__(self) -> None:
        self.warehouse: Any = None
        self.purchases: dict[str, Purchase] = {}
        self.cases: list[str] = []

    def open(self) -> dict[str, Any]:
        self.warehouse = open_shop()
        return {}

    def measure(self, case: str, operation: str) -> dict[str, Any]:
        if operation == "checkoutCreate":
            if case not in self.cases:
                self.cases.append(case)
            customer = CUSTOMER.format(self.cases.index(case))
            self.purchases[case] = Purchase(customer, self.warehouse)
        return OPERATIONS[operation](self.purchases[case]).measured()

    def fill_checkouts(self) -> dict[str, Any]:
        """Give each customer a checkout with points on it."""
        for number in range(CUSTOMERS):
            purchase = Purchase(CUSTOMER.format(number), self.warehouse)
            purchase.checkout_create()
            purchase.points_apply()
            self.purchases[f"filled {number}"] = purchase
        return {}

    def fill_orders(self) -> dict[str, Any]:
        """Make an order of each of those checkouts."""
        for number in range(CUSTOMERS):
            purchase = self.purchases[f"filled {number}"]
            purchase.checkout_delivery_method_update()
            purchase.checkout_complete()
        return {}

    def list(self, name: str, size: int) -> dict[str, Any]:
        """Read a list without our fields and with them."""
        variables = {"first": size, "channel": saleor_scene.CHANNEL}
        plain, ours = (send(document, variables, by=STAFF) for document in documents.LISTS[name])
        if len(ours.payload["edges"]) != size:
            raise RuntimeError(f"{name}: {len(ours.payload['edges'])} instead of {size}")
        return {"plain": plain.measured(), "ours": ours.measured()}


if __name__ == "__main__":
    serve(Worker())
