"""A club whose catalogue has a voucher and access to an event, and a customer with points."""

from __future__ import annotations

import pytest

from tests import club
from tests.scene import _no_version_remembered, account, dana, variant

from .builders import publish_rewards

__all__ = ["_no_version_remembered", "account", "dana", "variant"]


@pytest.fixture
def program(db):
    club.open_channel()
    return publish_rewards()
