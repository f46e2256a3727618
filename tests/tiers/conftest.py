"""A club with two tiers by points, a customer, and a variant."""

from __future__ import annotations

import pytest

from saleor_loyalty.programs.active_program import forget_versions
from tests import club

from .builders import TIERS


@pytest.fixture(autouse=True)
def _no_version_remembered():
    forget_versions()


@pytest.fixture
def program(db):
    club.open_channel()
    return club.publish(club.rules(tiers=TIERS, trigger="ORDER_PLACED"))


@pytest.fixture
def dana(program):
    return club.add_customer()


@pytest.fixture
def variant(program):
    return club.add_variant(price=100)
