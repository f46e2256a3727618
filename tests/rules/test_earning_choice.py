"""Which rule counts for a line."""

import datetime

import pytest

from saleor_loyalty.rules import evaluate_earning

from .builders import AT, basket, codes, conversion, fixed, line, listing, rules, scope

DAY = datetime.timedelta(days=1)

SHOP = conversion("shop", 1)
PARENT = conversion("parent", 2, scope=scope("CATEGORY", "clothes"))
CHILD = conversion("child", 3, scope=scope("CATEGORY", "shirts"))
COLLECTION = conversion("collection", 4, scope=scope("COLLECTION", "summer"))
PRODUCT = conversion("product", 5, scope=scope("PRODUCT", "shirt"))
VARIANT = conversion("variant", 6, scope=scope("VARIANT", "shirt-m"))

SHIRT = line(
    "1",
    "10",
    product_slug="shirt",
    variant_sku="shirt-m",
    category_slugs=("clothes", "shirts"),
    collection_slugs=("summer",),
)


@pytest.mark.parametrize(
    ("earning", "chosen"),
    [
        ([SHOP, PARENT, CHILD, COLLECTION, PRODUCT, VARIANT], "variant"),
        ([PRODUCT, COLLECTION, SHOP], "product"),
        ([SHOP, CHILD, COLLECTION], "collection"),
        ([SHOP, PARENT, CHILD], "child"),
        ([PARENT, SHOP], "parent"),
        ([SHOP], "shop"),
    ],
)
def test_the_most_specific_conversion_rule_counts_alone(earning, chosen):
    receipt = evaluate_earning(basket(SHIRT), rules=rules(earning=earning), at=AT)
    assert receipt.rule_keys == (chosen,)
    assert receipt.points == 10 * next(rule["points"] for rule in earning if rule["key"] == chosen)


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [
        ({"priority": 1}, {"priority": 2}, "b"),
        ({"priority": 2}, {"priority": 1}, "a"),
        ({}, {}, "a"),
    ],
)
@pytest.mark.parametrize("where", [scope("SHOP"), scope("COLLECTION", "summer"), scope("VARIANT", "shirt-m")])
def test_ties_go_to_the_higher_priority_then_to_the_key(first, second, chosen, where):
    earning = [conversion("b", 2, scope=where, **second), conversion("a", 1, scope=where, **first)]
    receipt = evaluate_earning(basket(SHIRT), rules=rules(earning=earning), at=AT)
    assert receipt.rule_keys == (chosen,)


def test_between_two_collections_the_priority_decides():
    cart = basket(line("1", "10", collection_slugs=("summer", "new")))
    earning = [
        conversion("new", 2, scope=scope("COLLECTION", "new"), priority=1),
        conversion("summer", 9, scope=scope("COLLECTION", "summer")),
    ]
    assert evaluate_earning(cart, rules=rules(earning=earning), at=AT).rule_keys == ("new",)


def test_an_excluded_line_does_not_fall_back_to_a_less_specific_rule():
    # given the shop's rule tolerates coupons, the product's does not
    shop = conversion("shop", 1, combination={"withCoupons": True})
    cart = basket(line("1", "10", product_slug="shirt", has_voucher=True))
    # when
    receipt = evaluate_earning(cart, rules=rules(earning=[shop, PRODUCT]), at=AT)
    # then
    assert receipt.points == 0
    assert codes(receipt) == [("LINE_ON_COUPON", "1", "product")]


def test_each_line_has_its_own_rule_and_each_rule_rounds_once():
    cart = basket(line("1", "10.60", product_slug="shirt"), line("2", "0.60"), line("3", "0.60"))
    receipt = evaluate_earning(cart, rules=rules(earning=[SHOP, PRODUCT]), at=AT)
    assert receipt.points == 50 + 1
    assert receipt.line_points == {"1": 50, "2": 1, "3": 0}
    assert receipt.rule_keys == ("shop", "product")


def test_fixed_rules_add_on_top_of_the_conversion_rule_and_of_each_other():
    earning = [fixed("welcome", 100), SHOP, fixed("shirt", 50, scope=scope("PRODUCT", "shirt"))]
    receipt = evaluate_earning(basket(SHIRT), rules=rules(earning=earning), at=AT)
    assert receipt.points == 160
    assert receipt.rule_keys == ("welcome", "shop", "shirt")


def test_a_rule_counts_from_its_start_until_just_before_its_end():
    rule = conversion("week", 5, startsAt=AT.isoformat(), endsAt=(AT + DAY).isoformat())
    document = rules(earning=[SHOP, {**rule, "priority": 1}, fixed("night", startsAt=(AT + DAY).isoformat())])
    cart = basket(line("1", "10"))

    def chosen(at):
        receipt = evaluate_earning(cart, rules=document, at=at)
        return receipt.rule_keys, [entry.rule_key for entry in receipt.lines if entry.code == "OUTSIDE_WINDOW"]

    assert chosen(AT - DAY) == (("shop",), ["week", "night"])
    assert chosen(AT) == (("week",), ["night"])
    assert chosen(AT + DAY) == (("shop", "night"), ["week"])


def test_a_rule_counts_only_in_its_channels_and_at_their_rates():
    earning = [conversion(points=1, channels=["shop-a"], channelRates={"shop-a": {"points": 7, "amountStep": "2"}})]
    document = rules(earning=earning, channels=[listing("shop-a"), listing("shop-b")])
    receipts = [
        evaluate_earning(basket(line("1", "10"), channel=channel), rules=document, at=AT)
        for channel in ("shop-a", "shop-b")
    ]
    assert [receipt.points for receipt in receipts] == [35, 0]
    assert receipts[0].lines[0].detail == "7/2"


def test_two_documents_are_never_confused():
    # given two equal-looking documents that live and die in turn
    for points in (1, 2, 3, 4):
        assert evaluate_earning(basket(SHIRT), rules=rules(earning=[conversion(points=points)]), at=AT).points == (
            10 * points
        )
