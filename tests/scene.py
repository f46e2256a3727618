"""Fixtures of most areas: a club, a customer with 1000 points, and something to buy.

An area's ``conftest`` imports those that it wants, and has its own in the place of others.
"""

from __future__ import annotations

import pytest

from playground.models import User, Variant
from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram
from saleor_loyalty.programs.active_program import forget_versions

from . import club


@pytest.fixture(autouse=True)
def _no_version_remembered() -> None:
    forget_versions()


@pytest.fixture
def program(db: None) -> LoyaltyProgram:
    club.open_channel()
    return club.publish()


@pytest.fixture
def dana(program: LoyaltyProgram) -> User:
    return club.add_customer()


@pytest.fixture
def account(dana: User) -> LoyaltyAccount:
    return club.give(dana, 1000)


@pytest.fixture
def variant(program: LoyaltyProgram) -> Variant:
    return club.add_variant(price=100)
