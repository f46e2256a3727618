"""A club to give points in."""

from __future__ import annotations

import pytest

from saleor_loyalty.models import LoyaltyProgram
from saleor_loyalty.programs.active_program import forget_versions
from tests import club


@pytest.fixture(autouse=True)
def _no_version_remembered():
    forget_versions()


@pytest.fixture
def program(db) -> LoyaltyProgram:
    club.open_channel()
    return club.publish()
