"""How far the host's recalculation lowers a redemption: to whole steps that fit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_loyalty.checkout import clamp_value
from tests import club

pytestmark = pytest.mark.django_db


@pytest.fixture
def reservation(account, dana, variant):
    """1000 points worth 100, at least 100 points."""
    return club.apply(club.fill_cart(dana, variant, 5), 1000).reservation


@pytest.mark.parametrize(
    ("value_max", "value"),
    [
        ("500", "100"),
        ("100", "100"),
        ("99.99", "99.90"),
        ("99.90", "99.90"),
        ("10", "10"),
        ("9.99", "0"),
        ("0", "0"),
        ("-5", "0"),
    ],
)
def test_the_value_is_lowered_to_whole_steps(reservation, value_max, value):
    # a point is worth 0.10: each single point is a step
    assert clamp_value(reservation, value_max=Decimal(value_max)) == Decimal(value)


def test_the_rate_is_that_of_the_reservation(reservation):
    club.publish(club.rules(redemption={"value": "5"}))

    assert clamp_value(reservation, value_max=Decimal(50)) == Decimal(50)


def test_it_writes_nothing_and_reads_nothing_again(reservation):
    clamp_value(reservation, value_max=Decimal(50))

    with CaptureQueriesContext(connection) as queries:
        clamp_value(reservation, value_max=Decimal(50))

    assert len(queries) == 0
