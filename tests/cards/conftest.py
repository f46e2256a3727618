"""A club with two customers' accounts, and another club, for tests of the verbs of cards."""

from __future__ import annotations

import pytest

from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram
from saleor_loyalty.programs import create_program

from .builders import NOW


@pytest.fixture
def program(db: None) -> LoyaltyProgram:
    return create_program(name="Club", slug="club", at=NOW)


@pytest.fixture
def other_program(db: None) -> LoyaltyProgram:
    return create_program(name="Other", slug="other", at=NOW)


@pytest.fixture
def account(program: LoyaltyProgram) -> LoyaltyAccount:
    return open_account(program, user_id=1, at=NOW)


@pytest.fixture
def second(program: LoyaltyProgram) -> LoyaltyAccount:
    return open_account(program, user_id=2, at=NOW)


@pytest.fixture
def foreign(other_program: LoyaltyProgram) -> LoyaltyAccount:
    """An account of the other club."""
    return open_account(other_program, user_id=1, at=NOW)
