"""The shop that the stories are told in. ``SHOP_DRIVER`` names another driver than the playground's."""

from __future__ import annotations

import os

import pytest
from django.utils.module_loading import import_string

from saleor_loyalty.programs.active_program import forget_versions
from tests.scenarios.drivers.protocol import ShopDriver


@pytest.fixture
def shop(transactional_db: None) -> ShopDriver:
    # Real commits: what follows an order's commit must happen as it does in a running shop.
    # Some hosts' tests number their rows from 1 again: a version of another story must not be remembered.
    forget_versions()
    driver: ShopDriver = import_string(
        os.environ.get("SHOP_DRIVER", "tests.scenarios.drivers.playground.PlaygroundDriver")
    )()
    return driver
