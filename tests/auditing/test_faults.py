"""One fault at a time is put into sound books, behind the triggers' back; the audit names it, and nothing else.

Each case says what is done, and which findings there must be: the code, the order that is named, and whether the
account and a transaction are.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from playground import refunds, shop
from playground.models import Order
from saleor_loyalty.auditing import FINDING_CODES
from saleor_loyalty.auditing.codes import ORDER_CODES, RESERVATION_CODES
from saleor_loyalty.auditing.reservations import LASTS_AT_MOST
from saleor_loyalty.errors import RulesInvalid
from saleor_loyalty.ledger import Finding
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction, OrderRecord, Reservation
from saleor_loyalty.rules import parse_rules
from tests import club
from tests.ledger.test_audit import LOTS, TEXTS, TRANSACTIONS, USES

from .scenes import audit, books, row_of, tamper

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)
PAID, REFUNDED, WAITING = "paid with points", "refunded", "not delivered"
Orders = dict[str, Order]


@dataclass(frozen=True)
class Case:
    fault: Callable[[Orders], LoyaltyTransaction | None]
    expected: tuple[tuple[str, str], ...]
    """Codes, each with the order that the finding names, or none."""


CASES: dict[str, Case] = {}


def fault(*expected: str | tuple[str, str]) -> Callable[[Callable[[Orders], Any]], Callable[[Orders], Any]]:
    def register(act: Callable[[Orders], Any]) -> Callable[[Orders], Any]:
        codes = tuple((one, "") if isinstance(one, str) else one for one in expected)
        CASES[act.__name__.replace("_", " ")] = Case(act, codes)
        return act

    return register


def delete_award(orders: Orders) -> None:
    deleted = row_of(orders[REFUNDED], "EARN").pk
    for table, column in ((USES, "lot_id"),):
        tamper(f"DELETE FROM {table} WHERE {column} IN (SELECT id FROM {LOTS} WHERE transaction_id = %s)", deleted)
    for table, column in ((LOTS, "transaction_id"), (TEXTS, "transaction_id"), (TRANSACTIONS, "id")):
        tamper(f"DELETE FROM {table} WHERE {column} = %s", deleted)


@fault(
    ("AWARD_MISMATCH", REFUNDED),
    "BALANCE_AFTER_MISMATCH",
    "BALANCE_MISMATCH",
    "CHAIN_BROKEN",
    "DEBT_MISMATCH",
    "LOTS_MISMATCH",
    "SEQUENCE_GAP",
    "SEQUENCE_GAP",
    "SUMS_MISMATCH",
)
def a_deleted_award(orders):
    delete_award(orders)


def double_award(order: Order) -> LoyaltyTransaction:
    """Copy the award with its text and its lot, and add it to the account's columns: the numbers add up."""
    row = row_of(order, "EARN")
    text, lot = row.text, row.lot
    account = LoyaltyAccount.objects.get()
    row.pk, row.sequence, row.idempotency_key = None, account.sequence + 1, "doubled"
    row.balance_after, row.previous_hash = account.balance + row.points, account.last_hash
    row.save(force_insert=True)
    text.pk = None
    text.transaction = row
    text.save(force_insert=True)
    lot.pk, lot.transaction, lot.remaining = None, row, lot.issued
    lot.save(force_insert=True)
    LoyaltyAccount.objects.update(
        balance=account.balance + row.points,
        given=account.given + row.points,
        sequence=row.sequence,
        last_hash=row.hash,
    )
    return row


@fault(("AWARD_ABOVE_RECEIPT", PAID), ("AWARD_MISMATCH", PAID), "HASH_MISMATCH")
def a_doubled_award(orders):
    double_award(orders[PAID])


@fault(
    ("AWARD_MISMATCH", PAID),
    "BALANCE_AFTER_MISMATCH",
    "BALANCE_MISMATCH",
    "CREDIT_MISMATCH",
    "HASH_MISMATCH",
    "SUMS_MISMATCH",
)
def edited_points(orders):
    tamper(f"UPDATE {TRANSACTIONS} SET points = 740 WHERE id = %s", row_of(orders[PAID], "EARN").pk)


@fault("TEXT_MISMATCH")
def an_edited_text(orders):
    tamper(f"UPDATE {TEXTS} SET reason = 'Forged' WHERE transaction_id = %s", row_of(orders[PAID], "EARN").pk)


@fault("HASH_MISMATCH", "TEXT_MISMATCH")
def an_edited_text_digest(orders):
    tamper(f"UPDATE {TRANSACTIONS} SET text_digest = 'x' WHERE id = %s", row_of(orders[PAID], "EARN").pk)


@fault("HASH_MISMATCH")
def an_edited_receipt(orders):
    tamper(f"UPDATE {TRANSACTIONS} SET receipt = '{{}}' WHERE id = %s", row_of(orders[PAID], "EARN").pk)


@fault("HASH_MISMATCH", ("AWARD_MISMATCH", PAID), ("ORDER_RECORD_MISSING", "elsewhere"))
def an_award_moved_to_another_order(orders):
    tamper(f"UPDATE {TRANSACTIONS} SET order_id = 'elsewhere' WHERE id = %s", row_of(orders[PAID], "EARN").pk)


@fault("DEBT_MISMATCH", "LOT_MISMATCH")
def a_deleted_lot_use(orders):
    tamper(f"DELETE FROM {USES} WHERE transaction_id = %s", row_of(orders[PAID], "REDEEM").pk)


@fault("LOTS_MISMATCH", "LOT_MISMATCH")
def a_changed_remainder(orders):
    tamper(f"UPDATE {LOTS} SET remaining = remaining - 1 WHERE transaction_id = %s", row_of(orders[PAID], "EARN").pk)


@fault("BALANCE_MISMATCH", "LOTS_MISMATCH", "SUMS_MISMATCH")
def a_changed_balance(orders):
    LoyaltyAccount.objects.update(balance=5000, given=5000 + 500 + 100)


@fault("PENDING_MISMATCH", "RESERVED_MISMATCH")
def changed_pending_and_reserved_points(orders):
    LoyaltyAccount.objects.update(pending=7, reserved=0)


@fault("SEQUENCE_GAP", "SEQUENCE_GAP", "CHAIN_BROKEN")
def a_changed_end_of_the_chain(orders):
    LoyaltyAccount.objects.update(sequence=77, last_hash="x")


@fault(("REVERSAL_MISSING", PAID), ("RETURN_MISSING", PAID))
def a_lost_refund(orders):
    order = orders[PAID]
    refunds.refund_lines(order, {order.lines.get().pk: 3})
    order.save()


@fault(("REVERSAL_MISSING", REFUNDED))
def a_lost_second_refund(orders):
    order = orders[REFUNDED]
    refunds.refund_lines(order, {order.lines.get().pk: 1})
    order.save()


@fault(("REVERSAL_MISSING", PAID), ("RETURN_MISSING", PAID))
def a_lost_cancellation(orders):
    order = orders[PAID]
    shop.cancel_fulfillment(order.fulfillments.get())
    shop.cancel_order(order)
    order.save()


@fault(("AWARD_MISSING", WAITING))
def a_lost_delivery(orders):
    club.fulfill(orders[WAITING])


@fault(("RECORD_OUTDATED", WAITING))
def a_lost_cancellation_of_what_earned_nothing_yet(orders):
    shop.cancel_order(orders[WAITING])
    orders[WAITING].save()


@fault(("ORDER_NOT_SEEN", "new"))
def an_order_that_was_never_seen(orders):
    user = LoyaltyAccount.objects.get().user
    orders["new"] = club.order_of(user, orders[PAID].lines.get().variant, 1)


@fault(("AWARD_MISSING", "new"))
def a_delivered_order_that_was_never_seen(orders):
    an_order_that_was_never_seen(orders)
    club.fulfill(orders["new"])


@fault(("REDEMPTION_MISSING", "new"))
def discount_rows_without_a_redemption(orders):
    user = LoyaltyAccount.objects.get().user
    checkout = club.fill_cart(user, orders[PAID].lines.get().variant, 6)
    club.apply(checkout, 100)
    orders["new"] = shop._write_order(shop._open(checkout.pk, for_update=False))


@fault("RESERVATION_OVERDUE")
def a_reservation_open_for_ever(orders):
    forever = datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC)
    Reservation.objects.filter(status="RESERVED").update(expires_at=forever)


@fault("RESERVATION_OVERDUE")
def a_reservation_that_nobody_released(orders):
    Reservation.objects.filter(status="RESERVED").update(expires_at=club.now() - datetime.timedelta(days=2))


@fault("RESERVATION_WITHOUT_REDEMPTION")
def a_reservation_committed_for_another_order(orders):
    Reservation.objects.filter(status="COMMITTED").update(order_id="elsewhere")


@fault("RESERVATION_END_MISMATCH")
def a_committed_reservation_that_says_it_was_released(orders):
    Reservation.objects.filter(status="COMMITTED").update(status="RELEASED")


@fault("RESERVATION_END_MISMATCH")
def a_reservation_with_an_end_that_there_is_not(orders):
    Reservation.objects.filter(status="COMMITTED").update(status="GONE")


@fault("RESERVATION_END_MISMATCH")
def a_reservation_of_fewer_points_than_its_order_took(orders):
    Reservation.objects.filter(status="COMMITTED").update(points=499)


@fault(("ORDER_RECORD_MISSING", PAID))
def a_deleted_order_record(orders):
    OrderRecord.objects.filter(order_id=str(orders[PAID].pk)).delete()


@fault(("ORDER_NOT_SEEN", WAITING))
def a_deleted_order_record_before_any_transaction(orders):
    OrderRecord.objects.filter(order_id=str(orders[WAITING].pk)).delete()


@fault(("AWARD_MISMATCH", PAID), ("REVERSAL_MISMATCH", PAID), ("REDEMPTION_MISMATCH", PAID), ("RETURN_MISMATCH", PAID))
def changed_numbers_of_a_record(orders):
    record = OrderRecord.objects.filter(order_id=str(orders[PAID].pk))
    record.update(awarded=751, reversed=1, redeemed=501, returned=1)


@fault(("RECEIPT_MISMATCH", WAITING))
def a_changed_reason(orders):
    OrderRecord.objects.filter(order_id=str(orders[WAITING].pk)).update(earnable=201)


@fault(("RECEIPT_MISSING", WAITING))
def a_deleted_reason(orders):
    OrderRecord.objects.filter(order_id=str(orders[WAITING].pk)).update(receipt=None)


@fault(("SETTLEMENT_FAILED", WAITING))
def a_failure_to_settle(orders):
    OrderRecord.objects.filter(order_id=str(orders[WAITING].pk)).update(failure="Boom", failed_at=club.now())


def seen(findings: list[Finding]) -> list[tuple[str, str]]:
    return sorted((finding.code, finding.order_id) for finding in findings)


@pytest.mark.parametrize("name", CASES)
def test_the_fault_is_named_and_nothing_else(name, account, dana, variant):
    # given
    orders = books(dana, variant)
    assert audit() == []
    case = CASES[name]

    # when
    case.fault(orders)

    # then
    keys = {"": "", "elsewhere": "elsewhere"} | {name: str(order.pk) for name, order in orders.items()}
    found = audit()
    assert seen(found) == sorted((code, keys[order]) for code, order in case.expected)
    # Before anything is posted for an order nobody knows whose it is.
    unposted = {keys[name] for name in (WAITING, "new") if name in keys}
    assert {finding.account_id for finding in found if finding.order_id not in unposted} <= {account.pk}
    assert {finding.account_id for finding in found} <= {account.pk, None}
    assert all(finding.code in FINDING_CODES for finding in found)


def test_a_finding_about_a_movement_names_its_transaction(account, dana, variant):
    orders = books(dana, variant)
    edited = row_of(orders[PAID], "EARN")
    tamper(f"UPDATE {TRANSACTIONS} SET receipt = '{{}}' WHERE id = %s", edited.pk)
    doubled = double_award(orders[REFUNDED])

    found = [(finding.code, finding.transaction_id) for finding in audit()]

    assert sorted(found) == sorted(
        [
            ("HASH_MISMATCH", edited.pk),
            ("HASH_MISMATCH", doubled.pk),
            ("AWARD_MISMATCH", doubled.pk),
            ("AWARD_ABOVE_RECEIPT", doubled.pk),
        ]
    )


def test_rules_cannot_let_a_reservation_last_longer_than_the_audit_allows():
    assert parse_rules(club.rules(reservationMinutes=7 * 24 * 60)).reservation_minutes == LASTS_AT_MOST / MINUTE
    with pytest.raises(RulesInvalid):
        parse_rules(club.rules(reservationMinutes=7 * 24 * 60 + 1))


def test_every_code_is_described_and_needed():
    assert all(text.endswith(".") for text in FINDING_CODES.values())
    of_orders = {code for case in CASES.values() for code, _ in case.expected}
    assert set(ORDER_CODES) | set(RESERVATION_CODES) <= of_orders
