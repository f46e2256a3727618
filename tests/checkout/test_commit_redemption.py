"""An order exists: its points are taken with it, or the failure is kept."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction

from playground import shop
from playground.carts import open_cart
from playground.models import LinePoints, Order
from saleor_loyalty.checkout import apply_points
from saleor_loyalty.host import AppliedDiscount
from saleor_loyalty.ledger import deduct_points
from saleor_loyalty.models import LoyaltyTransaction, OrderRecord, Reservation
from saleor_loyalty.rules import recount_movement, recount_shortfall
from tests import club

pytestmark = pytest.mark.django_db


@pytest.fixture
def checkout(account, dana, variant):
    """A cart of 500 with 1000 points on it."""
    checkout = club.fill_cart(dana, variant, 5)
    club.apply(checkout, 1000)
    return checkout


def make_order(checkout):
    """Make the order without telling loyalty; return it and the rows that it was made of."""
    cart = open_cart(checkout.pk)
    return shop._write_order(cart), cart.current_discount()


def lines_of(record):
    """The lines of the movement's receipt, which is the record's too and gives the movement's points again."""
    row = LoyaltyTransaction.objects.get(type="REDEEM")
    assert {**row.receipt, "shortfall": record.redemption_receipt["shortfall"]} == record.redemption_receipt
    assert recount_movement(row.receipt) == row.points
    return [(line["code"], line["points"], line["detail"]) for line in row.receipt["lines"]]


def test_the_reserved_points_are_taken(checkout, account, program):
    order, discount = make_order(checkout)

    record = club.commit(order, checkout, discount)

    assert club.movements() == [("GIVE", 1000), ("REDEEM", -1000)]
    assert club.points_of(account) == (0, 0, 0, 0)
    reservation = Reservation.objects.get()
    assert (reservation.status, reservation.order_id) == ("COMMITTED", str(order.pk))
    record.refresh_from_db()
    assert (record.redeemed, record.redeemed_value, record.redeemed_rows) == (1000, 100, 100)
    assert (record.account_id, record.program_id, record.state) == (account.pk, program.pk, "WAITING")
    assert record.redemption_receipt["points"] == 1000
    assert record.redemption_receipt["lines"][0]["detail"] == "100/10"
    assert record.redemption_receipt["program_version"] == 1
    assert record.redemption_receipt["shortfall"] == 0
    transaction_row = LoyaltyTransaction.objects.get(type="REDEEM")
    assert (transaction_row.order_id, transaction_row.checkout_id) == (str(order.pk), str(checkout.pk))
    assert transaction_row.channel_slug == club.CHANNEL


def test_a_second_commit_takes_nothing_more(checkout):
    order, discount = make_order(checkout)
    club.commit(order, checkout, discount)
    before = club.everything_written()

    club.commit(order, checkout, discount)

    assert club.everything_written() == before


def test_fewer_rows_take_fewer_points_and_free_the_rest(checkout, account):
    LinePoints.objects.update(amount=Decimal("77.77"))
    order, discount = make_order(checkout)

    record = club.commit(order, checkout, discount)

    assert (record.redeemed, record.redeemed_value) == (777, Decimal("77.77"))
    assert lines_of(record) == [("RULE_APPLIED", 777, "100/10"), ("RELEASED", 223, "1000")]
    assert club.points_of(account) == (223, 0, 0, 0)


def test_more_rows_take_no_more_than_was_reserved(checkout, account):
    LinePoints.objects.update(amount=Decimal(150))
    order, discount = make_order(checkout)

    record = club.commit(order, checkout, discount)

    assert record.redeemed == 1000
    assert club.points_of(account) == (0, 0, 0, 0)


def test_without_rows_nothing_is_taken_and_the_points_are_free(checkout, account):
    LinePoints.objects.all().delete()
    order, discount = make_order(checkout)
    assert discount is None

    assert club.commit(order, checkout, discount) is None

    assert club.points_of(account) == (1000, 0, 0, 0)
    assert not OrderRecord.objects.exists()


def test_a_reservation_past_its_deadline_is_taken_again(checkout, account):
    order, discount = make_order(checkout)
    late = club.now() + datetime.timedelta(hours=2)

    record = club.commit(order, checkout, discount, at=late)

    assert record.redeemed == 1000
    assert club.points_of(account, at=late) == (0, 0, 0, 0)
    assert not LoyaltyTransaction.objects.filter(is_shortfall=True).exists()


def test_what_is_missing_by_then_becomes_a_debt_marked_as_a_shortfall(checkout, account):
    order, discount = make_order(checkout)
    late = club.now() + datetime.timedelta(hours=2)
    deduct_points(account.pk, points=300, at=late, idempotency_key="used")

    record = club.commit(order, checkout, discount, at=late)

    assert record.redeemed == 1000
    assert record.redemption_receipt["shortfall"] == recount_shortfall(record.redemption_receipt) == 300
    assert lines_of(record) == [("RULE_APPLIED", 1000, "100/10"), ("SHORTFALL", 300, "700")]
    assert club.points_of(account, at=late) == (0, 0, 0, 300)
    assert LoyaltyTransaction.objects.get(type="REDEEM").is_shortfall is True


def test_rows_that_belong_to_no_account_take_nothing(dana, variant):
    checkout = club.fill_cart(dana, variant, 5)
    order, _ = make_order(checkout)

    assert club.commit(order, checkout, AppliedDiscount(value=Decimal(10), rows=Decimal(10))) is None

    assert club.movements() == []


def test_a_failure_is_kept_and_healed_by_the_next_settlement(checkout, account):
    # given a database that refuses redemptions
    order, discount = make_order(checkout)
    forbid_redemptions()

    # when: the order's transaction goes through
    with transaction.atomic():
        assert club.commit(order, checkout, discount) is None

    # then
    assert Order.objects.filter(pk=order.pk).exists()
    record = OrderRecord.objects.get()
    assert (record.order_id, record.redeemed, record.state) == (str(order.pk), 0, "WAITING")
    assert "no redemptions today" in record.failure
    assert record.failed_at is not None
    assert club.movements() == [("GIVE", 1000)]

    # when it works again
    allow_redemptions()
    club.settle(order)

    # then
    record.refresh_from_db()
    assert (record.redeemed, record.failure, record.failed_at) == (1000, "", None)
    assert club.movements() == [("GIVE", 1000), ("REDEEM", -1000)]
    assert club.points_of(account) == (0, 0, 0, 0)
    assert club.audit() == []


def test_points_are_never_taken_for_a_reissue_of_an_order(checkout, account):
    order, _ = make_order(checkout)
    Order.objects.filter(pk=order.pk).update(origin="REISSUE")

    club.settle(order)

    assert club.movements() == [("GIVE", 1000)]


def test_the_whole_sale_takes_the_points(checkout, account, dana, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        order = club.complete(checkout)

    record = OrderRecord.objects.get()
    assert (record.order_id, record.redeemed, record.earnable, record.state) == (str(order.pk), 1000, 400, "PENDING")
    assert club.points_of(account) == (0, 0, 0, 0)
    assert apply_refused_after_the_sale(checkout, dana)


def apply_refused_after_the_sale(checkout, dana) -> bool:
    from saleor_loyalty.errors import CheckoutNotFound

    with pytest.raises(CheckoutNotFound):
        apply_points(checkout_id=str(checkout.pk), points=100, requester=club.by(dana), at=club.now())
    return True


def forbid_redemptions():
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE FUNCTION forbid_redemptions() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'no redemptions today'; END $$;
            CREATE TRIGGER forbid_redemptions BEFORE INSERT ON saleor_loyalty_loyaltytransaction
            FOR EACH ROW WHEN (NEW.type = 'REDEEM') EXECUTE FUNCTION forbid_redemptions();
            """
        )


def allow_redemptions():
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION forbid_redemptions() CASCADE")
