"""What an export holds, and how it ends."""

from __future__ import annotations

import datetime

import pytest

from saleor_loyalty import exports
from saleor_loyalty.accounts import AccountFilter, IntegerRange
from saleor_loyalty.errors import LimitReached, ProgramNotFound
from saleor_loyalty.exports import Progress, cancel_export, claim_export, create_export, delete_expired_files
from saleor_loyalty.exports.create_export import OPEN_EXPORTS_MAX
from saleor_loyalty.exports.log_sheet import LOG_COLUMNS, LOG_CUSTOMER_COLUMNS
from saleor_loyalty.exports.refusals import ExportNotFound
from saleor_loyalty.exports.write_export import ATTEMPTS_MAX, CLAIM_LASTS, KEPT
from saleor_loyalty.ledger import Actor, open_account
from saleor_loyalty.log import TransactionFilter
from saleor_loyalty.models import Export, ExportPart
from tests import club
from tests.cards.builders import assign, label
from tests.ledger.builders import DAY, NOW, give, make_program

from .builders import content, make, stored_files, table, write


def test_the_log_of_a_program_is_written_in_the_order_in_which_it_came_about(program, account, small_parts):
    export = make(program, actor=Actor("STAFF", 7))

    assert write(export) == [Progress.MORE, Progress.MORE, Progress.READY]

    rows = table(export)
    assert [row["pointsChange"] for row in rows] == ["10", "20", "30", "40", "50", "60", "-5"]
    assert [row["pointsBalance"] for row in rows] == ["10", "30", "60", "100", "150", "210", "205"]
    assert tuple(rows[0]) == LOG_COLUMNS
    assert rows[-1] | {"id": "", "idempotencyKey": ""} == {
        "id": "",
        "account": str(account.pk),
        "sequence": "7",
        "createdAt": "2026-03-01T14:00:00+02:00",
        "occurredAt": "2026-03-01T14:00:00+02:00",
        "type": "DEDUCT",
        "typeName": "Points deducted",
        "source": "MANUAL",
        "sourceName": rows[0]["sourceName"],
        "pointsChange": "-5",
        "pointsBalance": "205",
        "reason": "'=1+2",
        "internalNote": "",
        "orderNumber": "",
        "orderId": "",
        "channel": "",
        "reverses": "",
        "actorKind": "SYSTEM",
        "actorId": "",
        "externalReference": "",
        "idempotencyKey": "",
    }
    assert (export.status, export.rows_done, export.rows_total) == ("READY", 7, 7)
    assert (export.finished_at, export.expires_at) == (NOW, NOW + KEPT)
    assert (export.actor_kind, export.actor_id) == ("STAFF", 7)
    assert sum(export.parts.values_list("size", flat=True)) == len(content(export))


def test_only_one_with_customers_says_who_they_are(program, account):
    export = make(program, with_customers=True)
    guest = open_account(program, email="guest@example.com", at=NOW)
    give(guest, 1)
    later = make(program, with_customers=True)

    write(export), write(later)

    assert tuple(table(export)[0]) == LOG_COLUMNS + LOG_CUSTOMER_COLUMNS
    assert {(row["email"], row["firstName"], row["lastName"]) for row in table(export)} == {
        ("dana@example.com", "Dana", "Levi")
    }
    assert (table(later)[-1]["email"], table(later)[-1]["userId"]) == ("guest@example.com", "")
    assert "dana@example.com" not in content(make_and_write(program)).__str__()


def make_and_write(program, *arguments) -> Export:
    export = make(program, *arguments)
    write(export)
    return export


def test_what_came_later_is_not_in_it(program, account):
    export = make(program)
    give(account, 1)
    write(export)
    assert len(table(export)) == 7


def test_another_program_s_rows_are_not_in_it(program, account):
    other = make_program("other")
    give(open_account(other, user_id=account.user_id, at=NOW), 3)
    assert len(table(make_and_write(program))) == 7
    assert [row["pointsChange"] for row in table(make_and_write(other))] == ["3"]


def test_a_filter_that_finds_nothing_gives_a_file_of_the_header_alone(program, account):
    contradictory = TransactionFilter(points_from=5, points_to=-5)
    export = make_and_write(program, contradictory)
    assert content(export) == ("\ufeff" + ",".join(LOG_COLUMNS) + "\r\n").encode()
    assert (export.status, export.rows_done, export.rows_total) == ("READY", 0, 0)


def test_as_many_rows_as_parts_hold_end_with_an_empty_part(program, account, small_parts):
    export = make(program, TransactionFilter(points_from=1))
    assert write(export) == [Progress.MORE, Progress.MORE, Progress.READY]
    assert len(table(export)) == 6


def test_accounts_are_written_with_their_points_and_labels(program, account, small_parts):
    guest = open_account(program, email="guest@example.com", at=NOW)
    give(guest, 7)
    assign([account], [label(program, "VIP"), label(program, "Early")])
    everybody = make(program, AccountFilter(), with_customers=True)
    rich = make(program, AccountFilter(balance=IntegerRange(gte=100)))

    write(everybody), write(rich)

    first, second = table(everybody)
    assert (first["account"], first["available"], first["balance"], first["earned"]) == (
        str(account.pk),
        "205",
        "205",
        "210",
    )
    assert (first["deducted"], first["labels"], first["memberStatus"]) == ("5", "VIP; Early", "MEMBER")
    assert (first["email"], first["firstName"], first["languageCode"]) == ("dana@example.com", "Dana", "en")
    assert (second["email"], second["memberStatus"], second["available"]) == ("guest@example.com", "VISITOR", "7")
    assert [row["account"] for row in table(rich)] == [str(account.pk)]
    assert "email" not in table(rich)[0]


def test_a_program_that_does_not_exist_has_no_export(program):
    with pytest.raises(ProgramNotFound):
        create_export(program.pk + 1, wanted=TransactionFilter(), at=NOW)
    assert not Export.objects.exists()


def test_so_many_exports_are_under_way_and_no_more(program):
    for _ in range(OPEN_EXPORTS_MAX):
        make(program)
    with pytest.raises(LimitReached):
        make(program)
    cancel_export(Export.objects.first().pk, at=NOW)
    make(program)
    assert Export.objects.count() == OPEN_EXPORTS_MAX + 1


def test_one_that_is_called_off_is_written_no_further_and_its_files_go(program, account, small_parts):
    export = make(program)
    claim = claim_export(export.pk, at=NOW)
    assert exports.write_part(export.pk, claim=claim, at=NOW) is Progress.MORE
    assert len(stored_files()) == 1

    assert cancel_export(export.pk, at=NOW).status == "CANCELED"

    assert exports.write_part(export.pk, claim=claim, at=NOW) is Progress.LOST
    assert claim_export(export.pk, at=NOW + DAY) is None
    assert delete_expired_files(at=NOW, limit=10) == 0
    assert delete_expired_files(at=NOW + CLAIM_LASTS, limit=10) == 1
    assert stored_files() == []
    export.refresh_from_db()
    assert (export.status, export.files_deleted_at) == ("CANCELED", NOW + CLAIM_LASTS)


def test_one_that_is_ready_cannot_be_called_off_any_more(program, account):
    export = make_and_write(program)
    assert cancel_export(export.pk, at=NOW).status == "READY"
    assert len(stored_files()) == 1


def test_nobody_can_call_off_what_does_not_exist(program):
    with pytest.raises(ExportNotFound):
        cancel_export(1_000_000, at=NOW)


def test_a_file_is_deleted_when_its_time_is_over(program, account, small_parts):
    export = make_and_write(program)
    moment = datetime.timedelta(microseconds=1)
    assert len(stored_files()) == 3

    assert delete_expired_files(at=NOW + KEPT - moment, limit=10) == 0
    assert delete_expired_files(at=NOW + KEPT, limit=10) == 1
    assert delete_expired_files(at=NOW + KEPT, limit=10) == 0

    export.refresh_from_db()
    assert (export.status, stored_files(), ExportPart.objects.count()) == ("EXPIRED", [], 0)


def test_one_that_goes_wrong_again_and_again_fails(program, account):
    export = make(program)
    for attempt in range(ATTEMPTS_MAX):
        assert claim_export(export.pk, at=NOW + attempt * CLAIM_LASTS)
    assert claim_export(export.pk, at=NOW + ATTEMPTS_MAX * CLAIM_LASTS) is None
    export.refresh_from_db()
    assert export.status == "FAILED"


def test_texts_of_any_script_and_length_are_written_as_they_are(program, account):
    text = '\u202bלקוחות\u202c, "x"\r\n' + "ю" * 5_000
    give(account, 1, reason=text)
    assert table(make_and_write(program))[-1]["reason"] == text


def test_the_words_are_of_the_language(program, account):
    hebrew = make(program, language_code="he")
    write(hebrew)
    assert table(hebrew)[0]["type"] == "GIVE"
    assert table(hebrew)[0]["typeName"] != table(make_and_write(program))[0]["typeName"]


def test_the_number_of_statements_of_a_part_does_not_grow_with_its_rows(program, account, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def statements(wanted):
        export = make(program, wanted, with_customers=True)
        claim = claim_export(export.pk, at=NOW)
        with CaptureQueriesContext(
            connection,
        ) as found:
            exports.write_part(export.pk, claim=claim, at=NOW)
        return len(found)

    assert statements(TransactionFilter(points_from=60)) == statements(TransactionFilter())
    first = statements(AccountFilter())
    for number in range(5):
        open_account(program, user_id=club.add_customer(f"{number}@example.com").pk, at=NOW)
    assert statements(AccountFilter()) == first
