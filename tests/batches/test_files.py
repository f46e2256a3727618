"""Points by a file: what it may say and how, and what is refused with which row or line."""

from __future__ import annotations

import codecs
import datetime
import io

import pytest

from saleor_loyalty.batches.csv_rows import read_csv
from saleor_loyalty.batches.refusals import FileInvalid
from saleor_loyalty.host import get_host
from saleor_loyalty.models import Batch, BatchRow, LoyaltyAccount, LoyaltyTransaction
from tests import club

from .builders import add_accounts, ask, counts, csv_of, failed_rows, run


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(read_csv(io.BytesIO(data)))


@pytest.mark.parametrize(
    "data",
    [
        b"email,points\na@b.c,5\n",
        b"E-Mail;Points\r\na@b.c;5\r\n",
        b"email\tpoints\ra@b.c\t5",
        codecs.BOM_UTF8 + b"email,points\n\n\na@b.c,5\n,\n",
        codecs.BOM_UTF16_LE + "email,points\na@b.c,5\n".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + 'email,points\r\n"a@b.c",5'.encode("utf-16-be"),
    ],
)
def test_delimiters_line_ends_and_encodings_are_recognized(data):
    assert rows_of(data) == [{"email": "a@b.c", "points": "5"}]


def test_a_cell_may_hold_lines_quotes_and_text_from_right_to_left():
    data = 'email;reason\na@b.c;"שלום; ""x""\nand more"\n'.encode()

    assert rows_of(data) == [{"email": "a@b.c", "reason": 'שלום; "x"\nand more'}]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty."),
        (b"name,points\n", "Line 1: there is no column 'name'."),
        (b"points\n5\n", "Line 1: no column says whose points: account, user, email or externalReference."),
        (b"email,e_mail\n", "Line 1: a column is there twice."),
        (b"email\na@b.c\n\xff\xfeb@b.c\n", "Line 3: the file is neither UTF-8 nor UTF-16"),
        ("email\ncafé@b.c\n".encode("latin-1"), "Line 2: the file is neither UTF-8 nor UTF-16"),
        ("email\na@b.c\n".encode("utf-16-le"), "Line 1 holds a character that cannot be stored (NUL)."),
        ("email\na@b.c\n".encode("utf-32"), "Line 1: the file is UTF-32; save it as UTF-8."),
        (codecs.BOM_UTF16_LE + b"e\x00m\x00\x00\xd8x\x00", "Line 1 or soon after it: the file is not UTF-16."),
        (b"email\na\x00@b.c\n", "Line 2 holds a character that cannot be stored (NUL)."),
        (b'email\na@b.c\n"b@b.c\nc@b.c\n', "Line 3: unexpected end of data."),
        (b'email\n"a"b@b.c\n', "Line 2: ',' expected after '\"'."),
        (b"email\n" + b"x" * 140_000 + b"\n", "Line 2: field larger than field limit (131072)."),
        (b'email\n"' + b"x\n" * 140_000, "Line 2: field larger than field limit (131072)."),
        (b"email\n" + b"x," * 600_000, "Line 2 is too long."),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(data, message):
    with pytest.raises(FileInvalid) as refusal:
        rows_of(data)

    assert refusal.value.message.startswith(message)


def test_each_row_gets_its_points_and_says_what_the_batch_does_not(program):
    first, second = add_accounts(program, 2)
    text = (
        "account,points,reason,note,source,expires,transaction reference\n"
        f"{first.pk},10,,,,,\n"
        f"{second.pk},20,Sorry,called us,thank_you,2099-12-31,till-7\n"
    )

    batch = run(ask(program, text, internal_note="fair", source="OFFLINE"))

    assert counts(batch) == ("DONE", 2, 2, 0, 30)
    one, other = LoyaltyTransaction.objects.filter(batch_id=batch.pk).order_by("pk").select_related("text")
    assert (one.points, one.source, one.text.reason, one.text.internal_note) == (10, "OFFLINE", "Summer", "fair")
    assert (other.points, other.source, other.text.reason, other.text.internal_note) == (
        20,
        "THANK_YOU",
        "Sorry",
        "called us",
    )
    assert (other.external_reference, other.actor_kind, other.actor_id) == ("till-7", "STAFF", 7)
    assert other.lot.expires_at == datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)
    assert list(BatchRow.objects.values_list("identity", "details")) == [("", None), ("", None)]
    assert club.audit() == []


def test_people_are_named_by_key_id_address_and_a_guest_gets_an_account(program):
    dana = club.add_customer("dana@example.com")
    text = f"user,email\n,DANA@example.com\n{dana.pk},\n,New.Guest@example.com\n,new.guest@example.com\n"

    batch = run(ask(program, text, points=5))

    assert counts(batch) == ("DONE", 4, 2, 2, 10)
    assert failed_rows(batch) == [(2, "DUPLICATED_INPUT_ITEM", "user"), (4, "DUPLICATED_INPUT_ITEM", "email")]
    accounts = list(LoyaltyAccount.objects.order_by("user_id").values_list("user_id", "email", "balance"))
    assert accounts == [(dana.pk, None, 5), (None, "new.guest@example.com", 5)]


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ("999999,,5,,", "NOT_FOUND", "account"),
        ("x,,5,,", "INVALID", "account"),
        (",not an address,5,,", "INVALID", "email"),
        (",,5,,", "REQUIRED", "account"),
        ("1,a@b.c,5,,", "INVALID", "account"),
        (",a@example.com,,,", "REQUIRED", "points"),
        (",a@example.com,-5,,", "INVALID", "points"),
        (",a@example.com,0,,", "INVALID", "points"),
        (",a@example.com,1.5,,", "INVALID", "points"),
        (",a@example.com,99999999999,,", "INVALID", "points"),
        (",a@example.com,5,ORDER,", "INVALID", "source"),
        (",a@example.com,5,,soon", "INVALID", "expiresAt"),
        (",a@example.com,5,,2020-01-01", "INVALID", "expiresAt"),
        (",a@example.com,5,,2099-01-01T00:00:00", "INVALID", "expiresAt"),
        (",a@example.com,5,,9999-12-31T23:59:59-14:00", "INVALID", "expiresAt"),
        (",a@example.com,5,,,and more", "INVALID", "row"),
    ],
)
def test_a_row_that_makes_no_sense_fails_and_the_others_do_not(program, row, code, field):
    text = f"account,email,points,source,expires\n{row}\n,good@example.com,5,,\n"

    batch = run(ask(program, text))

    assert counts(batch) == ("DONE", 2, 1, 1, 5)
    assert failed_rows(batch) == [(1, code, field)]
    assert list(LoyaltyAccount.objects.values_list("email", flat=True)) == ["good@example.com"]


def test_accounts_of_another_program_are_unknown(program):
    club.open_channel("other")
    other = club.publish(club.rules(listing={"key": "o", "channel": "other"}), slug="other")

    batch = run(ask(program, csv_of(add_accounts(other, 1))))

    assert failed_rows(batch) == [(1, "NOT_FOUND", "account")]


def test_a_file_that_breaks_in_the_middle_gives_nothing(program):
    text = b"email,points\n" + b"".join(b"g%d@example.com,5\n" % number for number in range(1500)) + b"\xff\n"

    batch = run(ask(program, text))

    assert (batch.status, batch.done) == ("FAILED", 0)
    assert batch.problem.startswith("Line 1502: the file is neither UTF-8 nor UTF-16")
    assert not LoyaltyAccount.objects.exists()
    assert batch.file_name == ""


def test_the_file_is_kept_in_private_and_deleted_when_it_is_over(program):
    batch = ask(program, csv_of(add_accounts(program, 1)))
    storage = get_host().private_storage()
    assert storage.exists(batch.file_name)

    assert run(batch).file_name == ""
    assert not storage.exists(batch.file_name)


def test_columns_and_encoding_are_judged_at_once_and_nothing_is_written(program):
    with pytest.raises(FileInvalid):
        ask(program, "name\nDana\n")

    assert not Batch.objects.exists()
