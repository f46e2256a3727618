"""Two workers at one export give the file that one gives, and a row that is being written meanwhile is waited for."""

from __future__ import annotations

import threading

import pytest
from django.db import transaction

from saleor_loyalty.exports import Progress, claim_export, write_part
from saleor_loyalty.exports.write_export import CLAIM_LASTS
from saleor_loyalty.ledger import open_account
from tests.ledger.builders import NOW, give
from tests.ledger.connections import together

from .builders import content, make, stored_files, table, write

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_workers_that_begin_at_once_one_writes(account, small_parts):
    export = make(account.program)
    outcomes = together(*[lambda: claim_export(export.pk, at=NOW)] * 2)
    assert sorted(claim is None for claim in outcomes) == [False, True]


def test_a_worker_that_comes_back_after_its_claim_has_lapsed_adds_nothing(account, small_parts):
    whole = make(account.program)
    write(whole)
    export = make(account.program)
    old = claim_export(export.pk, at=NOW)
    assert write_part(export.pk, claim=old, at=NOW) is Progress.MORE
    new = claim_export(export.pk, at=NOW + 2 * CLAIM_LASTS)

    assert write_part(export.pk, claim=old, at=NOW + 2 * CLAIM_LASTS) is Progress.LOST
    assert claim_export(export.pk, at=NOW + 2 * CLAIM_LASTS, key=old) is None
    write(export, at=NOW + 2 * CLAIM_LASTS, key=new)

    assert content(export) == content(whole)
    assert len(stored_files()) == 6


def test_two_workers_that_hold_the_same_claim_write_each_part_once(account, small_parts):
    """A broker may deliver a task twice."""
    whole = make(account.program)
    write(whole)
    export = make(account.program)
    claim = claim_export(export.pk, at=NOW)

    def work():
        said = [Progress.MORE]
        while said[-1] is Progress.MORE:
            said.append(write_part(export.pk, claim=claim, at=NOW))
        return said[-1]

    together(work, work, work)
    while write_part(export.pk, claim=claim, at=NOW) is Progress.MORE:
        pass

    export.refresh_from_db()
    assert export.status == "READY"
    assert content(export) == content(whole)
    assert len(stored_files()) == 6


def test_a_row_that_is_being_written_when_the_export_is_made_is_in_it(account):
    guest = open_account(account.program, email="guest@example.com", at=NOW)
    is_written, may_commit = threading.Event(), threading.Event()

    def give_slowly():
        with transaction.atomic():
            give(account, 99)
            is_written.set()
            assert may_commit.wait(20)

    def make_meanwhile():
        assert is_written.wait(20)
        # A higher id that is committed first.
        give(guest, 77)
        export = make(account.program)
        claim = claim_export(export.pk, at=NOW)
        said = write_part(export.pk, claim=claim, at=NOW)
        may_commit.set()
        return export, claim, said

    _, (export, claim, said) = together(give_slowly, make_meanwhile)
    give(account, 1)
    write(export, key=claim)

    assert said is Progress.WAITING
    assert [row["pointsChange"] for row in table(export)] == ["10", "20", "30", "40", "50", "60", "-5", "99", "77"]
