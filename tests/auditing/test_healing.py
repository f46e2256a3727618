"""Each fault is healed as far as it can be; what is left is said, again and again, and nothing else changes."""

from __future__ import annotations

from typing import Any

import pytest

from saleor_loyalty.auditing import heal_step, plan_healing, preview_step
from saleor_loyalty.models import Lot, LotUse, LoyaltyAccount, LoyaltyTransaction, OrderRecord, Reservation
from saleor_loyalty.orders import rebuild_order_record
from tests import club

from .scenes import audit, books
from .test_faults import CASES, PAID, seen

pytestmark = pytest.mark.django_db

LEFT: dict[str, set[str]] = {
    "a deleted award": {"BALANCE_AFTER_MISMATCH", "CHAIN_BROKEN", "SEQUENCE_GAP"},
    "a doubled award": {"HASH_MISMATCH"},
    "edited points": {
        *("AWARD_MISMATCH", "BALANCE_AFTER_MISMATCH", "BALANCE_MISMATCH"),
        *("CREDIT_MISMATCH", "HASH_MISMATCH", "SUMS_MISMATCH"),
    },
    "an edited text": {"TEXT_MISMATCH"},
    "an edited text digest": {"HASH_MISMATCH", "TEXT_MISMATCH"},
    "an edited receipt": {"HASH_MISMATCH"},
    "an award moved to another order": {"HASH_MISMATCH", "ORDER_RECORD_MISSING"},
    "a reservation committed for another order": {"RESERVATION_WITHOUT_REDEMPTION"},
    "a committed reservation that says it was released": {"RESERVATION_END_MISMATCH"},
    "a reservation with an end that there is not": {"RESERVATION_END_MISMATCH"},
    "a reservation of fewer points than its order took": {"RESERVATION_END_MISMATCH"},
}
"""What cannot be mended of each fault; nothing where it is not named."""


def everything() -> dict[str, list[Any]]:
    tables = (LoyaltyTransaction, Lot, LotUse, LoyaltyAccount, OrderRecord, Reservation)
    return {table.__name__: list(table.objects.order_by("pk").values()) for table in tables}


def heal() -> list[str]:
    """Heal what an audit finds; return what was changed."""
    healings = [heal_step(step, at=club.now()) for step in plan_healing(audit())]
    return [text for healing in healings for text in healing.texts]


@pytest.mark.parametrize("name", CASES)
def test_what_can_be_mended_is_mended_and_the_rest_is_said(name, account, dana, variant):
    # given
    orders = books(dana, variant)
    CASES[name].fault(orders)

    # when it is previewed, nothing changes
    before = everything()
    said = [text for step in plan_healing(audit()) for text in preview_step(step, at=club.now()).texts]
    assert everything() == before

    # when it is done
    done = heal()

    # then
    left = seen(audit())
    assert {code for code, _ in left} == LEFT.get(name, set())
    assert len(said) >= len(done)
    assert bool(said) == bool(done)
    settled = everything()
    assert heal() == []
    assert everything() == settled


def test_a_lost_refund_takes_back_and_returns_to_the_point(account, dana, variant):
    # given three pieces of eight refunded: of 750 awarded 468.75 stand, of 500 spent 187.5 come back
    orders = books(dana, variant)
    CASES["a lost refund"].fault(orders)
    key = orders[PAID].pk

    # when
    done = heal()

    # then
    assert done == [f"order {key}: REVERSE -282", f"order {key}: RETURN +187"]
    assert audit() == []


def test_a_deleted_award_is_awarded_again(account, dana, variant):
    orders = books(dana, variant)
    balance = LoyaltyAccount.objects.get().balance
    CASES["a deleted award"].fault(orders)

    heal()

    assert LoyaltyAccount.objects.get().balance == balance
    assert OrderRecord.objects.get(order_id=str(orders["refunded"].pk)).awarded == 500


def test_a_record_made_anew_says_how_its_order_was_judged(account, dana, variant):
    # given an order that was paid with points
    orders = books(dana, variant)
    record = OrderRecord.objects.filter(order_id=str(orders[PAID].pk))
    names = ("receipt", "basket", "program_version_id", "awarded", "redeemed", "earnable", "account_id")
    [before] = record.values(*names)
    assert (before["receipt"] is None, before["redeemed"]) == (False, 500)
    record.delete()

    # when
    changed = rebuild_order_record(str(orders[PAID].pk), at=club.now())

    # then
    assert (changed or {})["record"] == ("none", "made anew")
    assert list(record.values(*names)) == [before]
    assert rebuild_order_record(str(orders[PAID].pk), at=club.now()) == {}


def test_rows_that_contradict_each_other_are_an_obstacle_and_nothing_is_posted(account, dana, variant):
    orders = books(dana, variant)
    CASES["edited points"].fault(orders)
    before = everything()

    healings = [heal_step(step, at=club.now()) for step in plan_healing(audit())]

    obstacle = f"Account {account.pk}: its lots hold 1650, 0 are owed, its transactions sum up to 1640."
    assert [(healing.texts, healing.obstacle) for healing in healings] == [((), obstacle)] * 2
    assert everything() == before
