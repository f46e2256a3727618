"""A checkout as a basket: what it would be without points, and which benefit touches which line."""

from __future__ import annotations

import datetime

import pytest
from saleor.checkout.models import CheckoutLine
from saleor.product.models import Category

from saleor_loyalty.adapter.checkout import open_checkout
from saleor_loyalty.basket import basket_from_json, basket_to_json

from .discount_carts import (  # noqa: F401
    CASES,
    cart,
    make_catalogue_promotion,
    make_order_promotion,
    make_voucher,
    money,
    override_price,
    use_net_prices,
)

pytestmark = pytest.mark.django_db
AUTOMATIC, VOUCHER, BUY_X_GET_Y = "automatic", "voucher", "buy X get Y"


def marks(basket):
    return [
        {
            word
            for word, flag in (
                (AUTOMATIC, line.has_automatic_discount),
                (VOUCHER, line.has_voucher),
                (BUY_X_GET_Y, line.has_buy_x_get_y),
            )
            if flag
        }
        for line in basket.lines
        if not line.is_gift
    ]


@pytest.mark.parametrize(
    ("case", "gross", "touched"),
    [
        ("no other discount", ["30.00", "10.00"], [set(), set()]),
        ("catalogue promotion of 2 a piece", ["24.00", "10.00"], [{AUTOMATIC}, set()]),
        ("entire-order voucher of 10", ["22.50", "7.50"], [{VOUCHER}, {VOUCHER}]),
        ("entire-order voucher of 10 %", ["27.00", "9.00"], [{VOUCHER}, {VOUCHER}]),
        ("specific-product voucher of 1 a piece", ["27.00", "10.00"], [{VOUCHER}, set()]),
        ("specific-product voucher of 10 %", ["27.00", "10.00"], [{VOUCHER}, set()]),
        ("apply-once voucher of 50 %", ["25.00", "10.00"], [{VOUCHER}, set()]),
        ("shipping voucher of 4", ["30.00", "10.00"], [set(), set()]),
        ("order promotion of 25 %", ["22.50", "7.50"], [{AUTOMATIC}, {AUTOMATIC}]),
        ("order promotion with a gift", ["30.00", "10.00"], [{BUY_X_GET_Y}, {BUY_X_GET_Y}]),
        ("gift card of 10", ["30.00", "10.00"], [set(), set()]),
        ("price override of 6.50", ["19.50", "10.00"], [set(), set()]),
    ],
)
@pytest.mark.parametrize("points", [None, "7.00"])
def test_the_basket_is_the_checkout_without_points(cart, product_list, case, gross, touched, points):  # noqa: F811
    # given
    CASES[case][1](cart, product_list[1].variants.get())
    cart.total()
    if points:
        cart.put(points)
        cart.total()

    # when
    basket = cart.open().basket

    # then
    assert [line.gross for line in basket.lines if not line.is_gift] == [money(amount) for amount in gross]
    assert marks(basket) == touched
    assert basket_from_json(basket_to_json(basket)) == basket


def test_the_lines_name_their_products(cart, product, category, published_collection):  # noqa: F811
    # given a category two levels deep
    parent = Category.objects.create(name="Deep", slug="deep", parent=category)
    child = Category.objects.create(name="Deeper", slug="deeper", parent=parent)
    product.category = child
    product.save(update_fields=["category"])
    published_collection.products.add(product)
    cart.total()

    # when
    at = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
    basket = open_checkout(str(cart.pk), at=at).basket

    # then
    line = basket.lines[0]
    assert line.category_slugs == (category.slug, "deep", "deeper")
    assert basket.lines[1].category_slugs == (category.slug,)
    assert line.collection_slugs == (published_collection.slug,)
    assert (line.product_slug, line.variant_sku, line.quantity) == (product.slug, "123", 3)
    assert (line.product_id, line.variant_id) == (str(product.pk), str(product.variants.get().pk))
    assert (line.unit_price, line.gross, line.net) == (money("10.00"), money("30.00"), money("24.39"))
    assert (basket.shipping_gross, basket.shipping_net) == (money("10.00"), money("8.13"))
    assert (basket.currency, basket.channel, basket.prices_entered_with_tax) == ("USD", cart.channel.slug, True)
    assert basket.customer.email == "someone@example.com"
    assert basket.customer.member_status == "VISITOR"
    assert basket.at == at


def test_net_prices_stay_net(cart):  # noqa: F811
    # given
    use_net_prices(cart.channel)
    cart.total()

    # when
    basket = cart.open().basket

    # then
    assert [(line.net, line.gross) for line in basket.lines] == [
        (money("30.00"), money("36.90")),
        (money("10.00"), money("12.30")),
    ]
    assert basket.prices_entered_with_tax is False


def test_the_owner_of_the_checkout_is_the_customer(cart, customer_user):  # noqa: F811
    # given
    type(cart.checkout).objects.filter(pk=cart.pk).update(user=customer_user)

    # then
    handle = cart.open()
    assert handle.user_id == customer_user.pk
    assert handle.basket.customer.user_id == customer_user.pk
    assert handle.basket.customer.member_status == "MEMBER"

    # and when the e-mail is not confirmed
    customer_user.is_confirmed = False
    customer_user.save()
    assert cart.open().basket.customer.member_status == "PENDING"


def test_gift_lines_and_gift_cards_are_marked(cart, product_list, non_shippable_gift_card_product_type):  # noqa: F811
    # given
    make_order_promotion(cart, gift=product_list[1].variants.get())
    cart.edit()
    cart.total()
    product = CheckoutLine.objects.filter(checkout_id=cart.pk)[1].variant.product
    product.product_type = non_shippable_gift_card_product_type
    product.save(update_fields=["product_type"])

    # when
    basket = cart.open().basket

    # then
    assert [line.is_gift for line in basket.lines] == [False, False, True]
    assert [line.is_gift_card for line in basket.lines] == [False, True, False]
    assert basket.lines[2].gross == 0


def test_a_catalogue_promotion_that_saleor_has_not_yet_written_counts(cart):  # noqa: F811
    # given
    cart.total()
    make_catalogue_promotion(cart)

    # when
    basket = cart.open().basket

    # then
    assert [line.gross for line in basket.lines] == [money("24.00"), money("10.00")]
    assert marks(basket) == [{AUTOMATIC}, set()]


def test_malformed_and_unknown_ids_open_nothing(db):
    assert open_checkout("no-uuid") is None
    assert open_checkout("4a0f2f0e-0000-4000-8000-000000000000") is None
