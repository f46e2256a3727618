"""The shop of the Saleor benchmark: a hundred products, a hundred customers, and with the package a program.

Three lines are in the cart when it is made, a fourth comes later. 200 points are worth 20.00, as is the voucher.
"""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.utils import timezone
from saleor.channel.models import Channel
from saleor.product.models import Category, ProductVariant

from tests.scenarios.drivers import saleor_scene
from tests.scenarios.drivers.protocol import STAFF

from . import saleor_documents
from .saleor_client import send

PRODUCTS = 100
CUSTOMERS = 100
POINTS = 200
VOUCHER = "TWENTY"
VOUCHER_AMOUNT = Decimal(20)
CUSTOMER = "customer-{}@example.com"

RULES: dict[str, Any] = {
    "schemaVersion": 1,
    "channels": [{"key": "shop", "channel": saleor_scene.CHANNEL, "currency": saleor_scene.CURRENCY}],
    "earning": [{"key": "basic", "name": "Basic", "type": "CONVERSION_RATE", "points": 1}],
    "redemption": [
        {
            "key": "cart",
            "type": "VARIABLE_VALUE",
            "points": 100,
            "value": "10",
            "minPoints": 100,
            "maxPoints": 10000,
            "maxPercent": 90,
        }
    ],
}


def is_with_loyalty() -> bool:
    return apps.is_installed("saleor_loyalty")


def open_shop() -> Any:
    """Set the scene and return the warehouse."""
    channel, warehouse = saleor_scene.open_shop()
    Channel.objects.filter(pk=channel.pk).update(allow_unpaid_orders=False)
    parent = Category.objects.create(slug="women", name="Women")
    Category.objects.create(slug="dresses", name="Dresses", parent=parent)
    for number in range(PRODUCTS):
        saleor_scene.add_product(
            channel,
            warehouse,
            sku_of(number),
            price=Decimal(30 + number % 7 * 10),
            category="women" if number % 2 else "dresses",
            collections=("summer",) if number % 3 == 0 else (),
        )
    saleor_scene.add_voucher(channel, VOUCHER, percent=None, amount=VOUCHER_AMOUNT, min_spent=None)
    for number in range(CUSTOMERS):
        saleor_scene.add_customer(CUSTOMER.format(number), is_confirmed=True, language_code="en")
    if is_with_loyalty():
        _open_club()
    return warehouse


def _open_club() -> None:
    from saleor.account.models import User

    from saleor_loyalty.programs import create_program, publish_draft, update_draft

    now = timezone.now()
    program = create_program(name="Club", slug="club", at=now)
    update_draft(program.pk, data=RULES, at=now)
    publish_draft(program.pk, at=now)
    for pk in User.objects.filter(is_staff=False).order_by("pk").values_list("pk", flat=True):
        values = {
            "user": saleor_scene.to_global_id("User", pk),
            "points": 1_000_000,
            "reason": "a present",
            "idempotencyKey": str(uuid.uuid4()),
        }
        send(saleor_documents.POINTS_GIVE, {"input": values}, by=STAFF)


def sku_of(number: int) -> str:
    return f"SKU-{number}"


def line_inputs(numbers: range, *, quantity: int = 2) -> list[dict[str, Any]]:
    """Return GraphQL's inputs for one line of each of these products."""
    skus = [sku_of(number % PRODUCTS) for number in numbers]
    variants = dict(ProductVariant.objects.filter(sku__in=skus).values_list("sku", "pk"))
    return [
        {"variantId": saleor_scene.to_global_id("ProductVariant", variants[sku]), "quantity": quantity} for sku in skus
    ]


def checkout_input(first_product: int, *, email: str) -> dict[str, Any]:
    """Return GraphQL's input for a checkout of three lines."""
    return {
        "channel": saleor_scene.CHANNEL,
        "email": email,
        "lines": line_inputs(range(first_product, first_product + 3)),
        "languageCode": "EN",
        "shippingAddress": saleor_scene.ADDRESS,
        "billingAddress": saleor_scene.ADDRESS,
    }
