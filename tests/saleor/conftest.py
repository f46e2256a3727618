"""Fixtures of the contract tests; Saleor's own come from ``pytest_saleor.py``."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone


@pytest.fixture
def now() -> datetime.datetime:
    return timezone.now()
