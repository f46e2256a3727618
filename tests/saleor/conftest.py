"""Fixtures of the contract tests; Saleor's own come from ``pytest_saleor.py``."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from tests.scenarios.drivers.saleor import SaleorDriver
from tests.scenarios.stories import open_club


@pytest.fixture
def now() -> datetime.datetime:
    return timezone.now()


@pytest.fixture
def shop(transactional_db) -> SaleorDriver:
    """A running shop with real commits, as the stories have it."""
    return SaleorDriver()


@pytest.fixture
def club(shop: SaleorDriver) -> SaleorDriver:
    """The shop with a published program, and a customer with points."""
    open_club(shop)
    return shop


@pytest.fixture
def run_saleor():
    """Run Python or a management command in a process of its own, on this test's database.

    The settings are Saleor's real ones unless others are named: nothing of the tests is in them.
    """

    def run(*words: str, settings_module: str = "saleor.settings", code: str = "", check: bool = True):
        command = [sys.executable, "-c", code] if code else [sys.executable, _manage_py(), *words]
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": settings_module,
            "SECRET_KEY": "not-a-secret",
            "PYTHONWARNINGS": "ignore",
            "RSA_PRIVATE_KEY": settings.RSA_PRIVATE_KEY,
        }
        environment.pop("PYTEST_CURRENT_TEST", None)
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
        assert not check or done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        return done

    return run


def _manage_py() -> str:
    return str(Path(os.environ["SALEOR_ROOT"]) / "manage.py")
