"""A club with two tiers by points, a customer, and a variant."""

from __future__ import annotations

import pytest

from tests import club
from tests.scene import _no_version_remembered, dana, variant

from .builders import TIERS

__all__ = ["_no_version_remembered", "dana", "variant"]


@pytest.fixture
def program(db):
    club.open_channel()
    return club.publish(club.rules(tiers=TIERS, trigger="ORDER_PLACED"))
