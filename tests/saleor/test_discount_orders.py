"""The order equals the checkout, in each of Saleor's ways to complete one, and keeps our rows."""

from __future__ import annotations

import importlib.util
from decimal import Decimal

import graphene
import pytest
from saleor.order.models import Order, OrderLine
from saleor.payment.models import Payment

from .discount_carts import CASES, cart, money, use_net_prices  # noqa: F401
from .discount_customers import spend  # noqa: F401

pytestmark = pytest.mark.django_db

COMPLETE = """
mutation($id: ID!) { result: checkoutComplete(id: $id) { order { id } errors { field code message } } }
"""
CREATE = """
mutation($id: ID!) { result: orderCreateFromCheckout(id: $id) { order { id } errors { field code message } } }
"""
HAS_PAYMENTS = importlib.util.find_spec("saleor.payment.gateways.dummy") is not None


def pay(cart, clients):  # noqa: F811
    """Complete with a payment of the built-in gateway."""
    checkout = cart.totals()
    Payment.objects.create(
        checkout=cart.checkout,
        gateway="mirumee.payments.dummy",
        is_active=True,
        total=checkout.total_gross_amount - gift_card_balance(checkout),
        currency="USD",
        token="token",
    )
    return clients["customer"].post_graphql(COMPLETE, {"id": cart_id(cart)})


def pay_by_transaction(cart, clients):  # noqa: F811
    """Complete with a transaction of the whole total: 3.21 counts no gift card here."""
    checkout = cart.totals()
    cart.checkout.payment_transactions.create(
        name="Card",
        psp_reference="reference",
        currency="USD",
        charged_value=checkout.total_gross_amount,
    )
    cart.totals(force_status=True)
    return clients["customer"].post_graphql(COMPLETE, {"id": cart_id(cart)})


def create_by_app(cart, clients):  # noqa: F811
    return clients["app"].post_graphql(CREATE, {"id": cart_id(cart)}, permissions=[clients["permission"]])


def gift_card_balance(checkout):
    return sum((card.current_balance_amount for card in checkout.gift_cards.all()), Decimal(0))


def cart_id(cart):  # noqa: F811
    return graphene.Node.to_global_id("Checkout", cart.pk)


FLOWS = {"transaction": pay_by_transaction, "app": create_by_app}
if HAS_PAYMENTS:
    FLOWS["payment"] = pay


@pytest.fixture
def clients(user_api_client, app_api_client, permission_handle_checkouts):
    return {"customer": user_api_client, "app": app_api_client, "permission": permission_handle_checkouts}


@pytest.mark.parametrize("kind", ["gross", "net"])
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("flow", FLOWS)
def test_the_order_equals_the_checkout(cart, spend, clients, product_list, site_settings, flow, case, kind):  # noqa: F811
    # given
    if kind == "net":
        use_net_prices(cart.channel)
    before, discount_the_cart = CASES[case]
    discount_the_cart(cart, product_list[1].variants.get())
    rows = spend(70).discount
    checkout = cart.totals()
    paid_by_card = gift_card_balance(checkout)
    lines = {line_total(line) for line in checkout.lines.all()}

    # when
    content = FLOWS[flow](cart, clients).json()

    # then
    assert content["data"]["result"]["errors"] == []
    order = Order.objects.get()
    # (a gift card pays a part of the order: Saleor takes it off the order's total)
    assert order.total_gross_amount == checkout.total_gross_amount - paid_by_card
    if not paid_by_card:
        assert order.total == checkout.total
    with_tax = cart.channel.tax_configuration.prices_entered_with_tax
    entered = checkout.total_gross_amount if with_tax else checkout.total_net_amount
    assert entered == money(before) - money("7.00")
    assert {line_total(line) for line in OrderLine.objects.filter(order=order)} == lines

    # and Saleor has copied our rows, and nothing of them is in the order's own discounts
    kept = [row for line in order.lines.all() for row in line.discounts.all() if row.unique_type == "loyalty"]
    assert sorted(row.amount_value for row in kept) == sorted(rows.shares.values())
    assert sum((row.amount_value for row in kept), Decimal(0)) == rows.rows
    assert {row.type for row in kept} == {"order_promotion"}


def line_total(line):
    return line.variant_id, line.quantity, line.total_price_net_amount, line.total_price_gross_amount
