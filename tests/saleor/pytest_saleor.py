"""A pytest plugin that puts Saleor's own test fixtures under our contract tests and scenarios.

It is loaded by name (``PYTEST_PLUGINS=tests.saleor.pytest_saleor``), not found as a conftest, because Saleor's
fixtures must be there whatever directory the tests are in. ``SALEOR_ROOT`` names the Saleor checkout.

The database is ``DATABASE_URL`` itself: a throw-away clone of a migrated template, made by
``scripts/saleor_suite.py``. A test with real commits (``django_db(transaction=True)``) gets a new clone afterwards
instead of Django's flush, which would also take the rows that migrations and ``post_migrate`` write, and is slower.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import django
import psycopg
import pytest
from psycopg import sql

django.setup()

import saleor.graphql.api  # noqa: E402, F401  (before any of its parts: they import each other in a circle)
from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import TransactionTestCase  # noqa: E402

SALEOR_ROOT = Path(os.environ["SALEOR_ROOT"])
TEMPLATE = os.environ["SALEOR_TEMPLATE"]
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
    if not DATABASE["NAME"].startswith("test_"):
        pytest.exit(f"{DATABASE['NAME']} is not a throw-away database", returncode=3)


@pytest.fixture(autouse=True)
def installed_plugins(request, settings):
    """Switch our plugin on again: a fixture of Saleor gives each test a list without it."""
    installed = list(PLUGINS)
    if "setup_dummy_gateways" in request.fixturenames:
        request.getfixturevalue("setup_dummy_gateways")
    settings.PLUGINS = installed


def renew_database() -> None:
    """Replace the database by a new clone of the template."""
    for alias in (settings.DATABASE_CONNECTION_DEFAULT_NAME, settings.DATABASE_CONNECTION_REPLICA_NAME):
        connections[alias].close()
    name, template = sql.Identifier(DATABASE["NAME"]), sql.Identifier(TEMPLATE)
    with psycopg.connect(
        host=DATABASE["HOST"],
        port=DATABASE["PORT"] or None,
        user=DATABASE["USER"],
        password=DATABASE["PASSWORD"],
        dbname="postgres",
        autocommit=True,
    ) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, template))


def _renew_instead_of_flush(self) -> None:
    renew_database()


TransactionTestCase._fixture_teardown = _renew_instead_of_flush
