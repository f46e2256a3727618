"""Which statements the benchmarks count."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from benchmarks.statements import counted_statements, is_counted


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        '  select "a" FROM b',
        '(SELECT "a" FROM "b") UNION ALL (SELECT "c" FROM "d")',
        "WITH moved AS (UPDATE a SET b = 1 RETURNING *) SELECT * FROM moved",
        "INSERT INTO a VALUES (1)",
        "UPDATE a SET b = 1",
        "DELETE FROM a",
    ],
)
def test_what_reads_or_writes_rows_is_counted(sql):
    assert is_counted(sql)


@pytest.mark.parametrize(
    "sql",
    [
        'SAVEPOINT "s1"',
        'RELEASE SAVEPOINT "s1"',
        'ROLLBACK TO SAVEPOINT "s1"',
        "BEGIN",
        "COMMIT",
        "SET TIME ZONE 1",
        "",
    ],
)
def test_savepoints_and_settings_are_not_counted(sql):
    assert not is_counted(sql)


@pytest.mark.django_db
def test_savepoints_of_a_real_connection_are_not_counted():
    # when
    with counted_statements(connection) as counter, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1000")
        with transaction.atomic():
            cursor.execute("SELECT 1")

    # then
    assert counter.texts == ["SELECT 1"]


@pytest.mark.django_db
def test_nothing_is_counted_after_the_block():
    # given
    with counted_statements(connection) as counter:
        pass

    # when
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")

    # then
    assert counter.texts == []
