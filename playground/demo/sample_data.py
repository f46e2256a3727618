"""A shop in two channels with a program and a dozen customers, whose history is made by the real verbs."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from saleor_loyalty.checkout import apply_points
from saleor_loyalty.host import Requester
from saleor_loyalty.ledger import deduct_points, give_points, open_account
from saleor_loyalty.models import LoyaltyProgram
from saleor_loyalty.programs import create_program, publish_draft, update_draft

from .. import shop
from ..models import App, Category, Channel, Collection, Listing, Order, Product, User, Variant, Voucher

ITALY, ISRAEL = "italia", "israel"
PASSWORD = "playground"
STAFF_EMAIL = "staff@example.com"

RULES: dict[str, Any] = {
    "schemaVersion": 1,
    "channels": [
        {"key": "it", "channel": ITALY, "currency": "EUR", "timeZone": "Europe/Rome"},
        {"key": "il", "channel": ISRAEL, "currency": "ILS", "timeZone": "Asia/Jerusalem"},
    ],
    "earning": [
        {
            "key": "purchases",
            "name": "Points for purchases",
            "type": "CONVERSION_RATE",
            "points": 1,
            "channelRates": {ISRAEL: {"points": 1, "amountStep": "4"}},
        }
    ],
    "redemption": [
        {
            "key": "pay",
            "type": "VARIABLE_VALUE",
            "points": 100,
            "value": "10",
            "channelRates": {ISRAEL: {"points": 100, "value": "40"}},
            "minPoints": 100,
            "maxPoints": 1000,
            "maxPercent": 20,
            "overLimit": "BLOCK",
        }
    ],
}

# Slug, name, category, collection, price in euros and in shekels.
PRODUCTS = [
    ("table", "Oak table", "furniture", "workshop", "400", "1600"),
    ("armchair", "Armchair", "furniture", "workshop", "500", "2000"),
    ("sideboard", "Sideboard", "furniture", "workshop", "900", "3600"),
    ("lamp", "Desk lamp", "lighting", "workshop", "50", "200"),
    ("cup", "Coffee cup", "kitchen", "table-ware", "12.50", "49.90"),
    ("plate", "Dinner plate", "kitchen", "table-ware", "18", "72"),
    ("apron", "Apron", "kitchen", "table-ware", "35", "139.90"),
]

# First and last name, language, channel, points given at the start, what was bought (quantities by slug).
CUSTOMERS = [
    ("Noa", "Levi", "he", ISRAEL, 950, {"cup": 4}),
    ("דוד", "כהן", "he", ISRAEL, 200, {"lamp": 1}),
    ("מיכל", "ברק", "he", ISRAEL, 0, {"table": 1}),
    ("ليلى", "حداد", "ar", ISRAEL, 120, {"plate": 6}),
    ("عمر", "نصار", "ar", ISRAEL, 11, {"cup": 1}),
    ("سلمى", "خوري", "ar", ISRAEL, 3, {}),
    ("Giulia", "Rossi", "it", ITALY, 1150, {"plate": 2}),
    ("Marco", "Bianchi", "it", ITALY, 1, {"cup": 8}),
    ("Chiara", "Esposito", "it", ITALY, 99, {}),
    ("Alice", "Martin", "en", ITALY, 400, {"armchair": 1}),
    ("Tom", "Baker", "en", ITALY, 0, {"apron": 2, "cup": 2}),
    ("Zoë", "O'Neill", "en", ITALY, 2000, {"sideboard": 1}),
]
GIULIA, ALICE, NOA = "giulia@example.com", "alice@example.com", "noa@example.com"


def load_sample_data() -> None:
    """Fill an empty, migrated database."""
    channels = {channel.slug: channel for channel in _make_channels()}
    _make_catalogue(channels)
    program = _publish_program()
    User.objects.create_user(
        STAFF_EMAIL,
        PASSWORD,
        first_name="Sam",
        last_name="Staff",
        is_staff=True,
        permissions=["MANAGE_LOYALTY", "MANAGE_USERS", "MANAGE_ORDERS", "MANAGE_CHECKOUTS"],
    )
    App.objects.create(name="Reports", token="playground-app-token", permissions=["MANAGE_LOYALTY"])
    for number, customer in enumerate(CUSTOMERS, start=1):
        _make_customer(program, channels, number, *customer)
    _redeem_once(channels[ITALY])


def _make_channels() -> list[Channel]:
    return [
        Channel.objects.create(
            slug=ITALY, name="Italia", currency="EUR", tax_rate=Decimal("0.22"), shipping_price=Decimal(10)
        ),
        Channel.objects.create(
            slug=ISRAEL, name="ישראל", currency="ILS", tax_rate=Decimal("0.18"), shipping_price=Decimal(30)
        ),
    ]


def _make_catalogue(channels: dict[str, Channel]) -> None:
    home = Category.objects.create(slug="home", name="Home")
    for slug, name, category, collection, *prices in PRODUCTS:
        product = Product.objects.create(
            slug=slug,
            name=name,
            category=Category.objects.get_or_create(slug=category, defaults={"name": category, "parent": home})[0],
        )
        product.collections.add(Collection.objects.get_or_create(slug=collection, defaults={"name": collection})[0])
        variant = Variant.objects.create(product=product, sku=slug.upper())
        for channel, price in zip(channels.values(), prices, strict=True):
            Listing.objects.create(variant=variant, channel=channel, price=Decimal(price))
    Listing.objects.filter(variant__sku="APRON", channel__slug=ITALY).update(promotion_price=Decimal(28))
    Voucher.objects.create(channel=channels[ITALY], code="CIAO10", percent=Decimal(10))


def _publish_program() -> LoyaltyProgram:
    now = timezone.now()
    program = create_program(name="The Club", slug="club", at=now)
    update_draft(program.pk, data=RULES, at=now)
    publish_draft(program.pk, at=now)
    return program


def _make_customer(
    program: LoyaltyProgram,
    channels: dict[str, Channel],
    number: int,
    first_name: str,
    last_name: str,
    language: str,
    channel: str,
    points: int,
    bought: dict[str, int],
) -> None:
    name = first_name.lower().replace("ë", "e")
    name = name if name.isascii() else f"customer{number}"
    user = User.objects.create_user(
        f"{name}@example.com",
        PASSWORD,
        first_name=first_name,
        last_name=last_name,
        language_code=language,
    )
    joined_at = timezone.now() - datetime.timedelta(days=120 - number)
    account = open_account(program, user_id=user.pk, at=joined_at)
    if points:
        give_points(
            account.pk,
            points=points,
            at=joined_at,
            idempotency_key=f"welcome:{user.pk}",
            source="SIGN_UP",
            reason="Welcome to the club",
        )
    if bought:
        order = _buy(user, channels[channel], bought)
        with shop.changing_order(order.pk) as row:
            row.is_paid = True
            shop.fulfill(row, None)
    if number == len(CUSTOMERS):
        deduct_points(
            account.pk,
            points=50,
            at=timezone.now(),
            idempotency_key="correction:1",
            reason="Counted twice in the shop",
        )


def _buy(user: User, channel: Channel, quantities: dict[str, int], *, points: int = 0) -> Order:
    variants = dict(Variant.objects.filter(product__slug__in=quantities).values_list("product__slug", "pk"))
    checkout = shop.create_checkout(
        channel,
        user=user,
        email="",
        language_code=user.language_code,
        quantities={variants[slug]: quantity for slug, quantity in quantities.items()},
    )
    if points:
        requester = Requester(user_id=user.pk)
        apply_points(checkout_id=str(checkout.pk), points=points, requester=requester, at=timezone.now())
    return shop.complete_checkout(checkout.pk, user=user)


def _redeem_once(channel: Channel) -> None:
    """Somebody has spent points already."""
    _buy(User.objects.get(email="zoe@example.com"), channel, {"armchair": 1}, points=1000)
