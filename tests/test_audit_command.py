"""``manage.py loyalty_audit``: what it prints, what it repairs and how it ends."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from saleor_loyalty.models import LoyaltyAccount
from tests import club

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(db):
    club.open_channel()
    club.publish()
    return club.give(club.add_customer(), 50)


def audit(*words):
    """Return the exit code, what was printed and what the error says."""
    out = StringIO()
    try:
        call_command("loyalty_audit", *words, stdout=out, no_color=True)
    except CommandError as error:
        return error.returncode, out.getvalue().splitlines(), str(error)
    return 0, out.getvalue().splitlines(), ""


def test_sound_books(account):
    assert audit() == (0, ["Nothing differs."], "")
    assert audit("--program", "club", "--rebuild") == (0, ["Nothing differs."], "")


def test_what_differs_is_printed_and_nothing_is_changed(account):
    # given
    LoyaltyAccount.objects.update(balance=51, given=51)

    # when
    code, lines, error = audit()

    # then
    assert (code, error) == (1, "3 findings in 1 accounts.")
    assert lines == [
        f"account {account.pk}\t-\tBALANCE_MISMATCH\tThe column balance says 51, the rows say 50.",
        f"account {account.pk}\t-\tSUMS_MISMATCH\tThe column given says 51, the rows say 50.",
        f"account {account.pk}\t-\tLOTS_MISMATCH\tThe column balance says 51, the rows say 50.",
    ]
    assert LoyaltyAccount.objects.get().given == 51


def test_columns_are_rebuilt_after_what_differs_is_printed(account):
    # given
    LoyaltyAccount.objects.update(balance=51, given=51)

    # when
    code, lines, _ = audit("--rebuild")

    # then
    assert code == 1
    assert [line.split("\t")[2] for line in lines] == [
        *("BALANCE_MISMATCH", "SUMS_MISMATCH", "LOTS_MISMATCH"),
        *("balance: 51 -> 50", "given: 51 -> 50"),
    ]
    account.refresh_from_db()
    assert account.given == 50
    assert audit() == (0, ["Nothing differs."], "")


def test_an_edited_row_is_named_and_never_changed(account):
    # given somebody who takes the triggers off
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE saleor_loyalty_loyaltytransaction SET occurred_at = occurred_at - interval '1 day'")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    # when
    code, lines, _ = audit("--rebuild")

    # then
    assert code == 1
    assert [line.split("\t")[2] for line in lines] == ["HASH_MISMATCH", "its columns are what its rows say"]
    assert "HASH_MISMATCH" in audit()[1][0]


def test_only_the_accounts_of_the_program_are_looked_at(account):
    LoyaltyAccount.objects.update(balance=51, given=51)
    club.publish({**club.rules(), "channels": []}, slug="other")

    assert audit("--program", "other") == (0, ["Nothing differs."], "")
    assert audit("--program", "club")[0] == 1
    assert audit("--program", "nobody") == (2, [], "There is no program nobody.")
