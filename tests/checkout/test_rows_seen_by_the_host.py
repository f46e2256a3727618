"""A host that has just seen our rows on a checkout says so: one look less, and the same outcome."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playground.models import Checkout
from saleor_loyalty.checkout import check_redemption, refit_redemption
from saleor_loyalty.errors import RedemptionRefused
from saleor_loyalty.ledger import deduct_points
from saleor_loyalty.models import Reservation
from saleor_loyalty.programs import pause_program
from tests import club

pytestmark = pytest.mark.django_db

VERBS = [refit_redemption, check_redemption]


@pytest.fixture
def checkout(account, dana, variant):
    """A cart of 500 with 1000 points on it."""
    checkout = club.fill_cart(dana, variant, 5)
    club.apply(checkout, 1000)
    return checkout


def statements(verb, checkout, **values):
    with CaptureQueriesContext(connection) as queries:
        verb(checkout_id=str(checkout.pk), at=club.now(), **values)
    return len(queries)


@pytest.mark.parametrize("verb", VERBS)
def test_one_look_is_saved(checkout, verb):
    looking = statements(verb, checkout)

    assert statements(verb, checkout, has_rows=True) == looking - 1


def test_a_smaller_cart_lowers_it_all_the_same(checkout, account):
    club.set_quantity(checkout, 2)

    redemption = refit_redemption(checkout_id=str(checkout.pk), at=club.now(), has_rows=True)

    assert (redemption.discount.value, redemption.reservation.points) == (Decimal("40.00"), 400)
    assert club.points_of(account) == (600, 0, 400, 0)


@pytest.mark.parametrize("verb", VERBS)
def test_a_checkout_that_never_had_points_is_left_alone(account, dana, variant, verb):
    checkout = club.fill_cart(dana, variant, 5)
    before = club.everything_written()

    assert verb(checkout_id=str(checkout.pk), at=club.now(), has_rows=True) is None

    assert club.everything_written() == before


def test_a_vanished_checkout_frees_its_points(checkout, account):
    Checkout.objects.all().delete()

    assert refit_redemption(checkout_id=str(checkout.pk), at=club.now(), has_rows=True) is None

    assert club.points_of(account) == (1000, 0, 0, 0)


def test_points_that_were_spent_meanwhile_still_refuse_the_order(checkout, account):
    late = club.now() + datetime.timedelta(hours=2)
    deduct_points(account.pk, points=300, at=late, idempotency_key="used")

    with pytest.raises(RedemptionRefused) as caught:
        check_redemption(checkout_id=str(checkout.pk), at=late, has_rows=True)

    assert caught.value.code == "RESERVATION_EXPIRED"
    assert club.rows_on(checkout) == 0


def test_a_paused_program_still_takes_the_rows_off(checkout, account, program):
    pause_program(program.pk, at=club.now())

    assert refit_redemption(checkout_id=str(checkout.pk), at=club.now(), has_rows=True) is None

    assert club.rows_on(checkout) == 0
    assert not Reservation.objects.filter(status="RESERVED").exists()
    assert club.points_of(account) == (1000, 0, 0, 0)
