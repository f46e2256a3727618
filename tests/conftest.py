"""What all tests share."""

from __future__ import annotations

import pytest
from django.db import connections


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    # Whatever settings module is chosen: Django empties the ledger's tables between transaction tests.
    options = connections["default"].settings_dict.setdefault("OPTIONS", {})
    options["options"] = "-c saleor_loyalty.allow_truncate=on"
