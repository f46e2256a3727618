"""The migrations: complete, named by hand, reversible, and dependent on nothing of the host but its user table."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, migrations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

import saleor_loyalty.migrations

APP = "saleor_loyalty"


def own_migrations():
    loader = MigrationLoader(connection, ignore_no_migrations=True)
    return {name: migration for (app, name), migration in loader.disk_migrations.items() if app == APP}


def tables():
    return {name for name in connection.introspection.table_names() if name.startswith(f"{APP}_")}


def functions():
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE proname LIKE 'loyalty\\_%'")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", APP, check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_migrations_are_numbered_without_a_gap_and_named_by_hand():
    names = sorted(own_migrations())

    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    assert [name for name in names if "auto" in name or "initial" in name or "merge" in name] == []


@pytest.mark.django_db
def test_each_migration_says_what_it_is_about():
    for path in Path(saleor_loyalty.migrations.__file__).parent.glob("0*.py"):
        assert path.read_text().startswith('"""'), path.name


@pytest.mark.django_db
def test_a_process_of_the_release_before_can_still_insert_into_tables_that_got_columns():
    without = [
        (name, operation.model_name, operation.name)
        for name, migration in own_migrations().items()
        for operation in migration.operations
        if isinstance(operation, migrations.AddField)
        and name > "0020"
        # A column of a table that the same migration makes is nobody's before.
        and not any(
            isinstance(other, migrations.CreateModel) and other.name_lower == operation.model_name_lower
            for other in migration.operations
        )
        if not operation.field.null and not operation.field.has_db_default()
    ]
    assert without == []


@pytest.mark.django_db
def test_the_only_dependency_on_the_host_is_its_user_table():
    allowed = migrations.swappable_dependency(settings.AUTH_USER_MODEL)
    foreign = {
        dependency
        for migration in own_migrations().values()
        for dependency in migration.dependencies
        if dependency[0] != APP
    }

    assert foreign == {allowed}
    assert [migration.run_before for migration in own_migrations().values() if migration.run_before] == []


@pytest.mark.django_db
def test_the_user_reference_is_no_constraint_of_the_database():
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
            WHERE contype = 'f' AND conrelid::regclass::text LIKE 'saleor\\_loyalty\\_%%'
            """
        )
        references = cursor.fetchall()

    assert len(references) > 10
    assert [target for _, target in references if not target.startswith("saleor_loyalty_")] == []


@pytest.mark.django_db
def test_primary_keys_are_big():
    from django.apps import apps

    kinds = {
        model._meta.pk.get_internal_type()
        for model in apps.get_app_config(APP).get_models()
        if not model._meta.pk.is_relation  # as big as what it refers to
    }
    assert kinds == {"BigAutoField"}


@pytest.mark.django_db(transaction=True)
def test_every_migration_can_be_taken_back_one_by_one():
    names = sorted(own_migrations())
    tables_before, functions_before = tables(), functions()
    try:
        for name in reversed(names[:-1]):
            MigrationExecutor(connection).migrate([(APP, name)])
        MigrationExecutor(connection).migrate([(APP, None)])
        assert tables() == functions() == set()
    finally:
        MigrationExecutor(connection).migrate([(APP, names[-1])])

    assert (tables(), functions()) == (tables_before, functions_before)
