"""A file of any length is worked off in chunks of one size: each takes the same statements and no more memory."""

from __future__ import annotations

import io
import re
import tracemalloc

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playground.models import User
from saleor_loyalty.batches import step_batch
from saleor_loyalty.batches.csv_rows import read_csv
from saleor_loyalty.batches.refusals import FileInvalid
from saleor_loyalty.batches.targets import find_targets
from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import Batch, BatchRow, LoyaltyTransaction
from tests import club

from .builders import add_accounts, ask, counts, csv_of, run, step_until


def guests(count: int) -> str:
    return "email,points\n" + "".join(f"guest{number}@example.com,5\n" for number in range(count))


def steps_of(batch: Batch) -> list[tuple[str, int]]:
    """Work the batch off; return the phase and the number of statements of each step."""
    found = []
    is_going_on = True
    while is_going_on:
        phase = Batch.objects.get(pk=batch.pk).status
        with CaptureQueriesContext(connection) as queries:
            is_going_on = step_batch(batch.pk, at=club.now())
        found.append((phase, len(queries)))
    return found


def test_five_thousand_rows_are_judged_a_thousand_at_a_time_in_the_same_statements(program):
    batch = ask(program, guests(5000), is_dry_run=True)

    steps = steps_of(batch)

    assert counts(Batch.objects.get()) == ("DONE", 5000, 5000, 0, 25000)
    reading = [number for phase, number in steps if phase == "READING"]
    judging = [number for phase, number in steps if phase == "JUDGING"]
    # The file is opened once for twenty chunks; the last step of judging finds nothing more.
    assert (len(reading), len(judging)) == (1, 6)
    assert len(set(judging[:5])) == 1, judging
    assert max(judging) <= 12
    assert reading[0] <= 5 * 6 + 10


def test_points_move_for_a_hundred_at_a_time(program):
    batch = ask(program, csv_of(add_accounts(program, 250)))
    found = []
    while step_batch(batch.pk, at=club.now()):
        found.append(LoyaltyTransaction.objects.count())

    assert [number for number in found if number] == [100, 200, 250]
    assert counts(Batch.objects.get()) == ("DONE", 250, 250, 0, 2500)


@pytest.mark.parametrize("kind", ["account", "guest", "user"])
def test_a_chunk_takes_as_many_statements_for_forty_rows_as_for_twenty(program, kind):
    def statements(rows: int) -> int:
        texts = {
            "account": lambda: csv_of(add_accounts(program, rows)),
            "guest": lambda: "email,points\n" + "".join(f"{rows}-{n}@x.com,5\n" for n in range(rows)),
            "user": lambda: (
                "email,points\n" + "".join(f"{club.add_customer(f'u{n}@x.com').email},5\n" for n in range(rows))
            ),
        }
        User.objects.all().delete()
        batch = ask(program, texts[kind]())
        step_until(batch, lambda found: found.status == "APPLYING")
        with CaptureQueriesContext(connection) as queries:
            step_batch(batch.pk, at=club.now())
        assert LoyaltyTransaction.objects.filter(batch_id=batch.pk).count() == rows
        return len(queries)

    run(ask(program, csv_of(add_accounts(program, 1))))  # what a process learns once is learned
    assert statements(40) == statements(20) <= 30


def test_a_longer_file_takes_no_more_memory(program):
    def peak(rows: int) -> int:
        batch = ask(program, guests(rows), is_dry_run=True)
        connection.queries_log.clear()
        tracemalloc.start()
        try:
            run(batch)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1)  # what a process learns once is learned
    assert peak(6000) < 1.2 * peak(2000)
    assert BatchRow.objects.filter(status="READY").count() == 8001


def test_no_more_rows_are_read_than_a_batch_may_have(monkeypatch):
    monkeypatch.setattr("saleor_loyalty.batches.csv_rows.ROWS_MAX", 3)
    assert len(list(read_csv(io.BytesIO(guests(3).encode())))) == 3
    with pytest.raises(FileInvalid) as refusal:
        list(read_csv(io.BytesIO(guests(4).encode())))
    assert refusal.value.message == "The file has more than 3 rows."


def test_guests_are_found_by_the_expression_that_their_index_is_over(program):
    with CaptureQueriesContext(connection) as queries:
        open_account(program, email="A@example.com", at=club.now())
        find_targets(program.pk, [("EMAIL", "a@example.com")])
    by_address = [
        query["sql"]
        for query in queries
        if re.search(r"FROM \"saleor_loyalty_loyaltyaccount\" WHERE .*\"email\"", query["sql"])
    ]
    assert len(by_address) == 2
    # The index ``loyalty_account_one_per_email`` is over this expression and serves no other.
    assert all('LOWER("saleor_loyalty_loyaltyaccount"."email")' in statement for statement in by_address)
