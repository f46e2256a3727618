"""Tiers follow what orders earn, and nothing else."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from playground.models import Order
from saleor_loyalty.ledger import deduct_points
from saleor_loyalty.ledger.results import Actor
from saleor_loyalty.models import LoyaltyAccount, OrderRecord, TierChange, TierStatus
from saleor_loyalty.tiers import find_tiers_of_users, reassess_tier
from tests import club

from .builders import DAY, account_of, buy, changes, give_back, publish, tier_of


def test_an_order_reaches_a_tier_and_the_next_one_the_next(dana, variant):
    buy(dana, variant, 1)
    assert changes(dana) == [("", "silver", "EARNED")]

    buy(dana, variant, 4)

    account = account_of(dana)
    assert changes(dana) == [("", "silver", "EARNED"), ("silver", "gold", "EARNED")]
    assert (account.tier_key, account.tier_status.qualifying) == ("gold", {"points": 500})
    assert account.tier_status.requirement == {"points": 500}


def test_what_is_spent_deducted_or_given_by_hand_changes_no_tier(dana, variant):
    buy(dana, variant, 1)
    account = club.give(dana, 5_000)
    deduct_points(account.pk, points=5_100, at=club.now(), idempotency_key="all", actor=Actor("STAFF", 1))

    assert reassess_tier(account.pk, at=club.now()) == "silver"

    assert club.points_of(dana)[0] == 0
    assert changes(dana) == [("", "silver", "EARNED")]


def test_a_refund_takes_the_tier_that_its_points_had_reached(dana, variant):
    order = buy(dana, variant, 5)
    assert tier_of(dana) == "gold"

    give_back(order, 4)

    assert tier_of(dana) == "silver"
    assert changes(dana)[-1] == ("gold", "silver", "REVERSED")
    assert account_of(dana).tier_status.qualifying == {"points": 100}


def test_points_that_were_spent_before_the_refund_do_not_save_the_tier(dana, variant):
    order = buy(dana, variant, 5)
    account = account_of(dana)
    deduct_points(account.pk, points=500, at=club.now(), idempotency_key="all", actor=Actor("STAFF", 1))

    give_back(order, 5)

    record = OrderRecord.objects.get()
    assert (record.reversed, record.unrecovered) == (0, 500)
    assert (tier_of(dana), changes(dana)[-1]) == ("", ("gold", "", "REVERSED"))


def test_settling_and_judging_again_write_nothing_more(dana, variant):
    order = buy(dana, variant, 5)
    before = (list(TierChange.objects.values()), list(TierStatus.objects.values()))

    club.settle(order)
    reassess_tier(account_of(dana).pk, at=club.now())

    assert (list(TierChange.objects.values()), list(TierStatus.objects.values())) == before


def test_reads_are_right_while_the_sweep_is_late_and_history_has_the_true_moments(dana, variant):
    publish(tierPolicy={"windowMonths": 1, "graceDays": 5})
    buy(dana, variant, 5)
    leaves = account_of(dana).tier_status.next_review_at

    assert [tier_of(dana, at=moment) for moment in (leaves, leaves + 5 * DAY - DAY / 24)] == ["gold", "gold"]
    assert tier_of(dana, at=leaves + 5 * DAY) == ""
    assert account_of(dana).tier_key == "gold"  # as of the last look
    assert find_tiers_of_users([dana.pk], program_id=account_of(dana).program_id, at=leaves + 5 * DAY) == {}

    reassess_tier(account_of(dana).pk, at=leaves + 30 * DAY)

    last = TierChange.objects.latest("pk")
    assert (account_of(dana).tier_key, last.reason, last.changed_at) == ("", "LAPSED", leaves + 5 * DAY)
    assert account_of(dana).tier_status.next_review_at is None


def test_the_tier_of_long_ago_is_found_in_the_history(dana, variant):
    program = publish(tierPolicy={"windowMonths": 1})
    start = club.now()
    buy(dana, variant, 1, at=start)
    reassess_tier(account_of(dana).pk, at=start + 40 * DAY)
    buy(dana, variant, 5, at=start + 50 * DAY)

    def then(days):
        return find_tiers_of_users([dana.pk], program_id=program.pk, at=start + days * DAY).get(dana.pk, "")

    assert [then(days) for days in (-1, 0, 20, 45, 50, 60, 85)] == ["", "silver", "silver", "", "gold", "gold", ""]


def test_a_guest_has_no_tier_and_a_closed_account_keeps_its_own(dana, variant, program):
    club.settle(club.order_of(None, variant, 5, email="guest@example.com"))
    guest = LoyaltyAccount.objects.get(user=None)
    assert (reassess_tier(guest.pk, at=club.now()), guest.tier_key) == ("", "")

    buy(dana, variant, 5)
    LoyaltyAccount.objects.filter(user=dana).update(status="CLOSED")
    OrderRecord.objects.all().delete()

    assert reassess_tier(account_of(dana).pk, at=club.now()) == "gold"
    assert reassess_tier(-1, at=club.now()) is None


def test_money_counts_when_it_was_paid_and_not_when_it_went_back(dana, variant):
    publish(
        tiers=[{"key": "silver", "name": "Silver", "requiredSpend": {"ILS": "330"}}],
        tierPolicy={"basis": "MONEY_SPENT"},
        trigger="ORDER_FULFILLED",
    )
    order = buy(dana, variant, 3)
    assert OrderRecord.objects.get().spent == 0
    assert not LoyaltyAccount.objects.exists()

    Order.objects.update(is_paid=True)
    club.settle(order)

    assert OrderRecord.objects.get().spent == 330  # with 30 for shipping
    assert (tier_of(dana), account_of(dana).tier_status.qualifying) == ("silver", {"ILS": "330.00"})

    give_back(order, 1)

    assert OrderRecord.objects.get().spent == 230
    assert (tier_of(dana), changes(dana)[-1]) == ("", ("silver", "", "REVERSED"))


def test_a_program_without_tiers_pays_nothing_for_them(db):
    club.open_channel()
    club.publish(club.rules(trigger="ORDER_PLACED"))
    user, variant = club.add_customer(), club.add_variant()
    with CaptureQueriesContext(connection) as queries:
        club.settle(club.order_of(user, variant))

    assert [query["sql"] for query in queries if "saleor_loyalty_tier" in query["sql"]] == []
    assert not TierStatus.objects.exists()


def test_a_payment_does_not_matter_to_tiers_by_points_nor_an_award_to_those_by_money(dana, variant):
    order = buy(dana, variant, 1)
    Order.objects.update(is_paid=True)
    with CaptureQueriesContext(connection) as paying:
        club.settle(order)
    publish(tiers=[{"key": "s", "name": "S", "requiredSpend": {"ILS": "1"}}], tierPolicy={"basis": "MONEY_SPENT"})
    with CaptureQueriesContext(connection) as earning:
        buy(dana, variant, 1)

    assert OrderRecord.objects.earliest("pk").spent == 130
    for queries in (paying, earning):
        assert [query["sql"] for query in queries if "saleor_loyalty_tierstatus" in query["sql"]] == []


def test_a_change_is_written_once_and_never_altered(dana, variant):
    buy(dana, variant, 1)
    for statement in ("UPDATE saleor_loyalty_tierchange SET to_key = 'gold'", "DELETE FROM saleor_loyalty_tierchange"):
        with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert changes(dana) == [("", "silver", "EARNED")]
