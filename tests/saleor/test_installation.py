"""Installed into a Saleor and nothing else changed: the package is there."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from saleor_loyalty.models import LoyaltyProgram


def test_the_entry_point_adds_the_app():
    assert "saleor_loyalty" in settings.INSTALLED_APPS
    assert apps.get_app_config("saleor_loyalty").name == "saleor_loyalty"


@pytest.mark.django_db
def test_the_migrations_have_run():
    # when
    tables = set(connection.introspection.table_names())

    # then
    ours = {model._meta.db_table for model in apps.get_app_config("saleor_loyalty").get_models()}
    assert ours <= tables
    assert LoyaltyProgram.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_test_with_real_commits_starts_clean_first():
    assert not LoyaltyProgram.objects.exists()
    at = "2026-01-01T00:00:00Z"
    LoyaltyProgram.objects.create(name="Club", slug="club", created_at=at, updated_at=at)


@pytest.mark.django_db(transaction=True)
def test_a_test_with_real_commits_starts_clean_second():
    assert not LoyaltyProgram.objects.exists()
