"""A club whose catalogue has a voucher and access to an event, and a customer with points."""

from __future__ import annotations

import pytest

from saleor_loyalty.programs.active_program import forget_versions
from tests import club

from .builders import publish_rewards


@pytest.fixture(autouse=True)
def _no_version_remembered():
    forget_versions()


@pytest.fixture
def program(db):
    club.open_channel()
    return publish_rewards()


@pytest.fixture
def dana(program):
    return club.add_customer()


@pytest.fixture
def account(dana):
    return club.give(dana, 1000)


@pytest.fixture
def variant(program):
    return club.add_variant(price=100)
