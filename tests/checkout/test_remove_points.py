"""Removing points, and releasing those of a checkout that is gone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from saleor_loyalty.checkout import release_checkout, remove_points
from saleor_loyalty.errors import CheckoutNotFound
from saleor_loyalty.host import Requester
from saleor_loyalty.models import Reservation
from saleor_loyalty.programs import pause_program
from tests import club

pytestmark = pytest.mark.django_db


@pytest.fixture
def checkout(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 5)
    club.apply(checkout, 1000)
    return checkout


def remove(checkout, requester):
    return remove_points(checkout_id=str(checkout.pk), requester=requester, at=club.now())


def test_the_rows_go_and_the_points_are_free(checkout, account, dana):
    assert remove(checkout, club.by(dana)) is True

    assert club.total_of(checkout) == Decimal("500.00")
    assert club.points_of(account) == (1000, 0, 0, 0)
    assert Reservation.objects.get().status == "RELEASED"


def test_a_second_time_changes_nothing(checkout, dana):
    remove(checkout, club.by(dana))
    before = club.everything_written()

    assert remove(checkout, club.by(dana)) is False

    assert club.everything_written() == before


def test_it_works_while_the_program_is_paused(checkout, dana, program):
    pause_program(program.pk, at=club.now())

    assert remove(checkout, club.by(dana)) is True

    assert club.rows_on(checkout) == 0


def test_nobody_else_removes_them(checkout, dana):
    other = club.add_customer("noa@example.com")
    before = club.everything_written()

    for requester in (club.by(other), Requester(), Requester(app_id=3, can_manage_checkouts=True)):
        with pytest.raises(CheckoutNotFound):
            remove(checkout, requester)

    assert club.everything_written() == before
    assert club.rows_on(checkout) == Decimal("100.00")


def test_a_checkout_that_is_gone_frees_its_points_once(checkout, account):
    assert release_checkout(checkout_id=str(checkout.pk), at=club.now()) is True
    assert release_checkout(checkout_id=str(checkout.pk), at=club.now()) is False

    assert club.points_of(account) == (1000, 0, 0, 0)


def test_a_checkout_that_never_had_points_frees_nothing(db):
    assert release_checkout(checkout_id="nothing", at=club.now()) is False
