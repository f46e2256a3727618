"""A club with a log of a few rows, and a storage that is empty before and after."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from django.conf import settings

from saleor_loyalty.exports import write_export
from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram
from tests import club
from tests.ledger.builders import NOW, deduct, give


@pytest.fixture
def program(db) -> LoyaltyProgram:
    return club.publish(club.rules(listing={"timeZone": "Asia/Jerusalem"}))


@pytest.fixture
def account(program) -> LoyaltyAccount:
    """Dana's. Seven rows: 10, 20, 30, 40, 50, 60 given and 5 taken."""
    from saleor_loyalty.ledger import open_account

    dana = club.add_customer("dana@example.com", first_name="Dana", last_name="Levi")
    account = open_account(program, user_id=dana.pk, at=NOW)
    for tens in range(1, 7):
        give(account, 10 * tens, reason=f"Gift {tens}")
    deduct(account, 5, reason="=1+2")
    account.refresh_from_db()
    return account


@pytest.fixture(autouse=True)
def _empty_storage():
    folder = Path(settings.PLAYGROUND_PRIVATE_FILES) / "saleor-loyalty"
    shutil.rmtree(folder, ignore_errors=True)
    yield
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def _nobody_is_woken(monkeypatch):
    """These tests write by themselves; that the task is sent is shown through the API."""
    module = sys.modules["saleor_loyalty.exports.create_export"]
    monkeypatch.setattr(module, "wake_exporter", lambda export_id: None)


@pytest.fixture
def small_parts(monkeypatch) -> int:
    monkeypatch.setattr(write_export, "PART_ROWS", 3)
    return 3
