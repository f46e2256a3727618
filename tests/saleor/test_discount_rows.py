"""What our rows look like in the database, and what an exact value costs on odd carts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from saleor.checkout.models import CheckoutLine
from saleor.discount.models import CheckoutLineDiscount

from .discount_carts import NAME, REASON, cart, make_order_promotion, make_voucher, money  # noqa: F401

pytestmark = pytest.mark.django_db


def own_rows():
    return CheckoutLineDiscount.objects.filter(unique_type="loyalty")


def test_a_row_is_one_that_saleor_keeps_and_copies_to_the_order(cart):  # noqa: F811
    # when
    applied = cart.put("7.00")

    # then 5.25 for three pieces is a whole number of cents a piece
    first, second = cart.line_ids()
    assert applied.shares == {first: money("5.25"), second: money("1.75")}
    assert applied.rows == money("7.00")
    fields = ("type", "value_type", "value", "amount_value", "currency", "name", "reason", "voucher", "promotion_rule")
    assert set(own_rows().values_list(*fields)) == {
        ("order_promotion", "fixed", money("5.25"), money("5.25"), "USD", NAME, REASON, None, None),
        ("order_promotion", "fixed", money("1.75"), money("1.75"), "USD", NAME, REASON, None, None),
    }


def test_a_second_put_replaces_the_rows_and_keeps_their_keys(cart):  # noqa: F811
    # given
    cart.put("7.00")
    keys = set(own_rows().values_list("pk", flat=True))

    # when
    cart.put("4.00")

    # then
    assert sum(own_rows().values_list("amount_value", flat=True)) == money("4.00")
    assert set(own_rows().values_list("pk", flat=True)) == keys
    assert cart.total() == money("46.00")


def test_a_line_that_is_no_longer_paid_loses_its_row(cart):  # noqa: F811
    # given
    cart.put("7.00")
    first, _ = cart.line_ids()

    # when
    cart.put("7.00", [first])

    # then
    assert [(str(row.line_id), row.amount_value) for row in own_rows()] == [(first, money("7.00"))]


def test_a_refused_value_leaves_everything_as_it_was(cart):  # noqa: F811
    # given
    cart.put("7.00")
    before = list(own_rows().values())

    # when / then
    for value in ("40.01", "0.00", "-1.00", "1.005"):
        with pytest.raises(ValueError, match=r"at most|more than nothing|minor units"):
            cart.put(value)
    assert list(own_rows().values()) == before
    assert cart.total() == money("43.00")


def test_a_gift_line_never_gets_a_row(cart, product_list):  # noqa: F811
    # given
    make_order_promotion(cart, gift=product_list[1].variants.get())
    cart.edit()
    every_line = [str(pk) for pk in CheckoutLine.objects.filter(checkout_id=cart.pk).values_list("pk", flat=True)]
    assert len(every_line) == 3

    # when
    cart.put("20.00", every_line)

    # then
    assert own_rows().filter(line__is_gift=True).count() == 0
    assert sum(own_rows().values_list("amount_value", flat=True)) == money("20.00")


@pytest.mark.parametrize("percent", ["1", "33.33", "50", "90", "99"])
@pytest.mark.parametrize("value", ["0.01", "0.10", "0.33"])
def test_rows_are_raised_until_the_value_fits(cart, percent, value):  # noqa: F811
    # given
    cart.add_code(make_voucher(cart, percent=percent))
    before = cart.total()

    # when
    applied = cart.put(value)

    # then
    assert cart.total() == before - money(value)
    assert applied.rows >= applied.value == money(value)


def test_prices_with_odd_cents_and_many_lines_fit_too(cart, product_list):  # noqa: F811
    # given five lines, two of them worth little, and a percentage that rounds in each of them
    cart.set_price(0, "3.33")
    cart.set_price(1, "0.07")
    checkout = cart.checkout
    for listed, price in ((product_list[1], "17.77"), (product_list[2], "0.01")):
        variant = listed.variants.get()
        variant.channel_listings.filter(channel=cart.channel).update(
            price_amount=money(price), discounted_price_amount=money(price)
        )
        checkout.lines.create(variant=variant, quantity=2, currency="USD")
    cart.edit()
    cart.add_code(make_voucher(cart, percent="12.5"))
    before = cart.total()
    greatest = cart.open().ceiling(Decimal(1000), cart.line_ids()).value

    # when / then
    value = money("0.01")
    while value <= greatest:
        cart.put(value)
        assert cart.total() == before - value
        assert min(cart.line_totals()) >= 0
        value += money("4.19")
    cart.put(greatest)
    assert cart.total() == before - greatest


def test_yen_have_no_cents(cart, product_list):  # noqa: F811
    # given
    channel = cart.channel
    channel.currency_code = "JPY"
    channel.save(update_fields=["currency_code"])
    for model in (CheckoutLine,):
        model.objects.filter(checkout_id=cart.pk).update(currency="JPY")
    type(cart.checkout).objects.filter(pk=cart.pk).update(currency="JPY")
    for position in (0, 1):
        cart.set_price(position, "1000")
    for line in CheckoutLine.objects.filter(checkout_id=cart.pk):
        line.variant.channel_listings.filter(channel=channel).update(currency="JPY")
    cart.expire_prices()

    # when
    applied = cart.put("700")

    # then
    assert sorted(applied.shares.values()) == [Decimal(175), Decimal(525)]
    with pytest.raises(ValueError, match="minor units"):
        cart.put("7.50")
