"""A program whose days are those of Jerusalem."""

from __future__ import annotations

import pytest

from saleor_loyalty.models import LoyaltyProgram

from . import reports


@pytest.fixture
def program(db: None) -> LoyaltyProgram:
    return reports.publish(time_zone="Asia/Jerusalem")
