"""A club, a customer, and a variant that sells a plan of one month."""

from __future__ import annotations

import pytest

from saleor_loyalty.ledger import open_account
from tests import club
from tests.scene import _no_version_remembered, dana, program

from .builders import a_plan, memberships_of

__all__ = ["_no_version_remembered", "dana", "program"]


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
