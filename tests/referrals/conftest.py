"""Dana invites; Noa is new."""

from __future__ import annotations

import pytest

from playground.models import User, Variant
from saleor_loyalty.models import LoyaltyProgram, Referral
from tests import club

from .builders import claim, open_code, referral_rules


@pytest.fixture
def program(db: None) -> LoyaltyProgram:
    club.open_channel()
    return club.publish(referral_rules())


@pytest.fixture
def variant(program: LoyaltyProgram) -> Variant:
    """Costs 100.00."""
    return club.add_variant(price=100)


@pytest.fixture
def dana(program: LoyaltyProgram) -> User:
    return club.add_customer("dana@example.com")


@pytest.fixture
def noa(program: LoyaltyProgram) -> User:
    return club.add_customer("noa@example.com")


@pytest.fixture
def referral(dana: User, noa: User, variant: Variant) -> Referral:
    """Noa has claimed Dana's code, and has not ordered yet."""
    return claim(noa, open_code(dana))
