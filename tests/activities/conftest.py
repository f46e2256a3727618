"""A club that gives points for more than orders."""

from __future__ import annotations

import pytest

from saleor_loyalty.programs.active_program import forget_versions
from tests import club


@pytest.fixture(autouse=True)
def _no_version_remembered():
    forget_versions()


@pytest.fixture
def channel(db):
    return club.open_channel()


@pytest.fixture
def dana(channel):
    return club.add_customer()
