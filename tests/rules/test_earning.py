import datetime
from decimal import Decimal

import pytest

from saleor_loyalty.rules import POINTS_MAX, evaluate_earning, receipt_holds, recount_points

from .builders import AT, basket, codes, conversion, fixed, line, listing, rules, scope

DAY = datetime.timedelta(days=1)


def earn(cart, *, at=AT, **parts):
    document = rules(**parts)
    receipt = evaluate_earning(cart, rules=document, at=at)
    assert receipt_holds(receipt, basket=cart, rules=document, at=at)
    assert recount_points(receipt) == receipt.points
    assert sum(receipt.line_points.values()) == receipt.points
    return receipt


@pytest.mark.parametrize("price", ["250", "50", "10", "1000"])
def test_a_fixed_rule_gives_the_same_points_for_any_amount(price):
    receipt = earn(basket(line("1", price)), earning=[fixed(points=100)])
    assert receipt.points == 100
    assert receipt.line_points == {"1": 100}
    assert receipt.line_bases == {"1": Decimal(price)}
    assert codes(receipt) == [("RULE_APPLIED", "1", "fixed")]


def test_a_fixed_rule_counts_once_per_order_and_is_split_over_its_lines():
    receipt = earn(basket(line("1", "250"), line("2", "50")), earning=[fixed(points=100)])
    assert receipt.points == 100
    assert receipt.line_points == {"1": 83, "2": 17}


def test_a_fixed_rule_needs_a_counting_line_in_scope():
    rule = fixed(points=100, scope=scope("PRODUCT", "eyeliner-set"))
    assert earn(basket(line("1", "50")), earning=[rule]).points == 0
    assert earn(basket(line("1", "50", product_slug="eyeliner-set")), earning=[rule]).points == 100
    on_coupon = line("1", "50", product_slug="eyeliner-set", has_voucher=True)
    assert earn(basket(on_coupon), earning=[rule]).points == 0


def test_a_free_order_earns_no_fixed_points():
    assert earn(basket(line("1", "0")), earning=[fixed(points=100)]).points == 0


@pytest.mark.parametrize(
    ("points", "step", "prices", "expected"),
    [
        (1, "1", ["100"], 100),
        (5, "1", ["19.99"], 95),
        (5, "10", ["19.99"], 5),
        (1, "1", ["0.90", "0.90", "0.90"], 2),
        (10, "0.50", ["1.75"], 30),
        (1, "1", ["0.99"], 0),
    ],
)
def test_whole_steps_earn_and_the_order_is_rounded_down_once(points, step, prices, expected):
    cart = basket(*(line(str(number), price) for number, price in enumerate(prices)))
    receipt = earn(cart, earning=[conversion(points=points, amountStep=step)])
    assert receipt.points == expected


def test_the_receipt_tells_what_counted_and_what_was_left_over():
    receipt = earn(basket(line("1", "12.50"), line("2", "7.49"), shipping_gross="30"), earning=[conversion(points=2)])
    assert receipt.points == 38
    assert [tuple(entry) for entry in receipt.lines] == [
        ("RULE_APPLIED", "1", "earn", Decimal("12.50"), 24, "2/1"),
        ("RULE_APPLIED", "2", "earn", Decimal("7.49"), 14, "2/1"),
        ("ROUNDED", None, "earn", Decimal("19.99"), 38, "0.99"),
        ("SHIPPING_EXCLUDED", None, "", Decimal(30), 0, ""),
    ]
    assert receipt.rule_keys == ("earn",)
    assert receipt.line_points == {"1": 24, "2": 14}


def test_below_one_step_the_lines_say_so():
    receipt = earn(basket(line("1", "4"), line("2", "5")), earning=[conversion(amountStep="10")])
    assert receipt.points == 0
    assert codes(receipt) == [("BELOW_STEP", "1", "earn"), ("BELOW_STEP", "2", "earn")]
    assert receipt.line_bases == {"1": Decimal(4), "2": Decimal(5)}


@pytest.mark.parametrize(
    ("facts", "switch", "code"),
    [
        ({"has_voucher": True}, "withCoupons", "LINE_ON_COUPON"),
        ({"has_automatic_discount": True}, "withAutomaticDiscounts", "LINE_ON_PROMOTION"),
        ({"has_buy_x_get_y": True}, "withBuyXGetY", "LINE_ON_BUY_X_GET_Y"),
    ],
)
def test_discounted_lines_earn_only_where_the_switch_is_on(facts, switch, code):
    cart = basket(line("1", "100"), line("2", "50", **facts))
    off = earn(cart, earning=[conversion()])
    on = earn(cart, earning=[conversion(combination={switch: True})])
    assert (off.points, on.points) == (100, 150)
    assert (code, "2", "earn") in codes(off)


def test_what_is_paid_with_points_earns_nothing_unless_the_program_says_so():
    cart = basket(line("1", "100", net="80", redeemed_gross="30", redeemed_net="24"))
    off = earn(cart, earning=[conversion()])
    on = earn(cart, earning=[conversion()], earnOnRedeemed=True)
    assert (off.points, on.points) == (70, 100)
    assert tuple(off.lines[0]) == ("PAID_WITH_POINTS", "1", "earn", Decimal(30), 0, "")


def test_an_order_paid_wholly_with_points_earns_nothing():
    cart = basket(line("1", "100", redeemed_gross="100", redeemed_net="100"))
    receipt = earn(cart, earning=[conversion(), fixed()])
    assert receipt.points == 0
    assert codes(receipt) == [
        ("PAID_WITH_POINTS", "1", "earn"),
        ("BELOW_STEP", "1", "earn"),
        ("BELOW_STEP", "1", "fixed"),
    ]


def test_before_tax_counts_the_net_amount_and_says_what_tax_was_left_out():
    cart = basket(line("1", "122", net="100"))
    after, before = (earn(cart, earning=[conversion(taxMode=mode)]) for mode in ("AFTER_TAX", "BEFORE_TAX"))
    assert (after.points, before.points) == (122, 100)
    assert tuple(before.lines[-1]) == ("TAX_EXCLUDED", None, "earn", Decimal(22), 0, "")


def test_the_cap_of_a_rule_holds_and_its_shares_still_add_up():
    cart = basket(line("1", "70"), line("2", "30"))
    receipt = earn(cart, earning=[conversion(points=10, maxPointsPerOrder=501), fixed(points=7)])
    assert receipt.points == 508
    assert receipt.line_points == {"1": 351 + 5, "2": 150 + 2}
    assert ("CAPPED", None, "earn", Decimal(100), 501, "") in receipt.lines


def test_no_award_is_larger_than_the_ledger_can_hold():
    cart = basket(line("1", "99999999999.99"))
    receipt = earn(cart, earning=[conversion(points=POINTS_MAX), fixed()])
    assert receipt.points == POINTS_MAX


def test_a_product_without_a_category_earns_by_the_shop_rule():
    document = [conversion(points=1), conversion("clothes", 5, scope=scope("CATEGORY", "clothes"))]
    assert earn(basket(line("1", "10", category_slugs=())), earning=document).points == 10


@pytest.mark.parametrize(
    ("parts", "code", "detail"),
    [
        ({"channels": [listing("other")]}, "PROGRAM_INACTIVE", "CHANNEL"),
        ({"channels": [listing(isActive=False)]}, "PROGRAM_INACTIVE", "CHANNEL"),
        ({"channels": [listing(currency="USD")]}, "PROGRAM_INACTIVE", "CURRENCY_MISMATCH"),
        ({"startsAt": (AT + DAY).isoformat()}, "PROGRAM_INACTIVE", "DATES"),
        ({"endsAt": AT.isoformat()}, "PROGRAM_INACTIVE", "DATES"),
    ],
)
def test_an_inactive_program_gives_nothing_and_says_why(parts, code, detail):
    receipt = earn(basket(line("1", "100")), earning=[conversion()], **parts)
    assert receipt.points == 0
    assert [tuple(entry) for entry in receipt.lines] == [(code, None, "", Decimal(0), 0, detail)]


@pytest.mark.parametrize(("status", "points"), [("MEMBER", 100), ("PENDING", 0), ("VISITOR", 0)])
def test_guests_earn_nothing_where_the_program_says_so(status, points):
    cart = basket(line("1", "100"), status=status)
    receipt = earn(cart, earning=[conversion()], guestEarning="NONE")
    assert receipt.points == points
    assert (codes(receipt) == [("GUEST_NOT_ELIGIBLE", None, "")]) is (points == 0)
    assert earn(cart, earning=[conversion()]).points == 100


@pytest.mark.parametrize("cart", [basket(), basket(line("1", "100"))])
def test_without_a_rule_the_receipt_still_says_why(cart):
    receipt = earn(cart)
    assert receipt.points == 0
    assert [entry.code for entry in receipt.lines] == ["LINE_NOT_IN_SCOPE"]


@pytest.mark.parametrize(("currency", "price", "points"), [("JPY", "1999", 1999), ("KWD", "1.999", 1)])
def test_other_minor_units_earn_by_whole_major_units(currency, price, points):
    cart = basket(line("1", price), currency=currency)
    receipt = earn(cart, earning=[conversion()], channels=[listing(currency=currency)])
    assert receipt.points == points


def test_why_a_line_does_not_count_is_said_once_however_many_rules_look_at_it():
    # given three rules of which two look at money with tax and one at money without
    cart = basket(
        line("coupon", "50", has_voucher=True),
        line("points", "40", redeemed_gross="40", redeemed_net="40"),
        line("plain", "30"),
    )
    earning = [conversion(points=1), fixed("one", 10), fixed("two", 20, taxMode="BEFORE_TAX")]
    # when
    receipt = earn(cart, earning=earning)
    # then
    assert codes(receipt) == [
        ("LINE_ON_COUPON", "coupon", "earn"),
        ("PAID_WITH_POINTS", "points", "earn"),
        ("RULE_APPLIED", "points", "earn"),
        ("RULE_APPLIED", "plain", "earn"),
        ("BELOW_STEP", "points", "one"),
        ("RULE_APPLIED", "plain", "one"),
        ("RULE_APPLIED", "plain", "two"),
    ]
    assert receipt.line_points == {"points": 0, "plain": 60}
