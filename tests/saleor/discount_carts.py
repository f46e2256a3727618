"""A small cart on a real Saleor and twelve ways to discount it, for the tests of our rows.

The cart: 3 pieces at 10.00 and 1 piece at 10.00, shipping 10.00, sent to Poland (23 % tax, flat rate).
"""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from saleor.checkout.calculations import fetch_checkout_data
from saleor.checkout.fetch import CheckoutInfo, fetch_checkout_info, fetch_checkout_lines
from saleor.checkout.models import Checkout, CheckoutLine
from saleor.checkout.utils import add_promo_code_to_checkout, invalidate_checkout
from saleor.discount import DiscountValueType, RewardType, RewardValueType, VoucherType
from saleor.discount.models import Promotion, Voucher, VoucherChannelListing, VoucherCode
from saleor.giftcard.models import GiftCard
from saleor.plugins.manager import get_plugins_manager
from saleor.tax import TaxCalculationStrategy

from saleor_loyalty.adapter.checkout import open_checkout
from saleor_loyalty.programs import create_program, publish_draft, update_draft

NAME, REASON = "Loyalty points", "70 points"


RULES = {
    "channels": [{"key": "shop", "channel": "main", "currency": "USD"}],
    "earning": [{"key": "earn", "name": "Earn", "type": "CONVERSION_RATE", "points": 1, "scope": {"type": "SHOP"}}],
    "redemption": [
        {
            "key": "spend",
            "type": "VARIABLE_VALUE",
            "points": 100,
            "value": "10",
            "step": 10,
            "scope": {"type": "SHOP"},
            "combination": {"withCoupons": True, "withAutomaticDiscounts": True, "withBuyXGetY": True},
        }
    ],
}
"""A club where 100 points are worth 10.00 and everything may be combined."""


def money(text):
    return Decimal(text)


def open_club(channel, **redemption):
    """Publish the program for a channel; while none is active our rows count nothing."""
    rules = {
        **RULES,
        "channels": [{"key": "shop", "channel": channel.slug, "currency": channel.currency_code}],
        "redemption": [{**RULES["redemption"][0], **redemption}],
    }
    at = timezone.now()
    program = create_program(name="Club", slug="club", at=at)
    update_draft(program.pk, data=rules, at=at)
    publish_draft(program.pk, at=at)
    return program


class Cart:
    """A checkout as a customer sees it."""

    def __init__(self, checkout):
        self.pk = checkout.pk
        self.channel = checkout.channel

    @property
    def checkout(self):
        return Checkout.objects.get(pk=self.pk)

    def infos(self):
        manager = get_plugins_manager(allow_replica=False)
        checkout = self.checkout
        lines, _ = fetch_checkout_lines(checkout)
        return manager, fetch_checkout_info(checkout, lines, manager), lines

    def totals(self, *, force=False, force_status=False):
        """Return the checkout as the next query resolves it: recalculated where its prices have expired."""
        manager, info, lines = self.infos()
        arguments = {"force_update": force, "force_status_update": force_status}
        if "requestor" in fetch_checkout_data.__code__.co_varnames:
            arguments["requestor"] = None
        result = fetch_checkout_data(info, manager, lines, **arguments)
        if hasattr(result, "get"):
            result.get()
        return info.checkout

    def total(self, *, force=False):
        """Return the total in the entry kind."""
        checkout = self.totals(force=force)
        with_tax = self.channel.tax_configuration.prices_entered_with_tax
        return checkout.total_gross_amount if with_tax else checkout.total_net_amount

    def line_totals(self):
        self.totals()
        lines = CheckoutLine.objects.filter(checkout_id=self.pk)
        with_tax = self.channel.tax_configuration.prices_entered_with_tax
        return [line.total_price_gross_amount if with_tax else line.total_price_net_amount for line in lines]

    def line_ids(self):
        lines = CheckoutLine.objects.filter(checkout_id=self.pk, is_gift=False)
        return [str(pk) for pk in lines.values_list("pk", flat=True)]

    def edit(self):
        """Do what each mutation of the cart does at its end."""
        manager, info, lines = self.infos()
        invalidate_checkout(info, lines, manager, save=True)

    def set_quantity(self, position, quantity):
        line = CheckoutLine.objects.filter(checkout_id=self.pk)[position]
        line.quantity = quantity
        line.save(update_fields=["quantity"])
        self.edit()

    def expire_prices(self):
        now = timezone.now()
        Checkout.objects.filter(pk=self.pk).update(price_expiration=now, discount_expiration=now)

    def add_code(self, code):
        manager, info, lines = self.infos()
        add_promo_code_to_checkout(manager, info, lines, code)
        invalidate_checkout(info, lines, manager, recalculate_discount=False, save=True)

    def open(self):
        return open_checkout(str(self.pk), for_update=False)

    def put(self, value, line_ids=None):
        with transaction.atomic():
            handle = open_checkout(str(self.pk), for_update=True)
            return handle.put_discount(money(value), line_ids or self.line_ids(), name=NAME, reason=REASON)

    def take_off(self):
        with transaction.atomic():
            open_checkout(str(self.pk), for_update=True).take_discount_off()

    def set_price(self, position, price, *, discounted=None):
        """Change the catalogue's price of a line's variant."""
        line = CheckoutLine.objects.filter(checkout_id=self.pk)[position]
        listing = line.variant.channel_listings.get(channel=self.channel)
        listing.price_amount = money(price)
        listing.discounted_price_amount = money(discounted or price)
        listing.save(update_fields=["price_amount", "discounted_price_amount"])
        return listing


@pytest.fixture
def cart(db, channel_USD, product, product_list, address, shipping_method):  # noqa: N803  (Saleor's fixture)
    configuration = channel_USD.tax_configuration
    configuration.country_exceptions.all().delete()
    configuration.tax_calculation_strategy = TaxCalculationStrategy.FLAT_RATES
    configuration.prices_entered_with_tax = True
    configuration.save()
    checkout = Checkout.objects.create(
        currency="USD",
        channel=channel_USD,
        email="someone@example.com",
        shipping_address=address,
        billing_address=address,
        price_expiration=timezone.now(),
        discount_expiration=timezone.now(),
    )
    for variant, quantity in ((product.variants.get(), 3), (product_list[0].variants.get(), 1)):
        checkout.lines.create(variant=variant, quantity=quantity, currency="USD", undiscounted_unit_price_amount=10)
    choose_delivery(checkout, shipping_method)
    open_club(channel_USD)
    return Cart(checkout)


def choose_delivery(checkout, shipping_method):
    """Choose a built-in delivery method, as 3.21 and 3.22 or as 3.23 and later read it."""
    listing = shipping_method.channel_listings.get(channel=checkout.channel)
    if "shipping_method" not in CheckoutInfo.__dataclass_fields__:
        from saleor.checkout.models import CheckoutDelivery

        checkout.assigned_delivery = CheckoutDelivery.objects.create(
            checkout=checkout,
            built_in_shipping_method_id=shipping_method.pk,
            name=shipping_method.name,
            price_amount=listing.price_amount,
            currency=listing.currency,
            tax_class_id=shipping_method.tax_class_id,
            tax_class_name=shipping_method.tax_class.name,
            is_external=False,
        )
    else:
        checkout.shipping_method = shipping_method
        checkout.shipping_method_name = shipping_method.name
    checkout.undiscounted_base_shipping_price_amount = listing.price_amount
    checkout.save()


def use_net_prices(channel):
    configuration = channel.tax_configuration
    configuration.prices_entered_with_tax = False
    configuration.save()


def make_voucher(cart, *, type=VoucherType.ENTIRE_ORDER, percent=None, fixed=None, once=False, min_spent=None):
    """Make a voucher and return its code. A specific voucher covers the cart's first product."""
    voucher = Voucher.objects.create(
        type=type,
        apply_once_per_order=once,
        discount_value_type=DiscountValueType.PERCENTAGE if percent else DiscountValueType.FIXED,
    )
    VoucherChannelListing.objects.create(
        voucher=voucher,
        channel=cart.channel,
        currency=cart.channel.currency_code,
        discount_value=money(percent or fixed),
        min_spent_amount=money(min_spent) if min_spent else None,
    )
    if type == VoucherType.SPECIFIC_PRODUCT:
        voucher.products.add(CheckoutLine.objects.filter(checkout_id=cart.pk)[0].variant.product)
    return VoucherCode.objects.create(voucher=voucher, code=f"CODE{uuid.uuid4().hex[:8]}").code


def make_catalogue_promotion(cart, *, amount="2", position=0):
    """Take an amount off each piece of a line, as Saleor's own recalculation of listings leaves it."""
    rule = Promotion.objects.create(name="Sale").rules.create(
        name="Sale", reward_value_type=RewardValueType.FIXED, reward_value=money(amount)
    )
    rule.channels.add(cart.channel)
    line = CheckoutLine.objects.filter(checkout_id=cart.pk)[position]
    price = line.variant.channel_listings.get(channel=cart.channel).price_amount
    listing = cart.set_price(position, price, discounted=str(price - money(amount)))
    listing.variantlistingpromotionrule.create(promotion_rule=rule, discount_amount=money(amount), currency="USD")
    return rule


def make_order_promotion(cart, *, percent=None, fixed=None, gift=None, predicate=None):
    promotion = Promotion.objects.create(name="Order promotion", type="order")
    rule = promotion.rules.create(
        name="Order promotion rule",
        order_predicate=predicate or {"discountedObjectPredicate": {"baseSubtotalPrice": {"range": {"gte": 20}}}},
        reward_type=RewardType.GIFT if gift else RewardType.SUBTOTAL_DISCOUNT,
        reward_value_type=None if gift else RewardValueType.PERCENTAGE if percent else RewardValueType.FIXED,
        reward_value=None if gift else money(percent or fixed),
    )
    rule.channels.add(cart.channel)
    if gift:
        rule.gifts.add(gift)
    return rule


def make_gift_card(cart, *, amount="10"):
    card = GiftCard.objects.create(
        code=f"CARD{uuid.uuid4().hex[:8]}",
        currency="USD",
        initial_balance_amount=money(amount),
        current_balance_amount=money(amount),
    )
    return card.code


def override_price(cart, price="6.50"):
    line = CheckoutLine.objects.filter(checkout_id=cart.pk)[0]
    line.price_override = money(price)
    line.save(update_fields=["price_override"])
    cart.edit()


CASES = {
    "no other discount": ("50.00", lambda cart, gift: None),
    "catalogue promotion of 2 a piece": ("44.00", lambda cart, gift: make_catalogue_promotion(cart) and cart.edit()),
    "entire-order voucher of 10": ("40.00", lambda cart, gift: cart.add_code(make_voucher(cart, fixed="10"))),
    "entire-order voucher of 10 %": ("46.00", lambda cart, gift: cart.add_code(make_voucher(cart, percent="10"))),
    "specific-product voucher of 1 a piece": (
        "47.00",
        lambda cart, gift: cart.add_code(make_voucher(cart, type=VoucherType.SPECIFIC_PRODUCT, fixed="1")),
    ),
    "specific-product voucher of 10 %": (
        "47.00",
        lambda cart, gift: cart.add_code(make_voucher(cart, type=VoucherType.SPECIFIC_PRODUCT, percent="10")),
    ),
    "apply-once voucher of 50 %": (
        "45.00",
        lambda cart, gift: cart.add_code(make_voucher(cart, percent="50", once=True)),
    ),
    "shipping voucher of 4": (
        "46.00",
        lambda cart, gift: cart.add_code(make_voucher(cart, type=VoucherType.SHIPPING, fixed="4")),
    ),
    "order promotion of 25 %": ("40.00", lambda cart, gift: make_order_promotion(cart, percent="25") and cart.edit()),
    "order promotion with a gift": ("50.00", lambda cart, gift: make_order_promotion(cart, gift=gift) and cart.edit()),
    "gift card of 10": ("50.00", lambda cart, gift: cart.add_code(make_gift_card(cart))),
    "price override of 6.50": ("39.50", lambda cart, gift: override_price(cart)),
}
