"""What may be spent: the numbers, who is shown them, and that nothing is written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playground.carts import open_cart, open_carts
from playground.models import Checkout, Voucher
from saleor_loyalty.checkout import quote_checkout, quote_checkouts
from saleor_loyalty.host import Requester
from saleor_loyalty.models import AccountStatus, LoyaltyAccount
from saleor_loyalty.programs import pause_program
from tests import club

pytestmark = pytest.mark.django_db


def quote(checkout, *, requester=None, points=None, at=None):
    requester = requester or club.by(checkout.user)
    return quote_checkout(open_cart(checkout.pk), requester=requester, points=points, at=at or club.now())


def test_without_points_it_says_what_could_be_spent(account, dana, variant):
    found = quote(club.fill_cart(dana, variant, 4))

    assert (found.min_points, found.max_points, found.limit_reason) == (100, 800, "PERCENT")
    assert (found.applied_points, found.blocked_code, found.available) == (0, None, 1000)
    assert found.eligible_base == Decimal("400.00")


def test_with_points_it_says_what_they_would_do(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 4)
    before = club.everything_written()

    fine, too_much = quote(checkout, points=800), quote(checkout, points=1000)

    assert (fine.applied_points, fine.applied_value, fine.blocked_code) == (800, Decimal("80.00"), None)
    assert (too_much.applied_points, too_much.blocked_code) == (0, "ABOVE_MAXIMUM_PERCENT")
    assert club.everything_written() == before


def test_what_the_cart_holds_itself_counts_as_available(account, dana, variant):
    checkout, other = club.fill_cart(dana, variant, 4), club.fill_cart(dana, variant, 4)
    club.apply(checkout, 800)

    assert quote(checkout).available == 1000
    assert quote(other).available == 200
    # and once the deadline has passed, nothing is held any more, nor counted twice
    assert quote(checkout, at=club.now() + 2 * club.HOUR).available == 1000
    assert quote(other, at=club.now() + 2 * club.HOUR).available == 1000


def test_the_base_is_the_cart_without_our_rows(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 4)
    club.apply(checkout, 800)

    assert quote(checkout).eligible_base == Decimal("400.00")


def test_a_vouchers_threshold_lowers_the_maximum_and_says_so(account, dana, variant):
    # given a voucher from 380 on, and points that may be spent with it
    club.publish(club.rules(redemption={"combination": {"withCoupons": True}}))
    checkout = club.fill_cart(dana, variant, 4)
    checkout.voucher = Voucher.objects.create(
        channel=checkout.channel, code="TEN", amount=Decimal(10), min_spent=Decimal(380)
    )
    checkout.save()

    found = quote(checkout)

    assert (found.max_points, found.limit_reason) == (200, "VOUCHER_THRESHOLD")
    assert quote(checkout, points=300).blocked_code == "ABOVE_MAXIMUM_PERCENT"
    assert club.apply(checkout, 200).discount.value == Decimal("20.00")


def test_a_customer_without_an_account_can_spend_nothing_yet(dana, variant):
    found = quote(club.fill_cart(dana, variant, 4))

    assert (found.available, found.max_points, found.blocked_code) == (0, 0, "INSUFFICIENT_POINTS")
    assert not LoyaltyAccount.objects.exists()


def test_an_unconfirmed_customer_is_told_to_join(program, variant):
    dana = club.add_customer(is_confirmed=False)
    club.give(dana, 1000)

    found = quote(club.fill_cart(dana, variant, 4), points=100)

    assert (found.blocked_code, found.max_points, found.applied_points) == ("NOT_A_MEMBER", 0, 0)


def test_a_frozen_account_is_told(account, dana, variant):
    LoyaltyAccount.objects.update(status=AccountStatus.FROZEN)

    assert quote(club.fill_cart(dana, variant, 4)).blocked_code == "ACCOUNT_FROZEN"


def test_nobody_else_is_shown_it(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 4)
    other = club.add_customer("noa@example.com")

    for requester in (
        Requester(),
        club.by(other),
        Requester(app_id=1),
        Requester(app_id=1, user_id=dana.pk),
        Requester(user_id=other.pk, is_staff=True, can_manage_loyalty=True),
        Requester(user_id=other.pk, is_staff=True, can_manage_checkouts=True),
    ):
        assert quote(checkout, requester=requester) is None
    staff = Requester(user_id=other.pk, is_staff=True, can_manage_loyalty=True, can_manage_checkouts=True)
    assert quote(checkout, requester=staff).max_points == 800


def test_a_guests_checkout_has_no_quote_and_costs_nothing(account, dana, variant):
    guest = open_cart(club.fill_cart(None, variant, 4, email=dana.email).pk)
    staff = Requester(user_id=1, is_staff=True, can_manage_loyalty=True, can_manage_checkouts=True)

    with CaptureQueriesContext(connection) as queries:
        assert quote_checkout(guest, requester=club.by(dana), at=club.now()) is None
        assert quote_checkout(guest, requester=staff, at=club.now()) is None

    assert len(queries) == 0


def test_a_paused_program_has_no_quote(account, dana, variant, program):
    checkout = club.fill_cart(dana, variant, 4)
    pause_program(program.pk, at=club.now())

    assert quote(checkout) is None


def test_twenty_checkouts_take_as_many_statements_as_one(account, dana, variant):
    for _ in range(20):
        club.fill_cart(dana, variant, 4)
    handles = open_carts(Checkout.objects.all())

    def statements(count):
        with CaptureQueriesContext(connection) as queries:
            found = quote_checkouts(handles[:count], requester=club.by(dana), at=club.now())
        assert len(found) == count
        return len(queries)

    statements(1)  # now the process knows the version
    assert statements(1) == statements(20) == 4
