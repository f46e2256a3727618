import datetime
import inspect
from decimal import Decimal

import pytest

from saleor_loyalty import ledger
from saleor_loyalty.errors import (
    AccountClosed,
    AccountFrozen,
    AccountNotFound,
    IdempotencyConflict,
    InvalidPoints,
    LoyaltyException,
)
from saleor_loyalty.ledger.give_points import GiftValues
from saleor_loyalty.models import Lot, LotUse

from .builders import DAY, NOW, columns, everything, findings, give, points_of, reloaded, rows, sums


def test_giving_points_writes_a_transaction_a_lot_and_the_columns(account):
    # when
    posting = give(account, 120, reason="Welcome", internal_note="asked by phone", idempotency_key="k1")

    # then
    transaction = posting.transaction
    assert posting.is_new is True
    assert (transaction.type, transaction.source, transaction.points) == ("GIVE", "MANUAL", 120)
    assert (transaction.sequence, transaction.balance_after) == (1, 120)
    assert (transaction.text.reason, transaction.text.internal_note) == ("Welcome", "asked by phone")
    assert (transaction.occurred_at, transaction.created_at) == (NOW, NOW)
    lot = Lot.objects.get(transaction=transaction)
    assert (lot.issued, lot.remaining, lot.is_matured, lot.expires_at) == (120, 120, True, None)
    assert columns(account) == (120, 120, 0, 0, 0)
    assert sums(account) == (120, 0, 0, 0, 0)
    assert posting.account.revision == reloaded(account).revision == 1
    assert LotUse.objects.count() == 0
    assert findings(account) == []


def test_its_arguments_are_those_that_are_checked():
    checked = set(inspect.signature(ledger.check_gift).parameters) - {"account_id"}
    assert set(GiftValues.__annotations__) == checked


def test_giving_points_takes_at_most_six_statements(account, django_assert_max_num_queries):
    with django_assert_max_num_queries(8) as captured:  # with SAVEPOINT and RELEASE of the test's own atomic block
        give(account, 10)
    statements = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert len(statements) == 6


def test_points_given_for_later_are_pending_until_then(account):
    give(account, 50, available_at=NOW + DAY)

    assert columns(account) == (50, 0, 50, 0, 0)
    assert points_of(account, at=NOW + DAY).available == 50
    assert points_of(account, at=NOW + DAY).pending == 0
    assert reloaded(account).next_due_at == NOW + DAY


def test_the_same_request_returns_the_stored_posting(account):
    # given
    first = give(account, 50, idempotency_key="k", reason="Thanks")
    before = everything()

    # when
    second = give(account, 50, idempotency_key="k", reason="Thanks", at=NOW + DAY)

    # then
    assert second.is_new is False
    assert second.transaction == first.transaction
    assert everything() == before


@pytest.mark.parametrize(
    "other",
    [
        {"points": 51},
        {"reason": "Sorry"},
        {"internal_note": "x"},
        {"source": "VIP"},
        {"actor": ledger.Actor("STAFF", 7)},
        {"expires_at": NOW + DAY},
        {"available_at": NOW + DAY},
        {"external_reference": "r"},
        {"type": "IMPORT"},
        {"occurred_at": NOW - DAY},
    ],
)
def test_another_request_under_the_same_key_is_refused(account, other):
    # given
    give(account, 50, idempotency_key="k", reason="Thanks")
    before = everything()

    # when
    with pytest.raises(IdempotencyConflict):
        give(account, **{"points": 50, "idempotency_key": "k", "reason": "Thanks", **other})

    # then
    assert everything() == before


def test_a_key_of_one_account_is_taken_for_the_whole_program(account_factory):
    first, second = account_factory(), account_factory()
    give(first, 50, idempotency_key="k")
    before = everything()

    with pytest.raises(IdempotencyConflict):
        give(second, 50, idempotency_key="k")

    assert everything() == before


def test_a_replay_still_works_when_the_text_was_erased(account):
    first = give(account, 50, idempotency_key="k", reason="For Ann Lee")
    ledger.erase_texts(account.pk)

    assert give(account, 50, idempotency_key="k", reason="For Ann Lee").transaction == first.transaction


@pytest.mark.parametrize(
    "points", [0, -1, True, 1.0, 1.5, "5", Decimal(5), None, 2_000_000_001, 2**31, 2**63, float("nan")]
)
def test_points_that_are_not_a_whole_number_in_range_are_refused(account, points):
    before = everything()

    with pytest.raises(InvalidPoints):
        give(account, points)

    assert everything() == before


def test_an_account_holds_at_most_the_maximum(account):
    give(account, 2_000_000_000)
    before = everything()

    with pytest.raises(InvalidPoints):
        give(account, 1)
    with pytest.raises(InvalidPoints):
        give(account, 2_000_000_000)

    assert everything() == before


def test_the_setting_lowers_the_maximum(account, settings):
    settings.LOYALTY_MAX_POINTS = 100
    give(account, 60)
    before = everything()

    with pytest.raises(InvalidPoints):
        give(account, 101)
    with pytest.raises(InvalidPoints):
        give(account, 41)

    assert everything() == before


@pytest.mark.parametrize(
    ("status", "error"), [("FROZEN", AccountFrozen), ("CLOSED", AccountClosed), ("ANONYMIZED", AccountClosed)]
)
def test_a_frozen_or_closed_account_is_given_nothing(account_factory, status, error):
    account = account_factory(status=status)
    before = everything()

    with pytest.raises(error):
        give(account, 10)

    assert everything() == before


def test_an_unknown_account_is_not_found(db):
    with pytest.raises(AccountNotFound):
        ledger.give_points(-1, points=1, at=NOW, idempotency_key="k")


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"reason": "a\x00b"}, "reason"),
        ({"internal_note": "\ud800"}, "internalNote"),
        ({"reason": "x" * 10_001}, "reason"),
        ({"external_reference": "x" * 251}, "externalReference"),
        ({"idempotency_key": ""}, "idempotencyKey"),
        ({"idempotency_key": "x" * 251}, "idempotencyKey"),
        ({"expires_at": NOW}, "expiresAt"),
        ({"expires_at": NOW + DAY, "available_at": NOW + DAY}, "expiresAt"),
    ],
)
def test_texts_and_dates_that_do_not_fit_are_refused(account, arguments, field):
    before = everything()

    with pytest.raises(LoyaltyException) as refused:
        give(account, 10, **arguments)

    assert (refused.value.code, refused.value.field) == ("INVALID", field)
    assert everything() == before


@pytest.mark.parametrize(
    "arguments",
    [
        {"at": datetime.datetime(2026, 1, 1)},  # noqa: DTZ001
        {"source": "NOWHERE"},
        {"actor": ledger.Actor("ROBOT")},
        {"type": "EARN"},
    ],
)
def test_a_callers_mistake_is_a_value_error(account, arguments):
    before = everything()

    with pytest.raises(ValueError, match=r"."):
        give(account, 10, **arguments)

    assert everything() == before


def test_an_import_keeps_its_own_date(account):
    posting = give(account, 10, type="IMPORT", source="IMPORT", occurred_at=NOW - DAY, external_reference="row 7")

    assert posting.transaction.occurred_at == NOW - DAY
    assert posting.transaction.created_at == NOW
    assert posting.transaction.external_reference == "row 7"
    assert rows(account) == [("IMPORT", 10, 10)]
    assert sums(account) == (10, 0, 0, 0, 0)
