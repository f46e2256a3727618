from dataclasses import replace
from decimal import Decimal

import pytest

from saleor_loyalty.rules import Basis, Scope, find_eligible_base

from .builders import basket, line

SHOP = Scope()


def base_of(cart, *, scope=SHOP, **switches):
    return find_eligible_base(cart, scope=scope, basis=Basis(**switches), rule_key="rule")


@pytest.mark.parametrize(
    ("facts", "switch", "code"),
    [
        ({"has_voucher": True}, "with_coupons", "LINE_ON_COUPON"),
        ({"has_automatic_discount": True}, "with_automatic_discounts", "LINE_ON_PROMOTION"),
        ({"has_buy_x_get_y": True}, "with_buy_x_get_y", "LINE_ON_BUY_X_GET_Y"),
    ],
)
def test_a_discounted_line_counts_only_where_its_switch_is_on(facts, switch, code):
    # given
    cart = basket(line("plain", "30"), line("other", "70", **facts))
    # when
    off = base_of(cart)
    on = base_of(cart, **{switch: True})
    others_on = base_of(
        cart, **{name: name != switch for name in ("with_coupons", "with_automatic_discounts", "with_buy_x_get_y")}
    )
    # then
    assert off.total == others_on.total == Decimal(30)
    assert [(entry.code, entry.order_line_id, entry.rule_key, entry.base) for entry in off.excluded] == [
        (code, "other", "rule", Decimal(70))
    ]
    assert on.amounts == {"plain": Decimal(30), "other": Decimal(70)}
    assert on.excluded == ()


ALL_ON = {"with_coupons": True, "with_automatic_discounts": True, "with_buy_x_get_y": True}


@pytest.mark.parametrize(
    ("facts", "code"), [({"is_gift": True}, "LINE_ON_BUY_X_GET_Y"), ({"is_gift_card": True}, "GIFT_CARD_EXCLUDED")]
)
def test_gifts_and_gift_cards_never_count(facts, code):
    found = base_of(basket(line("1", "70", **facts)), **ALL_ON)
    assert found.total == 0
    assert [entry.code for entry in found.excluded] == [code]


def test_a_line_with_two_discounts_needs_both_switches():
    cart = basket(line("1", "70", has_voucher=True, has_automatic_discount=True))
    assert base_of(cart, with_coupons=True).total == 0
    assert base_of(cart, with_automatic_discounts=True).total == 0
    assert base_of(cart, with_coupons=True, with_automatic_discounts=True).total == 70


def test_shipping_never_counts():
    cart = basket(line("1", "70"), shipping_gross="30", shipping_net="25")
    assert base_of(cart).total == 70


@pytest.mark.parametrize(
    ("with_tax", "counts_redeemed", "expected"),
    [(True, True, "122"), (False, True, "100"), (True, False, "100"), (False, False, "82")],
)
def test_tax_and_points_are_in_or_out(with_tax, counts_redeemed, expected):
    cart = basket(line("1", "122", net="100", redeemed_net="18", redeemed_gross="22"))
    assert base_of(cart, with_tax=with_tax, counts_redeemed=counts_redeemed).total == Decimal(expected)


def test_an_amount_is_never_below_zero_and_a_line_of_nothing_is_not_listed():
    cart = basket(line("over", "10", redeemed_gross="12"), line("free", "0"), line("negative", "-5"))
    assert base_of(cart, counts_redeemed=False).amounts == {}
    assert base_of(cart, counts_redeemed=False).total == 0


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(), ["deep", "shallow", "bare"]),
        (Scope(type="CATEGORY", slugs=("clothes",)), ["deep", "shallow"]),
        (Scope(type="CATEGORY", slugs=("shirts",)), ["deep"]),
        (Scope(type="COLLECTION", slugs=("new", "absent")), ["shallow"]),
        (Scope(type="PRODUCT", slugs=("product-bare",)), ["bare"]),
        (Scope(type="VARIANT", slugs=("sku-deep", "sku-bare")), ["deep", "bare"]),
        (Scope(type="VARIANT", slugs=("absent",)), []),
    ],
)
def test_scope_names_what_counts_and_a_category_holds_its_descendants(scope, expected):
    # given a product two categories deep, one in the parent category, one without a category
    cart = basket(
        line("deep", "1", category_slugs=("clothes", "shirts")),
        line("shallow", "2", category_slugs=("clothes",), collection_slugs=("new",)),
        line("bare", "4"),
    )
    # when
    found = base_of(cart, scope=scope)
    # then
    assert list(found.amounts) == expected
    assert {entry.order_line_id for entry in found.excluded} == {"deep", "shallow", "bare"} - set(expected)
    assert all((entry.code, entry.rule_key) == ("LINE_NOT_IN_SCOPE", "") for entry in found.excluded)


def test_the_basket_is_left_alone():
    cart = basket(line("1", "70", has_voucher=True))
    copy = replace(cart)
    base_of(cart)
    assert cart == copy
