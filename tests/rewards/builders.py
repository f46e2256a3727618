"""Rewards on one line: a catalogue, what is had of it, and what stands in the end."""

from __future__ import annotations

import uuid
from typing import Any

from playground.models import Voucher
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import LoyaltyAccount, OutboxEvent, RewardIssue, RewardStock
from saleor_loyalty.rewards import issue_reward
from tests import club

TEN_OFF = {
    "key": "ten-off",
    "type": "VOUCHER",
    "name": "10 off",
    "requiredPoints": 100,
    "voucher": {"amounts": {club.CHANNEL: "10"}},
}
PARTY = {
    "key": "party",
    "type": "EVENT_ACCESS",
    "name": "Our party",
    "requiredPoints": 300,
    "accessText": "Friday, 8 p.m.",
}
STAFF = Actor(kind="STAFF", id=7)


def publish_rewards(*rewards: dict[str, Any], **parts: Any):
    return club.publish(club.rules(rewards=list(rewards or (TEN_OFF, PARTY)), **parts))


def ten_off(**more: Any) -> dict[str, Any]:
    return {**TEN_OFF, **more}


def issue(account: LoyaltyAccount, reward_key: str = "ten-off", *, key: str = "", **values: Any) -> RewardIssue:
    actor = values.pop("actor", Actor(kind="CUSTOMER", id=account.user_id))
    at = values.pop("at", None) or club.now()
    return issue_reward(
        account.pk,
        reward_key=reward_key,
        channel=values.pop("channel", club.CHANNEL),
        at=at,
        idempotency_key=key or uuid.uuid4().hex,
        actor=actor,
    ).issue


def status_of(issue: RewardIssue) -> str:
    return RewardIssue.objects.get(pk=issue.pk).status


def stock_of(reward_key: str = "ten-off") -> int:
    return RewardStock.objects.get(reward_key=reward_key).issued


def voucher_of(issue: RewardIssue) -> Voucher | None:
    return Voucher.objects.filter(code=issue.code).first()


def everything_of_rewards() -> dict[str, list[Any]]:
    """All rows that a verb of rewards may write, to show that a refusal wrote nothing."""
    return {
        **club.everything_written(),
        "issues": list(RewardIssue.objects.order_by("pk").values()),
        "stock": list(RewardStock.objects.order_by("pk").values("reward_key", "issued")),
        "vouchers": list(Voucher.objects.order_by("pk").values()),
        "events": list(OutboxEvent.objects.order_by("pk").values()),
    }
