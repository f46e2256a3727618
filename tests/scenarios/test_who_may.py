"""Stories of who may earn, spend and see."""

from __future__ import annotations

import pytest

from tests.scenarios.drivers.protocol import STAFF, STAFF_WITHOUT_PERMISSION
from tests.scenarios.stories import DANA, NOA, buy, moves, numbers, open_club

pytestmark = pytest.mark.django_db(transaction=True)

GUEST = "guest@example.com"


def test_a_guest_earns_but_cannot_spend(shop):
    open_club(shop)
    checkout = shop.start_checkout({"EYELINER": 4}, by=None, email=GUEST)
    assert shop.apply_points(checkout, 100, by=None).codes != ()
    assert shop.read_checkout(checkout, by=None).max_points is None

    order = buy(shop, checkout, by=None)
    shop.fulfill(order)

    # the guest is shown nothing, staff everything
    assert shop.read_order(order, by=None) is None
    assert numbers(shop, order, by=STAFF) == (400, 0, 0, 0, 0)
    assert shop.audit_findings() == []


def test_guests_earn_nothing_where_the_club_says_so(shop):
    open_club(shop, guestEarning="NONE")

    order = buy(shop, shop.start_checkout({"EYELINER": 4}, by=None, email=GUEST), by=None)
    shop.fulfill(order)

    assert numbers(shop, order, by=STAFF) == (0, 0, 0, 0, 0)


def test_somebody_elses_checkout_is_as_unknown_as_one_that_does_not_exist(shop):
    open_club(shop)
    shop.add_customer(NOA)
    shop.give_points(NOA, 1000)
    checkout = shop.start_checkout({"EYELINER": 4}, by=NOA)
    assert shop.apply_points(checkout, 300, by=NOA).errors == ()

    for who in (DANA, STAFF):
        assert shop.apply_points(checkout, 100, by=who).codes == ("NOT_FOUND",)
        assert shop.remove_points(checkout, by=who).codes == ("NOT_FOUND",)

    assert shop.read_checkout(checkout, by=NOA).applied_points == 300
    assert shop.read_account(DANA).available == 1000
    # what is the account's on it is nobody else's to see
    cart = shop.read_checkout(checkout, by=DANA)
    assert (cart.applied_points, cart.max_points) == (0, None)


def test_a_guest_with_a_customers_email_cannot_spend_the_customers_points(shop):
    open_club(shop)
    checkout = shop.start_checkout({"EYELINER": 4}, by=None, email=DANA)

    assert shop.apply_points(checkout, 100, by=None).codes != ()
    assert shop.apply_points(checkout, 100, by=DANA).codes == ("NOT_FOUND",)

    assert shop.read_account(DANA).available == 1000


def test_an_unconfirmed_customer_earns_but_must_join_before_spending(shop):
    open_club(shop, points=0)
    shop.add_customer(NOA, is_confirmed=False)
    shop.give_points(NOA, 1000)

    checkout = shop.start_checkout({"EYELINER": 4}, by=NOA)

    assert shop.apply_points(checkout, 100, by=NOA).codes == ("NOT_A_MEMBER",)


def test_where_registration_is_required_a_guest_cannot_buy(shop):
    #
    open_club(shop, listing={"registrationRequired": True})
    checkout = shop.start_checkout({"EYELINER": 1}, by=None, email=GUEST)

    outcome = shop.complete(checkout, by=None)

    assert (outcome.codes, outcome.order) == (("EMAIL_NOT_SET",), None)
    buy(shop, shop.start_checkout({"EYELINER": 1}, by=DANA))


def test_another_customers_order_shows_no_points(shop):
    open_club(shop)
    shop.add_customer(NOA)
    order = buy(shop, shop.start_checkout({"EYELINER": 1}, by=DANA))

    assert shop.read_order(order, by=NOA) is None
    assert shop.read_order(order, by=None) is None
    assert shop.read_order(order, by=STAFF_WITHOUT_PERMISSION) is None
    assert numbers(shop, order, by=STAFF) == (0, 100, 0, 0, 0)


def test_only_permitted_staff_moves_points(shop):
    open_club(shop)

    for who in (STAFF_WITHOUT_PERMISSION, DANA):
        assert shop.give_points(DANA, 100, by=who).errors != ()
        assert shop.deduct_points(DANA, 100, by=who).errors != ()
        assert shop.set_balance(DANA, 100, by=who).errors != ()

    assert moves(shop) == [("GIVE", 1000)]


def test_staff_gives_deducts_and_sets(shop):
    open_club(shop)
    assert shop.deduct_points(DANA, 300).errors == ()
    assert shop.deduct_points(DANA, 701).codes == ("INSUFFICIENT_POINTS",)

    revision = shop.read_account(DANA).revision
    assert shop.set_balance(DANA, 50, expected_revision=revision).errors == ()
    assert shop.set_balance(DANA, 60, expected_revision=revision).codes == ("STALE_REVISION",)

    assert moves(shop) == [("GIVE", 1000), ("DEDUCT", -300), ("SET", -650)]
    assert shop.read_account(DANA).available == 50
    assert shop.audit_findings() == []
