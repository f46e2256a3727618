"""The sweeps over rewards: one that fails is logged, and neither stops another one nor takes its place."""

from __future__ import annotations

import datetime

import pytest

from playground import rewards
from playground.models import Voucher
from saleor_loyalty.models import RewardIssue
from saleor_loyalty.rewards import book, expire_rewards, follow_rewards
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
