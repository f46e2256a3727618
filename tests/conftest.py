"""What all tests share."""

from __future__ import annotations

import os

import pytest
from django.db import connections
from hypothesis import settings

# A gate must answer the same for the same code; at a developer's desk each run may look somewhere new.
settings.register_profile("gate", derandomize=True, deadline=None)
settings.register_profile("desk", deadline=None)
settings.load_profile("gate" if os.environ.get("CI") else "desk")


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    # Whatever settings module is chosen: Django empties the ledger's tables between transaction tests.
    options = connections["default"].settings_dict.setdefault("OPTIONS", {})
    options["options"] = "-c saleor_loyalty.allow_truncate=on"
