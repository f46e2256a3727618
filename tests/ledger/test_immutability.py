"""PostgreSQL itself guards the ledger, whoever writes to it: these tests speak plain SQL."""

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from saleor_loyalty import ledger
from saleor_loyalty.models import LotUse, LoyaltyAccount, LoyaltyTransaction, ProgramVersion, TransactionText

from .builders import DAY, NOW, deduct, everything, execute, findings, give

TRANSACTIONS = "saleor_loyalty_loyaltytransaction"
USES = "saleor_loyalty_lotuse"
TEXTS = "saleor_loyalty_transactiontext"
VERSIONS = "saleor_loyalty_programversion"


@pytest.fixture
def books(account):
    give(account, 50, reason="For Ann Lee", internal_note="she called")
    deduct(account, 20)
    return account


@pytest.mark.parametrize(
    "sql",
    [
        f"UPDATE {TRANSACTIONS} SET points = points + 1",
        f"UPDATE {TRANSACTIONS} SET hash = hash",
        f"DELETE FROM {TRANSACTIONS}",
        f"UPDATE {USES} SET points = points + 1",
        f"DELETE FROM {USES}",
        f"DELETE FROM {TEXTS}",
        f"UPDATE {TEXTS} SET reason = 'other', salt = ''",
        f"UPDATE {TEXTS} SET internal_note = 'other'",
        f"UPDATE {TEXTS} SET salt = 'other'",
        f"UPDATE {TEXTS} SET reason = ''",
    ],
)
def test_the_database_refuses_to_change_the_ledger(books, sql):
    before = everything()

    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        execute(sql)

    assert everything() == before


@pytest.mark.parametrize("table", [TRANSACTIONS, USES, TEXTS, VERSIONS])
@pytest.mark.parametrize("value", ["off", ""])
def test_truncate_is_refused_unless_the_session_allows_it(books, table, value):
    before = everything()
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("SELECT set_config('saleor_loyalty.allow_truncate', %s, true)", value)

    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        execute(f"TRUNCATE {table} CASCADE")

    assert everything() == before


def test_truncate_is_allowed_where_the_session_says_so(books):
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("SET LOCAL saleor_loyalty.allow_truncate = 'on'")

    execute(f"TRUNCATE {TRANSACTIONS} CASCADE")

    assert LoyaltyTransaction.objects.count() == LotUse.objects.count() == 0


def test_the_orm_cannot_change_the_ledger_either(books):
    row = LoyaltyTransaction.objects.first()
    row.points = 999
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        row.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LotUse.objects.all().delete()


def test_texts_can_be_erased_and_the_chain_still_verifies(books):
    assert ledger.erase_texts(books.pk) == 2

    assert set(TransactionText.objects.values_list("reason", "internal_note", "salt")) == {("", "", "")}
    assert findings(books) == []
    assert ledger.erase_texts(books.pk) == 0


@pytest.mark.parametrize(
    "sql",
    [
        f"UPDATE {VERSIONS} SET rules = '{{\"points\": 2}}'",
        f"UPDATE {VERSIONS} SET published_at = NULL",
        f"DELETE FROM {VERSIONS}",
    ],
)
def test_a_published_version_is_immutable(program, sql):
    before = list(ProgramVersion.objects.values_list())

    with pytest.raises(DatabaseError, match="it is published"), transaction.atomic():
        execute(sql)

    assert list(ProgramVersion.objects.values_list()) == before


def test_a_draft_can_be_changed_published_and_deleted(program):
    draft = ProgramVersion.objects.create(
        program=program, number=2, rules={}, checksum="1", created_at=NOW, updated_at=NOW
    )
    draft.rules = {"earning": []}
    draft.save()
    draft.delete()
    published = ProgramVersion.objects.create(
        program=program, number=2, rules={}, checksum="1", created_at=NOW, updated_at=NOW
    )
    published.published_at = NOW
    published.save()

    assert ProgramVersion.objects.get(number=2).published_at == NOW


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("loyalty_account_pending_non_negative", "pending = -1"),
        ("loyalty_account_reserved_non_negative", "reserved = -1"),
        (
            "loyalty_account_debt_non_negative",
            "debt = -1, pending = -2, reserved = 0, balance = -1, given = deducted - 1",
        ),
        ("loyalty_account_available_non_negative", "reserved = balance + 1"),
        ("loyalty_account_sums_add_up", "given = given + 1"),
        ("loyalty_account_debt_is_paid_first", "debt = 1"),
        ("loyalty_account_balance_within_cap", "balance = 2000000001, given = given + 2000000001 - balance"),
    ],
)
def test_columns_that_do_not_add_up_are_refused(books, constraint, change):
    before = everything()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        execute(f"UPDATE saleor_loyalty_loyaltyaccount SET {change}")

    assert everything() == before


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("loyalty_lot_remaining_within_issued", "remaining = issued + 1"),
        ("remaining_check", "remaining = -1"),
    ],
)
def test_a_lot_never_holds_less_than_nothing_or_more_than_was_issued(books, constraint, change):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        execute(f"UPDATE saleor_loyalty_lot SET {change}")


def test_an_account_without_an_owner_is_closed(program):
    account = ledger.open_account(program, user_id=41, at=NOW)

    LoyaltyAccount.objects.filter(user_id=41).update(user_id=None)

    account.refresh_from_db()
    assert (account.status, account.user_id, account.email) == ("CLOSED", None, None)


def test_an_account_whose_user_gives_way_to_an_email_stays_open(program):
    account = ledger.open_account(program, user_id=41, at=NOW)

    LoyaltyAccount.objects.filter(user_id=41).update(user_id=None, email="ann@example.com")

    account.refresh_from_db()
    assert account.status == "ACTIVE"


def test_an_anonymized_account_stays_anonymized_when_its_user_goes(program):
    account = ledger.open_account(program, user_id=41, at=NOW + DAY)
    LoyaltyAccount.objects.filter(pk=account.pk).update(status="ANONYMIZED")

    LoyaltyAccount.objects.filter(user_id=41).update(user_id=None)

    account.refresh_from_db()
    assert account.status == "ANONYMIZED"
