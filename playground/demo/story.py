"""Tells what happens to one customer's points, through the GraphQL endpoint, with the numbers that it answers.

Each step says what must come out; a step that comes out otherwise ends the story with an error.
"""

from __future__ import annotations

import json
import urllib.request
from decimal import Decimal
from typing import Any

from graphene import Node

from ..graphql.requests import make_token
from ..models import User, Variant
from .sample_data import ALICE, GIULIA, ITALY, STAFF_EMAIL

CHECKOUT = """checkout { id totalPrice { gross { amount } } loyalty {
    pointsToEarn { points message } redemption { maxPoints conditions } applied { points value { amount } } } }"""
ERRORS = "errors { code message }"
REFUSALS = "errors { code message maxPoints }"


class StoryFailed(AssertionError):
    """A step came out otherwise than told."""


class Story:
    def __init__(self, address: str) -> None:
        self.address = address
        self.steps = 0

    def tell(self) -> None:
        """Print the story. Raises StoryFailed."""
        self._product_page()
        checkout = self._cart()
        self._refusals(checkout)
        order = self._purchase(checkout)
        self._delivery(order)
        self._second_thoughts()
        self._audit()

    def _product_page(self) -> None:
        self._title("Giulia looks at a table")
        for language in ("IT", "EN", "HE", "AR"):
            offer = self._ask(
                f"""{{ product(slug: "table", channel: "{ITALY}") {{
                    loyalty(languageCode: {language}) {{ points message redemptionMessage }} }} }}"""
            )["product"]["loyalty"]
            self._expect("points for the table", offer["points"], 400)
            self._say(f"{language}: {offer['message']} · {offer['redemptionMessage']}")

    def _cart(self) -> str:
        self._title("She puts it into her cart and logs in")
        lines = [{"variantId": self._variant("TABLE"), "quantity": 1}]
        cart = self._do(
            f"checkoutCreate(input: $input) {{ {CHECKOUT} {ERRORS} }}",
            {"input": ("CheckoutCreateInput!", {"channel": ITALY, "lines": lines, "languageCode": "EN"})},
            by=GIULIA,
        )["checkout"]
        account = self._points(GIULIA)
        self._say(f"She has {account['available']} points. {cart['loyalty']['pointsToEarn']['message']}")
        self._say("Conditions: " + " ".join(cart["loyalty"]["redemption"]["conditions"]))
        self._expect("points that she may use", cart["loyalty"]["redemption"]["maxPoints"], 800)
        checkout: str = cart["id"]
        return checkout

    def _refusals(self, checkout: str) -> None:
        self._title("Not everything can be paid with points")
        for points, by, code in (
            (1000, GIULIA, "ABOVE_MAXIMUM_PERCENT"),
            (99, GIULIA, "BELOW_MINIMUM_POINTS"),
            (0, GIULIA, "INVALID"),
            (100, ALICE, "NOT_FOUND"),
        ):
            refused = self._apply(checkout, points, by=by)["errors"]
            self._expect("refusals", [error["code"] for error in refused], [code])
            who = "Giulia" if by == GIULIA else "Alice, on Giulia's cart,"
            self._say(f"{who} asks for {points}: {code} · {refused[0]['message']}")
        self._expect("points on the cart", self._points(GIULIA)["reserved"], 0)

    def _purchase(self, checkout: str) -> str:
        self._title("She uses 800 points and buys")
        cart = self._apply(checkout, 800, by=GIULIA)["checkout"]
        self._expect("applied value", _money(cart["loyalty"]["applied"]["value"]), Decimal("80.00"))
        self._expect("total", _money(cart["totalPrice"]["gross"]), Decimal("320.00"))
        self._say("800 points take 80.00 off: 320.00 instead of 400.00.")
        self._say(f"{self._points(GIULIA)['reserved']} points are set aside for the cart.")
        order = self._do(
            f"""checkoutComplete(id: $id) {{
                order {{ id number loyalty {{ pending redeemed messages {{ text }} }} }} {ERRORS} }}""",
            {"id": ("ID!", checkout)},
            by=GIULIA,
        )["order"]
        loyalty = order["loyalty"]
        self._expect("pending and redeemed", (loyalty["pending"], loyalty["redeemed"]), (320, 800))
        self._say(f"Order {order['number']}: " + " ".join(message["text"] for message in loyalty["messages"]))
        number: str = order["id"]
        return number

    def _delivery(self, order: str) -> None:
        self._title("The order is delivered: now the points are hers")
        before = self._points(GIULIA)["available"]
        self._do(
            f"orderFulfill(order: $order, input: {{}}) {{ fulfillments {{ id }} {ERRORS} }}",
            {"order": ("ID!", order)},
            by=STAFF_EMAIL,
        )
        after = self._points(GIULIA)["available"]
        self._expect("points from the order", after - before, 320)
        self._say(f"{before} + 320 = {after} points.")

    def _second_thoughts(self) -> None:
        self._title("She buys a chair with points, and cancels")
        before = self._points(GIULIA)["available"]
        lines = [{"variantId": self._variant("ARMCHAIR"), "quantity": 1}]
        cart = self._do(
            f"checkoutCreate(input: $input) {{ checkout {{ id }} {ERRORS} }}",
            {"input": ("CheckoutCreateInput!", {"channel": ITALY, "lines": lines})},
            by=GIULIA,
        )["checkout"]
        self._expect("refusals", self._apply(cart["id"], 200, by=GIULIA)["errors"], [])
        order = self._do(
            f"checkoutComplete(id: $id) {{ order {{ id }} {ERRORS} }}", {"id": ("ID!", cart["id"])}, by=GIULIA
        )["order"]
        between = self._points(GIULIA)["available"]
        self._do(f"orderCancel(id: $id) {{ {ERRORS} }}", {"id": ("ID!", order["id"])}, by=STAFF_EMAIL)
        after = self._points(GIULIA)["available"]
        self._expect("points before, between and after", (before - between, after - before), (200, 0))
        self._say(f"{before} - 200 = {between}; the order is cancelled and they are back: {after}.")

    def _audit(self) -> None:
        self._title("Staff recount the ledger")
        account = self._ask(
            """{ me { loyaltyAccount { transactions(first: 20, sortBy: {field: SEQUENCE, direction: ASC}) {
                edges { node { type pointsChange pointsBalance reason } } } } } }""",
            by=GIULIA,
        )["me"]["loyaltyAccount"]
        for edge in account["transactions"]["edges"]:
            node = edge["node"]
            self._say(
                f"{node['type']:<8} {node['pointsChange']:>+6} {node['pointsBalance']:>7}  {node['reason'] or ''}"
            )
        program = self._ask('{ loyaltyProgram(slug: "club") { id } }', by=STAFF_EMAIL)["loyaltyProgram"]["id"]
        self._do("loyaltyAuditStart(programId: $id) { errors { code } }", {"id": ("ID!", program)}, by=STAFF_EMAIL)
        report = self._ask(
            "query($id: ID!) { loyaltyAudit(programId: $id) { ok findings { code message } } }",
            {"id": program},
            by=STAFF_EMAIL,
        )["loyaltyAudit"]
        self._expect("findings of the audit", report["findings"], [])
        self._say("The numbers of all accounts add up, and the chain of every account is whole.")

    def _apply(self, checkout: str, points: int, *, by: str) -> dict[str, Any]:
        return self._do(
            f"checkoutLoyaltyPointsApply(id: $id, points: $points) {{ {CHECKOUT} {REFUSALS} }}",
            {"id": ("ID!", checkout), "points": ("Int!", points)},
            by=by,
            may_refuse=True,
        )

    def _points(self, email: str) -> dict[str, int]:
        answer = self._ask("{ me { loyaltyAccount { points { available reserved pending } } } }", by=email)
        points: dict[str, int] = answer["me"]["loyaltyAccount"]["points"]
        return points

    def _variant(self, sku: str) -> str:
        return str(Node.to_global_id("ProductVariant", Variant.objects.get(sku=sku).pk))

    def _do(
        self, selection: str, variables: dict[str, tuple[str, Any]], *, by: str, may_refuse: bool = False
    ) -> dict[str, Any]:
        """Run one mutation; ``variables`` are types and values by name."""
        declared = ", ".join(f"${name}: {type_name}" for name, (type_name, _) in variables.items())
        values = {name: value for name, (_, value) in variables.items()}
        payload: dict[str, Any] = next(
            iter(self._ask(f"mutation({declared}) {{ {selection} }}", values, by=by).values())
        )
        if payload["errors"] and not may_refuse:
            raise StoryFailed(payload["errors"])
        return payload

    def _ask(self, document: str, variables: dict[str, Any] | None = None, *, by: str | None = None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"}
        if by:
            headers["Authorization"] = f"Bearer {make_token(User.objects.get(email=by))}"
        body = json.dumps({"query": document, "variables": variables or {}}).encode()
        with urllib.request.urlopen(urllib.request.Request(self.address, body, headers), timeout=60) as response:
            answer = json.loads(response.read(), parse_float=Decimal)
        if answer.get("errors"):
            raise StoryFailed(answer["errors"])
        data: dict[str, Any] = answer["data"]
        return data

    def _title(self, text: str) -> None:
        self.steps += 1
        print(f"\n{self.steps}. {text}")

    def _say(self, text: str) -> None:
        print(f"   {text}")

    def _expect(self, what: str, found: Any, told: Any) -> None:
        if found != told:
            raise StoryFailed(f"{what}: {found} instead of {told}")


def _money(money: dict[str, Any]) -> Decimal:
    return Decimal(money["amount"]).quantize(Decimal("0.01"))
