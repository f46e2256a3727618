"""Stories of redeeming: what may be spent, what is refused, and that the order is what the cart said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.scenarios.stories import DANA, buy, moves, numbers, open_club

pytestmark = pytest.mark.django_db(transaction=True)


def test_points_pay_a_part_of_the_cart_and_the_order_is_equal_to_it(shop):
    open_club(shop)
    checkout = shop.start_checkout({"EYELINER": 4}, by=DANA)
    assert shop.read_checkout(checkout, by=DANA).total == Decimal("410.00")

    assert shop.apply_points(checkout, 800, by=DANA).errors == ()

    cart = shop.read_checkout(checkout, by=DANA)
    assert (cart.total, cart.subtotal) == (Decimal("330.00"), Decimal("320.00"))
    assert (cart.applied_points, cart.applied_value) == (800, Decimal("80.00"))
    account = shop.read_account(DANA)
    assert (account.available, account.reserved, account.balance) == (200, 800, 1000)

    order = buy(shop, checkout)

    state = shop.read_order(order, by=DANA)
    assert (state.total, state.redeemed, state.redeemed_value) == (Decimal("330.00"), 800, Decimal("80.00"))
    account = shop.read_account(DANA)
    assert (account.available, account.reserved, account.balance, account.redeemed) == (200, 0, 200, 800)
    assert moves(shop) == [("GIVE", 1000), ("REDEEM", -800)]
    assert shop.audit_findings() == []


@pytest.mark.parametrize(
    ("quantity", "asked", "code", "max_points"),
    [
        (4, 1000, "ABOVE_MAXIMUM_PERCENT", 800),
        (9, 1100, "ABOVE_MAXIMUM_POINTS", 1000),
        (4, 99, "BELOW_MINIMUM_POINTS", 800),
        (9, 0, "INVALID", None),
        (9, -100, "INVALID", None),
    ],
)
def test_what_the_rules_do_not_allow_is_refused_and_changes_nothing(shop, quantity, asked, code, max_points):
    open_club(shop, points=2000)
    checkout = shop.start_checkout({"EYELINER": quantity}, by=DANA)
    before = shop.read_checkout(checkout, by=DANA)

    outcome = shop.apply_points(checkout, asked, by=DANA)

    assert outcome.codes == (code,)
    assert outcome.errors[0].max_points == max_points
    assert shop.read_checkout(checkout, by=DANA) == before
    assert shop.read_account(DANA).reserved == 0
    assert moves(shop) == [("GIVE", 2000)]


def test_all_of_the_thousand_points_need_a_cart_of_five_hundred(shop):
    open_club(shop)
    checkout = shop.start_checkout({"EYELINER": 5}, by=DANA)

    assert shop.apply_points(checkout, 1000, by=DANA).errors == ()

    assert shop.read_checkout(checkout, by=DANA).applied_value == Decimal("100.00")


def test_more_than_the_customer_has_is_refused(shop):
    open_club(shop, points=150)
    checkout = shop.start_checkout({"EYELINER": 4}, by=DANA)
    assert shop.read_checkout(checkout, by=DANA).max_points == 150

    outcome = shop.apply_points(checkout, 200, by=DANA)

    assert (outcome.codes, outcome.errors[0].max_points) == (("INSUFFICIENT_POINTS",), 150)


def test_a_fixed_number_of_points_takes_a_fixed_amount_off(shop):
    #
    open_club(shop, redemption={"type": "FIXED", "minPoints": None, "maxPoints": None, "maxPercent": None})
    checkout = shop.start_checkout({"EYELINER": 1}, by=DANA)

    assert shop.apply_points(checkout, 200, by=DANA).codes == ("ABOVE_MAXIMUM_POINTS",)
    assert shop.apply_points(checkout, 100, by=DANA).errors == ()

    assert shop.read_checkout(checkout, by=DANA).subtotal == Decimal("90.00")


def test_under_clamp_too_much_takes_the_most_that_is_allowed(shop):
    open_club(shop, redemption={"overLimit": "CLAMP"})
    checkout = shop.start_checkout({"EYELINER": 4}, by=DANA)

    assert shop.apply_points(checkout, 1000, by=DANA).errors == ()

    assert shop.read_checkout(checkout, by=DANA).applied_points == 800


def test_another_number_replaces_the_first(shop):
    open_club(shop)
    checkout = shop.start_checkout({"EYELINER": 4}, by=DANA)
    shop.apply_points(checkout, 800, by=DANA)

    assert shop.apply_points(checkout, 300, by=DANA).errors == ()

    assert shop.read_checkout(checkout, by=DANA).subtotal == Decimal("370.00")
    assert shop.read_account(DANA).reserved == 300


def test_removed_points_are_free_again(shop):
    open_club(shop)
    checkout = shop.start_checkout({"EYELINER": 4}, by=DANA)
    before = shop.read_checkout(checkout, by=DANA)
    shop.apply_points(checkout, 800, by=DANA)

    assert shop.remove_points(checkout, by=DANA).errors == ()

    assert shop.read_checkout(checkout, by=DANA) == before
    assert shop.read_account(DANA).available == 1000
    order = buy(shop, checkout)
    assert shop.read_order(order, by=DANA).total == Decimal("410.00")


def test_points_in_one_cart_cannot_be_spent_in_another(shop):
    open_club(shop)
    first = shop.start_checkout({"EYELINER": 5}, by=DANA)
    second = shop.start_checkout({"EYELINER": 5}, by=DANA)
    assert shop.apply_points(first, 800, by=DANA).errors == ()

    assert shop.apply_points(second, 300, by=DANA).codes == ("INSUFFICIENT_POINTS",)

    assert shop.apply_points(second, 200, by=DANA).errors == ()
    assert shop.read_account(DANA).available == 0


def test_the_same_request_sent_twice_counts_once(shop):
    open_club(shop)
    checkout = shop.start_checkout({"EYELINER": 4}, by=DANA)

    for _ in range(2):
        assert shop.apply_points(checkout, 300, by=DANA, idempotency_key="click").errors == ()

    assert shop.read_account(DANA).reserved == 300
    assert shop.apply_points(checkout, 400, by=DANA, idempotency_key="click").codes == ("IDEMPOTENCY_KEY_REUSED",)


def test_a_cancelled_order_gives_the_points_back(shop):
    open_club(shop)
    checkout = shop.start_checkout({"EYELINER": 4}, by=DANA)
    shop.apply_points(checkout, 800, by=DANA)
    order = buy(shop, checkout)

    shop.cancel_order(order)

    assert numbers(shop, order) == (0, 0, 800, 0, 800)
    account = shop.read_account(DANA)
    assert (account.available, account.balance, account.redeemed) == (1000, 1000, 0)
    assert moves(shop) == [("GIVE", 1000), ("REDEEM", -800), ("RETURN", 800)]
    assert shop.audit_findings() == []


def test_a_lapsed_reservation_is_taken_again_at_the_completion(shop):
    open_club(shop)
    checkout = shop.start_checkout({"EYELINER": 4}, by=DANA)
    shop.apply_points(checkout, 800, by=DANA)
    shop.let_reservation_lapse(checkout)
    assert shop.read_account(DANA).available == 1000

    order = buy(shop, checkout)

    state = shop.read_order(order, by=DANA)
    assert (state.redeemed, state.total) == (800, Decimal("330.00"))
    assert shop.read_account(DANA).available == 200


def test_a_lapsed_reservation_whose_points_are_spent_refuses_the_order_once(shop):
    open_club(shop)
    checkout = shop.start_checkout({"EYELINER": 4}, by=DANA)
    shop.apply_points(checkout, 800, by=DANA)
    shop.let_reservation_lapse(checkout)
    assert shop.deduct_points(DANA, 500).errors == ()

    outcome = shop.complete(checkout, by=DANA, is_paid=True)

    assert (outcome.codes, outcome.order) == (("VOUCHER_NOT_APPLICABLE",), None)
    assert shop.read_checkout(checkout, by=DANA).total == Decimal("410.00")
    order = buy(shop, checkout)
    assert shop.read_order(order, by=DANA).redeemed == 0
    assert shop.read_account(DANA).available == 500


def test_in_a_paused_program_points_take_nothing_off(shop):
    open_club(shop)
    checkout = shop.start_checkout({"EYELINER": 4}, by=DANA)
    shop.apply_points(checkout, 800, by=DANA)

    shop.pause_program()

    other = shop.start_checkout({"EYELINER": 4}, by=DANA)
    assert shop.apply_points(other, 300, by=DANA).codes == ("PROGRAM_INACTIVE",)
    assert shop.read_account(DANA).available == 1000
    outcome = shop.complete(checkout, by=DANA, is_paid=True)
    if outcome.order is None:
        # where rows still stood on it, the order is refused once
        assert outcome.codes == ("VOUCHER_NOT_APPLICABLE",)
        outcome = shop.complete(checkout, by=DANA, is_paid=True)
    state = shop.read_order(outcome.order, by=DANA)
    assert state.total == Decimal("410.00")
    assert (state.redeemed, state.earned, state.pending) == (0, 0, 0)
