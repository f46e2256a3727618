"""The GraphQL documents that both drivers send, and how their answers are read.

What Saleor and the playground name alike stands here; a driver keeps documents of its own for the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .protocol import AccountState, CheckoutState, Movement, OrderState, Outcome, Refusal

_ERRORS = "errors { field code message }"
_LOYALTY_ERRORS = "errors { field code message maxPoints minPoints }"


def _checkout_mutation(name: str, variables: str, arguments: str) -> str:
    return f"mutation($id: ID!, {variables}) {{ {name}(id: $id, {arguments}) {{ checkout {{ id }} {_ERRORS} }} }}"


CHECKOUT_CREATE = (
    f"mutation($input: CheckoutCreateInput!) {{ checkoutCreate(input: $input) {{ checkout {{ id }} {_ERRORS} }} }}"
)
CHECKOUT_DELIVERY = _checkout_mutation("checkoutDeliveryMethodUpdate", "$method: ID", "deliveryMethodId: $method")
CHECKOUT_LINES_ADD = _checkout_mutation("checkoutLinesAdd", "$lines: [CheckoutLineInput!]!", "lines: $lines")
# Saleor's input for an update is another type, so Saleor's driver has a document of its own.
CHECKOUT_LINES_UPDATE = _checkout_mutation("checkoutLinesUpdate", "$lines: [CheckoutLineInput!]!", "lines: $lines")
CHECKOUT_ADD_PROMO_CODE = _checkout_mutation("checkoutAddPromoCode", "$code: String!", "promoCode: $code")
CHECKOUT_REMOVE_PROMO_CODE = _checkout_mutation("checkoutRemovePromoCode", "$code: String", "promoCode: $code")
CHECKOUT_CUSTOMER_ATTACH = (
    f"mutation($id: ID!) {{ checkoutCustomerAttach(id: $id) {{ checkout {{ id }} {_ERRORS} }} }}"
)
CHECKOUT_CUSTOMER_DETACH = (
    f"mutation($id: ID!) {{ checkoutCustomerDetach(id: $id) {{ checkout {{ id }} {_ERRORS} }} }}"
)
CHECKOUT_COMPLETE = f"""mutation($id: ID!) {{ checkoutComplete(id: $id) {{
    order {{ id loyalty {{ pending }} }} {_ERRORS} }} }}"""
POINTS_APPLY = f"""mutation($id: ID!, $points: Int!, $key: String) {{
    checkoutLoyaltyPointsApply(id: $id, points: $points, idempotencyKey: $key) {{
        checkout {{ id }} {_LOYALTY_ERRORS} }} }}"""
POINTS_REMOVE = f"""mutation($id: ID!) {{
    checkoutLoyaltyPointsRemove(id: $id) {{ checkout {{ id }} {_LOYALTY_ERRORS} }} }}"""
CHECKOUT = """query($id: ID, $points: Int) { checkout(id: $id) {
    voucherCode
    totalPrice { gross { amount } }
    subtotalPrice { gross { amount } }
    lines { isGift variant { sku } totalPrice { gross { amount } } }
    loyalty {
        pointsToEarn { points }
        redemption(points: $points) { maxPoints blockedReason }
        applied { points value { amount } }
        messages { code }
    } } }"""

ORDER_MARK_AS_PAID = f"mutation($id: ID!) {{ orderMarkAsPaid(id: $id) {{ {_ERRORS} }} }}"
ORDER_FULFILL = f"""mutation($order: ID!, $input: OrderFulfillInput!) {{
    orderFulfill(order: $order, input: $input) {{ fulfillments {{ id }} {_ERRORS} }} }}"""
FULFILLMENT_CANCEL = f"mutation($id: ID!) {{ orderFulfillmentCancel(id: $id) {{ {_ERRORS} }} }}"
ORDER_CONFIRM = f"mutation($id: ID!) {{ orderConfirm(id: $id) {{ {_ERRORS} }} }}"
ORDER_LINE_UPDATE = f"""mutation($id: ID!, $input: OrderLineInput!) {{
    orderLineUpdate(id: $id, input: $input) {{ {_ERRORS} }} }}"""
ORDER_LINE_DELETE = f"mutation($id: ID!) {{ orderLineDelete(id: $id) {{ {_ERRORS} }} }}"
ORDER_REFUND_PRODUCTS = f"""mutation($order: ID!, $input: OrderRefundProductsInput!) {{
    orderFulfillmentRefundProducts(order: $order, input: $input) {{ {_ERRORS} }} }}"""
ORDER_RETURN = f"""mutation($order: ID!, $input: OrderReturnProductsInput!) {{
    orderFulfillmentReturnProducts(order: $order, input: $input) {{ {_ERRORS} }} }}"""
ORDER_REFUND = f"mutation($id: ID!, $amount: Decimal!) {{ orderRefund(id: $id, amount: $amount) {{ {_ERRORS} }} }}"
ORDER_CANCEL = f"mutation($id: ID!) {{ orderCancel(id: $id) {{ {_ERRORS} }} }}"
ORDER = """query($id: ID!) { order(id: $id) {
    status
    total { gross { amount } }
    lines { id productSku }
    loyalty { earned pending redeemed redeemedValue { amount } reversed returned } } }"""
ORDER_LINES = "query($id: ID!) { order(id: $id) { lines { id productSku quantity } } }"

ACCOUNT = """{ me { loyaltyAccount {
    revision
    points { available balance pending reserved debt earned redeemed }
    transactions(first: 100, sortBy: {field: SEQUENCE, direction: ASC}) {
        edges { node { type pointsChange pointsBalance } } } } } }"""
POINTS_GIVE = f"""mutation($input: LoyaltyPointsGiveInput!) {{
    loyaltyPointsGive(input: $input) {{ {_LOYALTY_ERRORS} }} }}"""
POINTS_DEDUCT = f"""mutation($input: LoyaltyPointsDeductInput!) {{
    loyaltyPointsDeduct(input: $input) {{ {_LOYALTY_ERRORS} }} }}"""
BALANCE_SET = f"""mutation($input: LoyaltyBalanceSetInput!) {{
    loyaltyBalanceSet(input: $input) {{ {_LOYALTY_ERRORS} }} }}"""
AUDIT_START = f"""mutation($program: ID!) {{
    loyaltyAuditStart(programId: $program) {{ {_LOYALTY_ERRORS} }} }}"""
AUDIT = "query($program: ID!) { loyaltyAudit(programId: $program) { status findings { code } } }"


def checkout_state(checkout: Mapping[str, Any]) -> CheckoutState:
    loyalty = checkout["loyalty"]
    redemption, applied = loyalty["redemption"], loyalty["applied"]
    return CheckoutState(
        total=_gross(checkout["totalPrice"]),
        subtotal=_gross(checkout["subtotalPrice"]),
        line_totals={
            line["variant"]["sku"]: _gross(line["totalPrice"]) for line in checkout["lines"] if not line["isGift"]
        },
        points_to_earn=loyalty["pointsToEarn"]["points"],
        applied_points=applied["points"] if applied else 0,
        applied_value=_amount(applied["value"]) if applied else Decimal(0),
        max_points=redemption["maxPoints"] if redemption else None,
        blocked_code=redemption["blockedReason"] if redemption else None,
        voucher_code=checkout["voucherCode"],
        messages=tuple(message["code"] for message in loyalty["messages"]),
    )


def order_state(order: Mapping[str, Any]) -> OrderState | None:
    loyalty = order["loyalty"]
    if loyalty is None:
        return None
    return OrderState(
        total=_gross(order["total"]),
        status=order["status"],
        line_ids={line["productSku"]: line["id"] for line in order["lines"]},
        earned=loyalty["earned"],
        pending=loyalty["pending"],
        redeemed=loyalty["redeemed"],
        redeemed_value=_amount(loyalty["redeemedValue"]),
        reversed=loyalty["reversed"],
        returned=loyalty["returned"],
    )


def account_state(account: Mapping[str, Any] | None) -> AccountState:
    if account is None:
        return AccountState(available=0, balance=0, pending=0, reserved=0, debt=0, earned=0, redeemed=0, revision=0)
    return AccountState(**account["points"], revision=account["revision"])


def movements(account: Mapping[str, Any] | None) -> list[Movement]:
    edges = account["transactions"]["edges"] if account else []
    return [
        Movement(type=edge["node"]["type"], points=edge["node"]["pointsChange"], balance=edge["node"]["pointsBalance"])
        for edge in edges
    ]


def outcome(payload: Mapping[str, Any]) -> Outcome:
    order = payload.get("order")
    loyalty = order.get("loyalty") if order else None
    return Outcome(
        errors=tuple(
            Refusal(
                code=error["code"],
                field=error["field"],
                message=error["message"] or "",
                max_points=error.get("maxPoints"),
                min_points=error.get("minPoints"),
            )
            for error in payload["errors"]
        ),
        order=order["id"] if order else None,
        pending=loyalty["pending"] if loyalty else None,
    )


def top_level_refusal(error: Mapping[str, Any]) -> Refusal:
    """Return an error of the whole answer, such as a missing permission, by the name of its exception."""
    code = error.get("extensions", {}).get("exception", {}).get("code", "")
    return Refusal(code=code, message=error["message"])


def _gross(price: Mapping[str, Any]) -> Decimal:
    return _amount(price["gross"])


def _amount(money: Mapping[str, Any] | None) -> Decimal:
    """Return an amount with two decimals: JSON has 43 where the currency has 43.00."""
    return Decimal(money["amount"]).quantize(Decimal("0.01")) if money else Decimal("0.00")
