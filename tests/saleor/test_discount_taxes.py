"""With a tax app: it gets the reduced lines, and the total falls by exactly the value."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from unittest import mock

import pytest
import requests
from saleor.tax import TaxCalculationStrategy
from saleor.webhook.event_types import WebhookEventSyncType
from saleor.webhook.models import Webhook

from .discount_carts import CASES, cart, make_voucher, money, use_net_prices  # noqa: F401

pytestmark = pytest.mark.django_db

QUERY = """
subscription { event { ... on CalculateTaxes { taxBase {
    pricesEnteredWithTax
    shippingPrice { amount }
    discounts { amount { amount } }
    lines { quantity totalPrice { amount } }
} } } }
"""
RATE = Decimal("23")


class TaxApp:
    """Answers as a tax app with one rate does; takes an order-level discount off the lines, the first one first."""

    def __init__(self):
        self.asked = []

    def answer(self, method, url, *, data, **kwargs):
        base = json.loads(data)["taxBase"]
        self.asked.append(base)
        with_tax = base["pricesEnteredWithTax"]
        left = sum((Decimal(str(discount["amount"]["amount"])) for discount in base["discounts"]), Decimal(0))
        lines = []
        for line in base["lines"]:
            total = Decimal(str(line["totalPrice"]["amount"]))
            part = min(left, total)
            left -= part
            net, gross = self.tax(total - part, with_tax)
            lines.append({"tax_rate": "23", "total_net_amount": net, "total_gross_amount": gross})
        net, gross = self.tax(Decimal(str(base["shippingPrice"]["amount"])), with_tax)
        shipping = {"shipping_tax_rate": "23", "shipping_price_net_amount": net, "shipping_price_gross_amount": gross}
        response = requests.Response()
        response.status_code = 200
        response._content = json.dumps({**shipping, "lines": lines}).encode()
        return response

    @staticmethod
    def tax(amount, with_tax):
        factor = 1 + RATE / 100
        net = (amount / factor).quantize(money("0.01"), rounding=ROUND_HALF_UP) if with_tax else amount
        gross = amount if with_tax else (amount * factor).quantize(money("0.01"), rounding=ROUND_HALF_UP)
        return str(net), str(gross)


@pytest.fixture
def tax_app(cart, app, permission_handle_taxes, settings):  # noqa: F811
    # 3.21 and 3.22 send webhooks through a plugin of their own, which Saleor's test settings leave out.
    settings.PLUGINS = [*settings.PLUGINS, "saleor.plugins.webhook.plugin.WebhookPlugin"]
    app.identifier = "tax.app"
    app.save()
    app.permissions.add(permission_handle_taxes)
    webhook = Webhook.objects.create(
        name="taxes", app=app, target_url="https://taxes.example.com/", subscription_query=QUERY
    )
    webhook.events.create(event_type=WebhookEventSyncType.CHECKOUT_CALCULATE_TAXES)
    configuration = cart.channel.tax_configuration
    configuration.tax_calculation_strategy = TaxCalculationStrategy.TAX_APP
    configuration.tax_app_id = "tax.app"
    configuration.save()
    tax_app = TaxApp()
    with mock.patch("requests_hardened.Manager.send_request", side_effect=tax_app.answer):
        yield tax_app


@pytest.mark.parametrize("kind", ["gross", "net"])
@pytest.mark.parametrize("case", CASES)
def test_the_total_falls_by_the_value(cart, tax_app, product_list, case, kind):  # noqa: F811
    # given
    if kind == "net":
        use_net_prices(cart.channel)
    before, discount_the_cart = CASES[case]
    discount_the_cart(cart, product_list[1].variants.get())
    assert cart.total(force=True) == money(before)

    # when
    cart.put("7.00")

    # then
    assert cart.total() == money(before) - money("7.00")
    assert cart.checkout.tax_error is None


def test_the_tax_app_is_told_the_reduced_lines(cart, tax_app):  # noqa: F811
    # given
    cart.add_code(make_voucher(cart, percent="10"))

    # when
    applied = cart.put("7.00")
    cart.total()

    # then the rows of 7.78 and the percentage of the rest take 4.00 + 7.00 off
    assert applied.rows == money("7.78")
    base = tax_app.asked[-1]
    assert sum(Decimal(str(line["totalPrice"]["amount"])) for line in base["lines"]) == money("32.22")
    assert [Decimal(str(row["amount"]["amount"])) for row in base["discounts"]] == [money("3.22")]
