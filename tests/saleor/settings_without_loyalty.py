"""Saleor's own test settings as if this package were not installed."""

from __future__ import annotations

from saleor.tests.settings import *  # noqa: F403

INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "saleor_loyalty"]  # noqa: F405
