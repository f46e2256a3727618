"""The GraphQL documents that only Saleor's driver sends: payment, delivery, and inputs of another type."""

from __future__ import annotations

_ERRORS = "errors { field code message }"

ACCOUNT_REGISTER = f"""mutation($input: AccountRegisterInput!) {{
    accountRegister(input: $input) {{ requiresConfirmation {_ERRORS} }} }}"""
CONFIRM_ACCOUNT = f"""mutation($email: String!, $token: String!, $password: String) {{
    confirmAccount(email: $email, token: $token, password: $password) {{ user {{ id }} {_ERRORS} }} }}"""
SHIPPING_METHODS = "query($id: ID!) { checkout(id: $id) { shippingMethods { id } } }"
CHECKOUT_TOTAL = "query($id: ID!) { checkout(id: $id) { totalPrice { gross { amount } } } }"
CHECKOUT_LINES_UPDATE = f"""mutation($id: ID!, $lines: [CheckoutLineUpdateInput!]!) {{
    checkoutLinesUpdate(id: $id, lines: $lines) {{ checkout {{ id }} {_ERRORS} }} }}"""
CHECKOUT_PAYMENT_CREATE = f"""mutation($id: ID!, $input: PaymentInput!) {{
    checkoutPaymentCreate(id: $id, input: $input) {{ payment {{ id }} {_ERRORS} }} }}"""
TRANSACTION_CREATE = f"""mutation($id: ID!, $transaction: TransactionCreateInput!) {{
    transactionCreate(id: $id, transaction: $transaction) {{ transaction {{ id }} {_ERRORS} }} }}"""
ORDER_TOTAL = "query($id: ID!) { order(id: $id) { total { gross { amount } } } }"
ORDER_LINES = "query($id: ID!) { order(id: $id) { lines { id productSku quantityToFulfill } } }"
FULFILLMENT_CANCEL = f"""mutation($id: ID!, $input: FulfillmentCancelInput!) {{
    orderFulfillmentCancel(id: $id, input: $input) {{ fulfillment {{ id }} {_ERRORS} }} }}"""
