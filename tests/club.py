"""A small club in the playground's shop, for tests of the verbs: its rules, customers, carts and orders.

Carts and orders are the playground's own; points are given and read through the ledger. ``now`` is the host's clock,
so that what the shop writes and what the tests pass as ``at`` agree.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from playground import shop
from playground.models import Channel, Checkout, CheckoutLine, Listing, Order, Product, User, Variant
from playground.order_facts import read_order_facts
from saleor_loyalty.checkout import apply_points, commit_redemption
from saleor_loyalty.host import Requester
from saleor_loyalty.ledger import audit_accounts, give_points, open_account, read_points
from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram, LoyaltyTransaction
from saleor_loyalty.orders import settle_order
from saleor_loyalty.programs import create_program, publish_draft, update_draft

CHANNEL = "shop"
HOUR = datetime.timedelta(hours=1)


def now() -> datetime.datetime:
    return timezone.now()


# --- the scene ---


def open_channel(slug: str = CHANNEL, **fields: Any) -> Channel:
    return Channel.objects.create(slug=slug, name=slug, **{"currency": "ILS", "shipping_price": Decimal(30), **fields})


def rules(**parts: Any) -> dict[str, Any]:
    """One point for each whole unit paid; 100 points = 10, at least 100, at most 1000, at most 20 % (S1)."""
    redemption = {
        "key": "cart",
        "type": "VARIABLE_VALUE",
        "points": 100,
        "value": "10",
        "minPoints": 100,
        "maxPoints": 1000,
        "maxPercent": 20,
        **parts.pop("redemption", {}),
    }
    listing = {"key": CHANNEL, "channel": CHANNEL, "currency": "ILS", **parts.pop("listing", {})}
    return {
        "channels": [listing],
        "earning": [{"key": "basic", "name": "Basic", "type": "CONVERSION_RATE", "points": 1}],
        "redemption": [redemption],
        **parts,
    }


def publish(data: dict[str, Any] | None = None, *, slug: str = "club") -> LoyaltyProgram:
    at = now()
    program = LoyaltyProgram.objects.filter(slug=slug).first() or create_program(name="Club", slug=slug, at=at)
    update_draft(program.pk, data=data or rules(), at=at)
    publish_draft(program.pk, at=at)
    program.refresh_from_db()
    return program


def add_customer(email: str = "dana@example.com", **fields: Any) -> User:
    return User.objects.create_user(email, **fields)


def add_variant(sku: str = "SET", *, price: int | str = 100) -> Variant:
    product = Product.objects.create(slug=sku.lower(), name=sku)
    variant = Variant.objects.create(product=product, sku=sku)
    Listing.objects.create(variant=variant, channel=Channel.objects.get(slug=CHANNEL), price=Decimal(price))
    return variant


def change_price(variant: Variant, price: int | str) -> None:
    Listing.objects.filter(variant=variant).update(price=Decimal(price))


# --- points ---


def give(user: User, points: int, **values: Any) -> LoyaltyAccount:
    account = open_account(LoyaltyProgram.objects.get(), user_id=user.pk, at=now())
    give_points(account.pk, points=points, at=now(), idempotency_key=uuid.uuid4().hex, **values)
    account.refresh_from_db()
    return account


def points_of(account: LoyaltyAccount | User, *, at: datetime.datetime | None = None) -> tuple[int, int, int, int]:
    """Return (available, pending, reserved, debt)."""
    if isinstance(account, User):
        account = LoyaltyAccount.objects.get(user=account)
    points = read_points([account], at=at or now())[account.pk]
    return points.available, points.pending, points.reserved, points.debt


def movements(account: LoyaltyAccount | User | None = None) -> list[tuple[str, int]]:
    rows = LoyaltyTransaction.objects.order_by("pk")
    if isinstance(account, User):
        rows = rows.filter(account__user=account)
    elif account is not None:
        rows = rows.filter(account=account)
    return list(rows.values_list("type", "points"))


def audit() -> list[tuple[str, str]]:
    return [(finding.code, finding.message) for finding in audit_accounts(at=now())]


def everything_written(*, but: Collection[type[Model]] = ()) -> dict[str, list[Any]]:
    """Return all rows of all tables of ours but these, to show that a refusal wrote nothing."""
    models = [model for model in apps.get_app_config("saleor_loyalty").get_models() if model not in but]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


# --- carts and orders ---


def fill_cart(
    user: User | None, variant: Variant, quantity: int = 1, *, email: str = "", language_code: str = "en"
) -> Checkout:
    checkout = shop.create_checkout(
        Channel.objects.get(slug=CHANNEL),
        user=user,
        email=email,
        language_code=language_code,
        quantities={variant.pk: quantity},
    )
    Checkout.objects.filter(pk=checkout.pk).update(has_shipping=True)
    return checkout


def set_quantity(checkout: Checkout, quantity: int) -> None:
    """Change the cart behind the shop's back: no re-fit happens."""
    CheckoutLine.objects.filter(checkout=checkout).update(quantity=quantity)


def by(user: User) -> Requester:
    return Requester(user_id=user.pk)


def apply(checkout: Checkout, points: int, *, user: User | None = None, **values: Any):
    user = user or checkout.user
    return apply_points(checkout_id=str(checkout.pk), points=points, requester=by(user), **{"at": now(), **values})


def rows_on(checkout: Checkout) -> Decimal:
    from playground.carts import open_cart

    cart = open_cart(checkout.pk)
    return sum(cart.rows.values(), Decimal(0))


def total_of(checkout: Checkout) -> Decimal:
    from playground.carts import open_cart

    return open_cart(checkout.pk).totals.subtotal_gross


def complete(checkout: Checkout) -> Order:
    return shop.complete_checkout(checkout.pk, user=checkout.user)


def order_from(checkout: Checkout, check: Any = None):
    """Make an order of the checkout and commit its redemption, as a host does that keeps the checkout afterwards.

    Return the order's record, or None without points. ``check`` runs first, as hosts do it.
    """
    from playground.carts import open_cart

    if check is not None:
        check(checkout)
    cart = open_cart(checkout.pk)
    return commit(shop._write_order(cart), checkout, cart.current_discount())


def order_of(user: User | None, variant: Variant, quantity: int = 1, *, email: str = "", **fields: Any) -> Order:
    """Make an order without points and without any hook: nothing is settled."""
    checkout = fill_cart(user, variant, quantity, email=email)
    cart = shop._open(checkout.pk, for_update=False)
    order = shop._write_order(cart)
    Order.objects.filter(pk=order.pk).update(**fields)
    order.refresh_from_db()
    return order


def settle(order: Order, *, at: datetime.datetime | None = None):
    facts = read_order_facts(str(order.pk))
    assert facts is not None
    return settle_order(facts, at=at or now())


def fulfill(order: Order, *quantities: int):
    """Fulfil these quantities of the order's lines, or all that is left. Nothing is settled."""
    lines = list(order.lines.order_by("pk").values_list("pk", flat=True))
    return shop.fulfill(order, dict(zip(lines, quantities, strict=False)) if quantities else None)


def deliver(user: User, variant: Variant, quantity: int = 1, *, points: int = 0) -> Order:
    """Make an order, with so many points applied, that is paid, delivered and settled."""
    checkout = fill_cart(user, variant, quantity)
    if points:
        apply(checkout, points)
    order = complete(checkout)
    Order.objects.filter(pk=order.pk).update(is_paid=True)
    fulfill(order)
    settle(order)
    return order


def commit(order: Order, checkout: Checkout, discount: Any, **values: Any):
    return commit_redemption(
        **{
            "order_id": str(order.pk),
            "order_number": order.number,
            "checkout_id": str(checkout.pk),
            "user_id": order.user_id,
            "channel": CHANNEL,
            "discount": discount,
            "currency": "ILS",
            "at": now(),
            **values,
        }
    )
