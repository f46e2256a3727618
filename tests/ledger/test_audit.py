"""Faults that no verb can make are put in with the triggers and constraints switched off; the audit must name them."""

import pytest

from saleor_loyalty import ledger
from saleor_loyalty.errors import AccountNotFound
from saleor_loyalty.ledger.audit import FINDING_CODES
from saleor_loyalty.models import LotUse, LoyaltyTransaction, Reservation, TransactionText

from .builders import (
    DAY,
    NOW,
    award,
    commit,
    deduct,
    everything,
    execute,
    findings,
    give,
    make_program,
    new_key,
    reloaded,
    reserve,
)

ACCOUNTS = "saleor_loyalty_loyaltyaccount"
TRANSACTIONS = "saleor_loyalty_loyaltytransaction"
LOTS = "saleor_loyalty_lot"
USES = "saleor_loyalty_lotuse"
TEXTS = "saleor_loyalty_transactiontext"


def tamper(sql, *params):
    """Change rows behind the triggers' back, as somebody with all rights could. Check constraints still hold."""
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("SET LOCAL session_replication_role = 'replica'")
    execute(sql, *params)
    execute("SET LOCAL session_replication_role = 'origin'")


@pytest.fixture
def books(account):
    """An account with a give, an award, a pending award, a deduction, a redemption, and points set aside."""
    give(account, 100, reason="Welcome")
    award(account, 50)
    award(account, 30, available_at=NOW + DAY, order_id="order-2")
    deduct(account, 20)
    reserve(account, 40)
    commit(account, 40)
    reserve(account, 10, checkout_id="checkout-2")
    return account


def transaction_of(account, type):
    return LoyaltyTransaction.objects.filter(account=account, type=type).latest("sequence")


def test_the_audit_of_sound_books_finds_nothing(books):
    assert findings() == []


def test_an_edited_transaction_is_named(books):
    edited = transaction_of(books, "DEDUCT")
    tamper(f"UPDATE {TRANSACTIONS} SET occurred_at = occurred_at - interval '1 day' WHERE id = %s", edited.pk)

    found = list(ledger.audit_accounts(at=NOW))

    assert [(finding.code, finding.account_id, finding.transaction_id) for finding in found] == [
        ("HASH_MISMATCH", books.pk, edited.pk)
    ]


def test_edited_points_break_the_hash_and_the_sums(books):
    tamper(f"UPDATE {TRANSACTIONS} SET points = 60 WHERE id = %s", transaction_of(books, "EARN").pk)

    assert set(findings()) == {
        "BALANCE_MISMATCH",
        "SUMS_MISMATCH",
        "CREDIT_MISMATCH",
        "HASH_MISMATCH",
        "BALANCE_AFTER_MISMATCH",
    }


def test_a_transaction_rewritten_with_a_new_hash_breaks_its_successors_link(books):
    edited = transaction_of(books, "DEDUCT")
    edited.external_reference = "forged"
    from saleor_loyalty.ledger.chain import hash_transaction

    tamper(
        f"UPDATE {TRANSACTIONS} SET external_reference = 'forged', hash = %s WHERE id = %s",
        hash_transaction(edited),
        edited.pk,
    )

    assert findings() == ["CHAIN_BROKEN"]


def test_a_forged_last_transaction_does_not_match_the_account(books):
    tamper(f"UPDATE {TRANSACTIONS} SET hash = 'x' WHERE id = %s", transaction_of(books, "REDEEM").pk)

    assert findings() == ["CHAIN_BROKEN", "HASH_MISMATCH"]


def test_a_deleted_award_is_named(books):
    deleted = transaction_of(books, "EARN").pk
    for table, column in ((LOTS, "transaction_id"), (TEXTS, "transaction_id"), (TRANSACTIONS, "id")):
        tamper(f"DELETE FROM {table} WHERE {column} = %s", deleted)

    assert set(findings()) == {
        "BALANCE_MISMATCH",
        "SUMS_MISMATCH",
        "LOTS_MISMATCH",
        "PENDING_MISMATCH",
        "SEQUENCE_GAP",
        "CHAIN_BROKEN",
        "BALANCE_AFTER_MISMATCH",
    }


def test_a_duplicated_award_is_named(books):
    row = transaction_of(books, "EARN")
    row.pk = None
    row.sequence = reloaded(books).sequence + 1
    row.idempotency_key = new_key()
    row.save(force_insert=True)

    found = set(findings())

    assert {"SEQUENCE_GAP", "CHAIN_BROKEN", "HASH_MISMATCH", "CREDIT_MISMATCH", "BALANCE_MISMATCH"} <= found
    assert "TEXT_MISSING" in found


def test_an_edited_text_is_named(books):
    tamper(f"UPDATE {TEXTS} SET reason = 'Forged' WHERE transaction_id = %s", transaction_of(books, "GIVE").pk)

    assert findings() == ["TEXT_MISMATCH"]


def test_a_missing_text_row_is_named(books):
    tamper(f"DELETE FROM {TEXTS} WHERE transaction_id = %s", transaction_of(books, "GIVE").pk)

    assert findings() == ["TEXT_MISSING"]


def test_an_erased_text_is_no_fault(books):
    ledger.erase_texts(books.pk)

    assert set(TransactionText.objects.values_list("salt", flat=True)) == {""}
    assert findings() == []


def test_a_lot_that_was_filled_up_is_named_and_repaired(books):
    tamper(f"UPDATE {LOTS} SET remaining = issued WHERE transaction_id = %s", transaction_of(books, "GIVE").pk)
    assert findings() == ["LOTS_MISMATCH", "LOT_MISMATCH"]

    repaired = ledger.rebuild_projection(books.pk)

    lot = transaction_of(books, "GIVE").lot
    assert repaired == {f"lot {lot.pk}": (100, 40)}
    assert findings() == []


def test_a_missing_lot_use_is_named(books):
    use = LotUse.objects.latest("pk")
    tamper(f"DELETE FROM {USES} WHERE id = %s", use.pk)

    assert set(findings()) == {"DEBT_MISMATCH", "LOT_MISMATCH"}


def test_too_large_a_lot_use_is_named(books):
    tamper(f"UPDATE {USES} SET points = points + 1 WHERE id = %s", LotUse.objects.latest("pk").pk)

    assert set(findings()) == {"DEBT_MISMATCH", "LOT_MISMATCH", "DEBIT_OVERCOVERED"}


def test_a_lot_of_somebody_else_is_named(books, account_factory):
    other = account_factory()
    lot = give(other, 20).transaction.lot
    use = LotUse.objects.earliest("pk")
    tamper(f"UPDATE {USES} SET lot_id = %s WHERE id = %s", lot.pk, use.pk)

    assert set(findings()) == {"LOT_MISMATCH", "FOREIGN_LOT_USE"}


def test_a_committed_reservation_without_its_redemption_is_named(books):
    Reservation.objects.filter(status="COMMITTED").update(order_id="order-77")

    assert findings() == ["RESERVATION_WITHOUT_REDEMPTION"]


def test_columns_that_were_edited_together_are_named_and_repaired(books):
    # given: an edit that passes every check constraint
    execute(f"UPDATE {ACCOUNTS} SET balance = balance + 5, given = given + 5, pending = 0, reserved = 0")
    execute(f"UPDATE {ACCOUNTS} SET next_due_at = NULL, last_hash = 'x', sequence = 1")
    assert findings() == [
        "BALANCE_MISMATCH",
        "SUMS_MISMATCH",
        "LOTS_MISMATCH",
        "PENDING_MISMATCH",
        "RESERVED_MISMATCH",
        "SEQUENCE_GAP",
        "SEQUENCE_GAP",
        "CHAIN_BROKEN",
        "DUE_DATE_MISSED",
    ]

    # when
    repaired = ledger.rebuild_projection(books.pk)

    # then
    assert repaired["balance"] == (125, 120)
    assert repaired["pending"] == (0, 30)
    assert repaired["reserved"] == (0, 10)
    assert findings() == []
    before = everything()
    assert ledger.rebuild_projection(books.pk) == {}
    assert everything() == before


def test_rows_that_contradict_each_other_are_not_rebuilt(books):
    tamper(f"DELETE FROM {LOTS} WHERE transaction_id = %s", transaction_of(books, "EARN").pk)
    before = everything()

    with pytest.raises(ledger.LedgerInconsistent):
        ledger.rebuild_projection(books.pk)

    assert everything() == before


def test_rebuilding_an_unknown_account_is_refused(db):
    with pytest.raises(AccountNotFound):
        ledger.rebuild_projection(-1)


def test_the_audit_can_be_narrowed(books, account_factory):
    other = account_factory()
    give(other, 10)
    execute(f"UPDATE {ACCOUNTS} SET balance = balance + 1, given = given + 1")
    elsewhere = make_program("elsewhere")

    assert {finding.account_id for finding in ledger.audit_accounts(at=NOW)} == {books.pk, other.pk}
    assert {finding.account_id for finding in ledger.audit_accounts(at=NOW, account_ids=[other.pk])} == {other.pk}
    assert list(ledger.audit_accounts(at=NOW, program_id=elsewhere.pk)) == []


def test_the_audit_costs_the_same_statements_for_one_account_and_for_many(account_factory, django_assert_num_queries):
    accounts = [account_factory() for _ in range(30)]
    for account in accounts:
        give(account, 10)
        deduct(account, 5)

    with django_assert_num_queries(13):  # with SAVEPOINT and RELEASE
        assert findings(accounts[0]) == []
    with django_assert_num_queries(13):
        assert findings() == []


def test_findings_beyond_a_limit_are_counted_by_their_code(account, monkeypatch):
    monkeypatch.setattr("saleor_loyalty.ledger.audit._FINDINGS_PER_RANGE_MAX", 3)
    for _ in range(5):
        give(account, 10)
    tamper(f"DELETE FROM {TEXTS}")
    tamper(f"UPDATE {TRANSACTIONS} SET hash = 'x' WHERE sequence = 5")

    found = list(ledger.audit_accounts(at=NOW))

    assert [(finding.code, finding.count) for finding in found] == [
        *[("CHAIN_BROKEN", 1), ("TEXT_MISSING", 1), ("TEXT_MISSING", 1)],
        *[("HASH_MISMATCH", 1), ("TEXT_MISSING", 3)],
    ]
    assert found[-1].message == f"3 more in the accounts from {account.pk} to {account.pk}."


def test_every_code_is_described():
    assert len(FINDING_CODES) == 19
    assert all(text.endswith(".") for text in FINDING_CODES.values())
