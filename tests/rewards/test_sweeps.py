"""The sweeps over rewards: one that fails is logged, and neither stops another one nor takes its place."""

from __future__ import annotations

import datetime

import pytest

from playground import rewards
from playground.models import Voucher
from saleor_loyalty.models import RewardIssue
from saleor_loyalty.rewards import book, expire_rewards, follow_rewards, settle_order_cards
from tests import club

from .builders import issue, publish_rewards, status_of, ten_off


@pytest.fixture
def issues(dana):
    """Three vouchers of one day."""
    publish_rewards(ten_off(validDays=1))
    account = club.give(dana, 300)
    return [issue(account) for _ in range(3)]


def states(issues):
    return [status_of(had) for had in issues]


@pytest.mark.parametrize("limit", [1, 10])
def test_what_cannot_be_ended_holds_up_nothing(issues, monkeypatch, caplog, limit):
    # given a shop that fails on the one that is over first
    broken, *others = issues
    revoke = rewards.revoke_reward

    def fails(code):
        if code == broken.code:
            raise RuntimeError("the shop is not there")
        return revoke(code)

    monkeypatch.setattr(rewards, "revoke_reward", fails)
    over = others[-1].expires_at

    # when / then
    assert sum(expire_rewards(at=over, limit=limit) for _ in range(3)) == 2
    assert states(issues) == ["ISSUED", "EXPIRED", "EXPIRED"]
    assert f"Reward {broken.pk} cannot be ended." in caplog.text
    # The shop is well again.
    monkeypatch.setattr(rewards, "revoke_reward", revoke)
    assert expire_rewards(at=over, limit=limit) == 1
    assert states(issues) == ["EXPIRED"] * 3


@pytest.fixture
def cards(issues):
    """The playground has no gift cards: its vouchers stand for them. All were used."""
    RewardIssue.objects.update(type="GIFT_CARD")
    Voucher.objects.update(is_used=True)
    return issues


def test_a_card_on_which_the_shop_fails_is_looked_at_after_all_others(cards, monkeypatch, caplog):
    # given
    broken = cards[0]
    read = rewards.reward_states

    def fails(references, **values):
        if any(reference == broken.reference for _, reference in references):
            raise RuntimeError("the shop is not there")
        return read(references, **values)

    monkeypatch.setattr(rewards, "reward_states", fails)
    at = club.now()

    # when / then
    assert follow_rewards(at=at, limit=2) == 1
    assert states(cards) == ["ISSUED", "USED", "ISSUED"]
    assert f"The gift card of reward {broken.pk} cannot be looked at." in caplog.text
    assert follow_rewards(at=at + datetime.timedelta(hours=1), limit=1) == 1
    assert states(cards) == ["ISSUED", "USED", "USED"]
    monkeypatch.setattr(rewards, "reward_states", read)
    assert follow_rewards(at=at + datetime.timedelta(hours=1), limit=2) == 1
    assert states(cards) == ["USED"] * 3


def test_a_card_whose_use_cannot_be_written_holds_up_nothing(cards, monkeypatch, caplog):
    broken = cards[0]
    emit = book.emit

    def fails(name, *, payload, **values):
        if payload["issue"] == broken.pk:
            raise RuntimeError("broken")
        return emit(name, payload=payload, **values)

    monkeypatch.setattr(book, "emit", fails)
    assert follow_rewards(at=club.now(), limit=10) == 2
    assert states(cards) == ["ISSUED", "USED", "USED"]
    assert f"Reward {broken.pk} cannot be ended." in caplog.text


@pytest.fixture
def paid(cards, monkeypatch):
    """The order 7 was paid with the first two cards, and with one that is no reward's."""
    codes = [cards[0].code, cards[1].code, "SOMEBODY-ELSES"]
    monkeypatch.setattr(rewards, "gift_card_codes", lambda order_id: codes if order_id == "7" else [])
    return cards


def test_the_cards_of_an_order_are_used_by_it_and_no_others(paid):
    # when / then
    assert [settle_order_cards(order_id, at=club.now()) for order_id in ("6", "7", "7")] == [0, 2, 0]
    assert states(paid) == ["USED", "USED", "ISSUED"]
    assert list(RewardIssue.objects.order_by("pk").values_list("order_id", flat=True)) == ["7", "7", ""]


def test_a_card_that_was_given_back_before_stays_so(paid):
    RewardIssue.objects.filter(pk=paid[0].pk).update(status="REVERSED", ended_at=club.now())
    assert settle_order_cards("7", at=club.now()) == 1
    assert states(paid) == ["REVERSED", "USED", "ISSUED"]


def test_a_card_of_an_order_that_cannot_be_ended_is_left_to_the_sweep(paid, monkeypatch, caplog):
    emit = book.emit

    def fails(name, *, payload, **values):
        if payload["issue"] == paid[0].pk and payload["order"] is not None:
            raise RuntimeError("broken")
        return emit(name, payload=payload, **values)

    monkeypatch.setattr(book, "emit", fails)
    assert settle_order_cards("7", at=club.now()) == 1
    assert states(paid) == ["ISSUED", "USED", "ISSUED"]
    assert f"Reward {paid[0].pk} cannot be ended." in caplog.text
    assert follow_rewards(at=club.now(), limit=10) == 2
    assert states(paid) == ["USED"] * 3


def test_an_order_without_gift_cards_costs_no_statement_of_ours(paid, django_assert_num_queries):
    with django_assert_num_queries(0):
        settle_order_cards("6", at=club.now())
    settle_order_cards("7", at=club.now())
    with django_assert_num_queries(1):
        settle_order_cards("7", at=club.now())
