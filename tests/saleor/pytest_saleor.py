"""A pytest plugin that puts Saleor's own test fixtures under our contract tests and scenarios.

It is loaded by name (``PYTEST_PLUGINS=tests.saleor.pytest_saleor``), not found as a conftest, because Saleor's
fixtures must be there whatever directory the tests are in. ``SALEOR_ROOT`` names the Saleor checkout.

The database is ``DATABASE_URL`` itself: a throw-away clone of a migrated template, made by
``scripts/saleor_suite.py``. After a test with real commits (``django_db(transaction=True)``) it is put back to what
the template holds (``clean_database.py``).
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import django
import pytest

django.setup()

import saleor.graphql.api  # noqa: E402, F401  (before any of its parts: they import each other in a circle)
from django.conf import settings  # noqa: E402
from django.test import TransactionTestCase  # noqa: E402

from tests.saleor.clean_database import Cleaner  # noqa: E402

SALEOR_ROOT = Path(os.environ["SALEOR_ROOT"])
DATABASE = settings.DATABASES["default"]
PLUGINS = tuple(settings.PLUGINS)

_specification = importlib.util.spec_from_file_location("saleor_root_conftest", SALEOR_ROOT / "conftest.py")
_saleor_conftest = importlib.util.module_from_spec(_specification)
_specification.loader.exec_module(_saleor_conftest)

pytest_plugins = _saleor_conftest.pytest_plugins
# Not every version has each of its hooks.
for _hook in ("pytest_addoption", "pytest_configure", "pytest_collection_modifyitems"):
    if hasattr(_saleor_conftest, _hook):
        globals()[_hook] = getattr(_saleor_conftest, _hook)


@pytest.fixture(scope="session")
def django_db_setup():
    """The database is there already."""
    global _cleaner
    if not DATABASE["NAME"].startswith("test_"):
        pytest.exit(f"{DATABASE['NAME']} is not a throw-away database", returncode=3)
    _cleaner = Cleaner(DATABASE)


@pytest.fixture(autouse=True)
def installed_plugins(request, settings):
    """Switch our plugin on again: a fixture of Saleor gives each test a list without it."""
    installed = list(PLUGINS)
    for name in ("setup_dummy_gateways", "setup_dummy_gateway"):
        if name in request.fixturenames:
            request.getfixturevalue(name)
    settings.PLUGINS = installed


_cleaner: Cleaner | None = None


def _clean_instead_of_flush(self) -> None:
    _cleaner.clean()


TransactionTestCase._fixture_teardown = _clean_instead_of_flush
