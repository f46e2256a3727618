"""An export that is killed in the middle is taken up where its last part ended: the file is the same."""

from __future__ import annotations

import itertools
from contextlib import suppress

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import OperationalError, connection

from saleor_loyalty.accounts import AccountFilter
from saleor_loyalty.exports import Progress, claim_export, delete_expired_files, find_stalled_exports, write_part
from saleor_loyalty.exports.write_export import CLAIM_LASTS, KEPT
from saleor_loyalty.log import TransactionFilter
from saleor_loyalty.models import Export, ExportPart
from saleor_loyalty.tasks import resume_exports_task, write_export_task
from tests.ledger.builders import DAY, NOW
from tests.ledger.connections import killed_after

from .builders import content, make, stored_files, table, write


def test_the_next_worker_goes_on_behind_the_last_part_once_the_claim_has_lapsed(program, account, small_parts):
    whole = make(program)
    write(whole)
    export = make(program)
    claim = claim_export(export.pk, at=NOW)
    assert write_part(export.pk, claim=claim, at=NOW) is Progress.MORE

    assert claim_export(export.pk, at=NOW + CLAIM_LASTS - DAY / 86_400) is None
    assert find_stalled_exports(at=NOW, limit=10) == []
    assert find_stalled_exports(at=NOW + CLAIM_LASTS, limit=10) == [export.pk]
    assert write(export, at=NOW + CLAIM_LASTS) == [Progress.MORE, Progress.READY]

    assert content(export) == content(whole)


@pytest.mark.django_db(transaction=True)
def test_a_session_that_dies_after_any_statement_of_any_part_changes_nothing_of_the_file(account, small_parts):
    program = account.program
    whole = make(program)
    write(whole)
    expected = content(whole)

    deaths = 0
    for statement in itertools.count(1):
        export = make(program)
        with suppress(OperationalError), killed_after(statement) as killer:
            write(export)
        connection.close()
        deaths += killer.is_done
        assert write(export, at=NOW + CLAIM_LASTS)[-1:] in ([Progress.READY], [])
        assert (export.status, export.rows_done) == ("READY", 7)
        assert content(export) == expected
        if not killer.is_done:
            break

    assert deaths > 20
    # What the dead have left goes with the rest.
    delete_expired_files(at=NOW + KEPT + DAY, limit=1_000)
    assert (stored_files(), ExportPart.objects.count()) == ([], 0)


def test_a_storage_that_fails_leaves_nothing_that_counts_and_the_next_run_goes_on(
    program, account, small_parts, monkeypatch
):
    export = make(program)
    save, calls = FileSystemStorage.save, itertools.count(1)

    def failing(self, name, *arguments, **options):
        if next(calls) == 2:
            raise OSError("No space left on device")
        return save(self, name, *arguments, **options)

    monkeypatch.setattr(FileSystemStorage, "save", failing)
    with pytest.raises(OSError, match="No space"):
        write_export_task(export.pk)
    export.refresh_from_db()
    assert (export.status, export.rows_done, export.claim) == ("RUNNING", 3, "")

    assert resume_exports_task() == 1

    export.refresh_from_db()
    assert (export.status, [row["sequence"] for row in table(export)]) == ("READY", list("1234567"))


def test_a_file_that_cannot_be_deleted_is_tried_again(program, account, monkeypatch):
    export = make(program)
    write(export)

    def refuse(self, name):
        raise OSError("not now")

    with monkeypatch.context() as patched:
        patched.setattr(FileSystemStorage, "delete", refuse)
        assert delete_expired_files(at=NOW + KEPT, limit=10) == 0
    export.refresh_from_db()
    assert (export.status, export.files_deleted_at, len(stored_files())) == ("EXPIRED", None, 1)

    assert delete_expired_files(at=NOW + KEPT, limit=10) == 1
    assert stored_files() == []


def test_files_that_can_never_be_deleted_do_not_hold_up_the_others(program, account, monkeypatch):
    # given
    stuck = [make(program), make(program)]
    fine = make(program)
    for export in (*stuck, fine):
        write(export)
    lost = {part.name for part in ExportPart.objects.filter(export__in=stuck)}
    delete = FileSystemStorage.delete

    def refuse(self, name):
        if name in lost:
            raise OSError("never")
        delete(self, name)

    monkeypatch.setattr(FileSystemStorage, "delete", refuse)

    # when
    counts = [delete_expired_files(at=NOW + KEPT + number * DAY, limit=2) for number in range(2)]

    # then
    assert counts == [0, 1]
    fine.refresh_from_db()
    assert fine.files_deleted_at == NOW + KEPT + DAY


def test_the_search_text_of_an_export_goes_with_its_files(program, account):
    # given
    searched = AccountFilter(search="Dana")
    wanted = AccountFilter(all_of=(searched, AccountFilter(status="ACTIVE")))
    exports = [make(program, given) for given in (wanted, TransactionFilter(search="Dana", search_customers=True))]
    for export in exports:
        write(export)

    # when
    delete_expired_files(at=NOW + KEPT, limit=10)

    # then
    filters = [Export.objects.get(pk=export.pk).filter for export in exports]
    assert filters == [{"AND": [{"ids": []}, {"status": "ACTIVE"}]}, {}]
