"""A club, a customer with 1000 points, and something to buy."""

from __future__ import annotations

from tests.scene import _no_version_remembered, account, dana, program, variant

__all__ = ["_no_version_remembered", "account", "dana", "program", "variant"]
