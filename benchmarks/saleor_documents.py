"""The GraphQL documents that the Saleor benchmark sends: those of a storefront with its cart on the screen.

Operations that are compared between a Saleor with and without the package ask for the same fields on both sides, none
of them ours. The documents of lists come in two: with our fields and without.
"""

from __future__ import annotations

_ERRORS = "errors { field code message }"
_MONEY = "{ gross { amount } net { amount } tax { amount } currency }"
_CART = f"""checkout {{
    id email voucherCode discount {{ amount }} totalPrice {_MONEY} subtotalPrice {_MONEY} shippingPrice {_MONEY}
    shippingAddress {{ id city country {{ code }} }}
    lines {{ id quantity unitPrice {_MONEY} totalPrice {_MONEY} undiscountedTotalPrice {{ amount }}
        variant {{ id sku name product {{ id name slug category {{ id name }} }} }} }} }}"""


def _cart_mutation(name: str, variables: str, arguments: str, errors: str = _ERRORS) -> str:
    return f"mutation({variables}) {{ {name}({arguments}) {{ {_CART} {errors} }} }}"


CHECKOUT_CREATE = _cart_mutation("checkoutCreate", "$input: CheckoutCreateInput!", "input: $input")
CHECKOUT_LINES_ADD = _cart_mutation(
    "checkoutLinesAdd", "$id: ID!, $lines: [CheckoutLineInput!]!", "id: $id, lines: $lines"
)
CHECKOUT_DELIVERY_METHOD_UPDATE = _cart_mutation(
    "checkoutDeliveryMethodUpdate", "$id: ID!, $method: ID", "id: $id, deliveryMethodId: $method"
)
CHECKOUT_ADD_PROMO_CODE = _cart_mutation(
    "checkoutAddPromoCode", "$id: ID!, $code: String!", "id: $id, promoCode: $code"
)
POINTS_APPLY = _cart_mutation("checkoutLoyaltyPointsApply", "$id: ID!, $points: Int!", "id: $id, points: $points")
CHECKOUT_COMPLETE = f"""mutation($id: ID!) {{ checkoutComplete(id: $id) {{
    order {{ id number status total {_MONEY} lines {{ id productName quantity totalPrice {_MONEY} }} }}
    {_ERRORS} }} }}"""
ORDER_FULFILL = f"""mutation($order: ID!, $input: OrderFulfillInput!) {{ orderFulfill(order: $order, input: $input) {{
    fulfillments {{ id status }} order {{ id status }} {_ERRORS} }} }}"""

# Sent between the measured operations.
SHIPPING_METHODS = "query($id: ID!) { checkout(id: $id) { shippingMethods { id } } }"
CHECKOUT_TOTAL = "query($id: ID!) { checkout(id: $id) { totalPrice { gross { amount } } } }"
TRANSACTION_CREATE = f"""mutation($id: ID!, $transaction: TransactionCreateInput!) {{
    transactionCreate(id: $id, transaction: $transaction) {{ transaction {{ id }} {_ERRORS} }} }}"""
ORDER_LINES = "query($id: ID!) { order(id: $id) { lines { id quantityToFulfill } } }"
POINTS_GIVE = f"""mutation($input: LoyaltyPointsGiveInput!) {{ loyaltyPointsGive(input: $input) {{ {_ERRORS} }} }}"""

_RECEIPT = "receipt { points summary }"
_OFFER = f"loyalty {{ points message redemptionMessage {_RECEIPT} }}"
_CHECKOUT_LOYALTY = f"""loyalty {{ pointsToEarn {{ points message {_RECEIPT} }}
    redemption {{ available minPoints maxPoints maxValue {{ amount }} blockedReason blockedMessage }}
    applied {{ points value {{ amount }} expiresAt }} messages {{ code text }} }}"""
_ORDER_LOYALTY = f"""loyalty {{ earned pending redeemed redeemedValue {{ amount }} reversed returned
    messages {{ code text }} {_RECEIPT} }}"""
_ACCOUNT = """id email status memberStatus revision lastActivityAt value(channel: $channel) { amount }
    points { available balance pending reserved debt expiringSoon earned redeemed expired reversed deducted }
    reservations { id points value { amount } }"""


def _list(field: str, plain: str, ours: str, *, extra: str = "") -> tuple[str, str]:
    """Return the document without our fields and the one with them."""
    texts = (
        f"{{ {field}(first: $first{extra}) {{ edges {{ node {{ {node} }} }} }} }}"
        for node in (plain, f"{plain} {ours}")
    )
    without, with_ours = (
        f"query($first: Int!{', $channel: String' if '$channel' in text else ''}) {text}" for text in texts
    )
    return without, with_ours


LISTS = {
    "products": _list("products", "id name slug", _OFFER, extra=", channel: $channel"),
    "product variants": _list("productVariants", "id name sku", _OFFER, extra=", channel: $channel"),
    "checkouts": _list("checkouts", "id email", _CHECKOUT_LOYALTY, extra=", channel: $channel"),
    "orders": _list("orders", "id number", _ORDER_LOYALTY, extra=", channel: $channel"),
    "accounts": _list("loyaltyAccounts", "id", _ACCOUNT),
    "customers": _list("customers", "id email", f"loyaltyAccount(channel: $channel) {{ {_ACCOUNT} }}"),
}
"""By name: without our fields and with them."""
