"""A club, a customer, and a variant that sells a plan of one month."""

from __future__ import annotations

import pytest

from saleor_loyalty.ledger import open_account
from saleor_loyalty.programs.active_program import forget_versions
from tests import club

from .builders import a_plan, memberships_of


@pytest.fixture(autouse=True)
def _no_version_remembered():
    forget_versions()


@pytest.fixture
def program(db):
    club.open_channel()
    return club.publish()


@pytest.fixture
def dana(program):
    return club.add_customer()


@pytest.fixture
def account(program, dana):
    return open_account(program, user_id=dana.pk, at=club.now())


@pytest.fixture
def variant(program):
    return club.add_variant("GOLD", price=100)


@pytest.fixture
def plan(program, variant):
    return a_plan(program, variant)


@pytest.fixture
def membership(account, plan):
    """Sold by hand: one month from 10 March 2026, and it is that day."""
    from .builders import by_hand

    by_hand(account, plan)
    return memberships_of(account)[0]
