"""A club to give points in."""

from __future__ import annotations

import pytest

from saleor_loyalty.models import LoyaltyProgram
from saleor_loyalty.programs.active_program import forget_versions
from tests import club


@pytest.fixture(autouse=True)
def _no_version_remembered():
    forget_versions()


@pytest.fixture(autouse=True)
def _nobody_is_woken(monkeypatch):
    """The playground runs a task where it is sent. Here a batch stands still until the test works on it."""
    monkeypatch.setattr("saleor_loyalty.batches.waking.TASK", "tests.batches.builders.sleeper")


@pytest.fixture
def program(db) -> LoyaltyProgram:
    club.open_channel()
    return club.publish()
