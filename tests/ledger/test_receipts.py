"""Each movement that no order's rules came to has a receipt of its own: exact lines, and its points by them alone."""

from __future__ import annotations

import pytest

from saleor_loyalty import ledger
from saleor_loyalty.models import LoyaltyTransaction
from saleor_loyalty.rules import recount_movement

from .builders import (
    DAY,
    HOUR,
    NOW,
    award,
    commit,
    deduct,
    give,
    new_key,
    reserve,
    return_points,
    reverse,
    set_available,
    spend,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipts_of():
    """(kind, points, lines) of the receipts of an account's rows, oldest first; a line is (code, points, detail)."""

    def read(account):
        found = []
        for row in LoyaltyTransaction.objects.filter(account=account).order_by("sequence"):
            assert recount_movement(row.receipt) == row.points
            assert row.receipt["points"] == row.points
            assert row.receipt["kind"] == row.type
            found.append([(line["code"], line["points"], line.get("detail", "")) for line in row.receipt["lines"]])
        return found

    return read


def test_what_was_given_imported_and_deducted_says_so(account, receipts_of):
    give(account, 100)
    give(account, 30, type="IMPORT", source="IMPORT")
    give(account, 20, source="PLAN")
    deduct(account, 40, source="OFFLINE")

    assert receipts_of(account) == [
        [("GIVEN", 100, "MANUAL")],
        [("IMPORTED", 30, "")],
        [("MEMBERSHIP", 20, "PLAN")],
        [("DEDUCTED", -40, "OFFLINE")],
    ]


def test_a_set_is_explained_by_what_was_available_and_what_was_owed(account, receipts_of):
    give(account, 40)
    set_available(account, 100)
    set_available(account, 100)
    set_available(account, 0)

    assert receipts_of(account)[1:] == [
        [("SET_TO", 100, ""), ("AVAILABLE_BEFORE", -40, "")],
        [("SET_TO", 100, ""), ("AVAILABLE_BEFORE", -100, "")],
        [("SET_TO", 0, ""), ("AVAILABLE_BEFORE", -100, "")],
    ]


def test_a_set_pays_the_debt_by_the_way_and_says_so_but_not_at_zero(account, receipts_of):
    # given a debt of 30
    commit(account, 30, receipt=None)

    # when
    zero = set_available(account, 0).transaction
    up = set_available(account, 50).transaction

    # then
    assert (zero.points, up.points) == (0, 80)
    assert zero.receipt["lines"] == [{"code": "SET_TO", "points": 0}, {"code": "AVAILABLE_BEFORE", "points": 0}]
    assert up.receipt["lines"] == [
        {"code": "SET_TO", "points": 50},
        {"code": "AVAILABLE_BEFORE", "points": 0},
        {"code": "OWED_BEFORE", "points": 30},
    ]
    assert [recount_movement(row.receipt) for row in (zero, up)] == [0, 80]


def test_what_expired_says_when_and_what_a_checkout_kept(account, receipts_of):
    # given 100 points until tomorrow, 30 of them set aside for two days
    give(account, 100, expires_at=NOW + DAY)
    reserve(account, 30, lasts=2 * DAY)

    # when
    ledger.expire_due_lots(at=NOW + DAY, limit=10)
    ledger.expire_due_lots(at=NOW + 2 * DAY, limit=10)

    # then
    due = "2026-03-02T12:00:00+00:00"
    assert receipts_of(account)[1:] == [
        [("EXPIRED", -100, due), ("SET_ASIDE", 30, "")],
        [("EXPIRED", -30, due)],
    ]


def test_points_that_come_back_too_late_expire_with_a_receipt_of_their_own(account):
    give(account, 100, expires_at=NOW + DAY)
    spend(account, 60)
    return_points(account, 60, at=NOW + 2 * DAY)

    expired = LoyaltyTransaction.objects.filter(type="EXPIRE").order_by("pk")
    assert [(row.points, recount_movement(row.receipt)) for row in expired] == [(-40, -40), (-60, -60)]
    assert [row.receipt["lines"] for row in expired] == [
        [{"code": "EXPIRED", "points": -points, "detail": "2026-03-02T12:00:00+00:00"}] for points in (40, 60)
    ]


def test_a_correction_says_what_was_corrected_and_why_less_came_back(account, receipts_of):
    # given 100 points of which 25 expired and 45 were spent
    given = give(account, 100, expires_at=NOW + DAY).transaction
    ledger_row = deduct(account, 45).transaction
    ledger.reverse_transaction(ledger_row.pk, at=NOW, idempotency_key=new_key())
    deduct(account, 45)

    # when
    ledger.reverse_transaction(given.pk, at=NOW + HOUR, idempotency_key=new_key())

    # then
    assert receipts_of(account)[2:] == [
        [("CORRECTED", 45, "DEDUCT")],
        [("DEDUCTED", -45, "MANUAL")],
        [("CORRECTED", -100, "GIVE"), ("UNRECOVERED", 45, "")],
    ]


def test_a_correction_does_not_take_expired_points_twice(account, receipts_of):
    given = give(account, 100, expires_at=NOW + DAY).transaction
    reserve(account, 30, lasts=3 * DAY)
    ledger.expire_due_lots(at=NOW + DAY, limit=10)
    give(account, 10, at=NOW + DAY)

    ledger.reverse_transaction(given.pk, at=NOW + 2 * DAY, idempotency_key=new_key())

    assert receipts_of(account)[-1] == [
        ("CORRECTED", -100, "GIVE"),
        ("ALREADY_EXPIRED", 70, ""),
        ("UNRECOVERED", 20, ""),
    ]


def test_the_points_of_a_closed_account_are_forfeited(account, receipts_of):
    give(account, 70)
    give(account, 5, available_at=NOW + DAY)
    ledger.forfeit_points(account.pk, at=NOW)

    assert receipts_of(account)[-1] == [("FORFEITED", -75, "")]


def test_what_moves_between_accounts_is_explained_at_both(program, receipts_of):
    account = ledger.open_account(program, user_id=1, at=NOW)
    guest = ledger.open_account(program, email="guest@example.com", at=NOW)
    give(guest, 40)
    ledger.transfer_guest_points(guest.pk, to_account_id=account.pk, since=NOW, order_ids=(), at=NOW)

    assert receipts_of(guest)[-1] == [("MOVED", -40, "")]
    assert receipts_of(account) == [[("MOVED", 40, "")]]


def test_what_a_redemption_owes_is_added_to_its_receipt_under_the_lock(account):
    # given 100 points of which another checkout has set 70 aside
    give(account, 100)
    reserve(account, 70, checkout_id="checkout-2")
    judged = {"kind": "REDEEM", "points": 60, "lines": [{"code": "RULE_APPLIED", "points": 60, "detail": "1/1"}]}

    # when
    short = commit(account, 60, receipt=judged).transaction
    again = commit(account, 60, receipt=judged, order_id="order-10").transaction

    # then
    assert [(line["code"], line["points"], line["detail"]) for line in short.receipt["lines"]] == [
        ("RULE_APPLIED", 60, "1/1"),
        ("SHORTFALL", 30, "30"),
    ]
    assert again.receipt["lines"][1:] == [{"code": "SHORTFALL", "points": 60, "detail": "0"}]
    assert [short.is_shortfall, again.is_shortfall] == [True, True]
    assert len(judged["lines"]) == 1


@pytest.mark.parametrize("receipt", [None, {"kind": "REDEEM", "points": 60, "lines": []}])
def test_a_redemption_that_is_covered_or_unexplained_keeps_its_receipt(account, receipt):
    give(account, 100 if receipt is not None else 10)
    assert commit(account, 60, receipt=receipt).transaction.receipt == receipt


def test_a_receipt_never_holds_the_texts_that_name_a_person(account):
    # given every verb by hand, with texts and references of a customer
    texts = {"reason": "for Dana Levi", "internal_note": "dana@example.com called"}
    given = give(account, 100, external_reference="dana-levi", **texts).transaction
    deducted = deduct(account, 10, **texts).transaction
    set_available(account, 70, **texts)
    for row in (given, deducted):
        ledger.reverse_transaction(row.pk, at=NOW, idempotency_key=new_key(), **texts)
    award(account, 5, receipt=None)
    reverse(account, 5)

    # then
    stored = [row.receipt for row in LoyaltyTransaction.objects.exclude(receipt=None)]
    assert len(stored) == 5
    assert "dana" not in str(stored).lower()
