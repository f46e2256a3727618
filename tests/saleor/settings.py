"""Saleor's own test settings, with this plugin active and the ledger's tables open to TRUNCATE."""

from __future__ import annotations

from saleor.tests.settings import *  # noqa: F403

# The built-in dummy gateway, under the name that this version gives it; main has none.
PLUGINS = [
    "saleor_loyalty.adapter.plugin.LoyaltyPlugin",
    *(path for path in BUILTIN_PLUGINS if ".gateways.dummy." in path),  # noqa: F405
]

for _database in DATABASES.values():  # noqa: F405
    _database.setdefault("OPTIONS", {})["options"] = "-c saleor_loyalty.allow_truncate=on"
