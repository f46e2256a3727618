"""The catalogue of the authorization scene, a customer who had something of it, and calls of its mutations."""

from __future__ import annotations

from typing import Any

from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import LoyaltyAccount, ProgramVersion, RewardIssue
from saleor_loyalty.programs import active_program, publish_draft, update_draft
from saleor_loyalty.rewards import reverse_reward
from tests import club
from tests.rewards.builders import issue
from tests.scenarios.reward_documents import CREATE, GIVE_BACK, MARK, REDEEM, REVERSE

from .api import Api, gid

DATES = {"startsAt": "2020-01-01T00:00:00+00:00", "endsAt": "2099-01-01T00:00:00+00:00", "validDays": 3000}
REWARDS = [
    {
        "key": "one-off",
        "type": "VOUCHER",
        "name": "1 off",
        "description": "For you",
        "requiredPoints": 1,
        "voucher": {"amounts": {"shop": "1", "eu": "1"}},
        "minOrder": {"shop": "5", "eu": "5"},
        "stock": 1000,
        "usageLimitPerCustomer": 1000,
        "reversibleByCustomer": True,
        **DATES,
    },
    {"key": "much", "type": "VOUCHER", "name": "Much", "requiredPoints": 900_000_000, "voucher": {"percent": 50}},
    {"key": "mug", "type": "GIFT_PRODUCT", "name": "Mug", "requiredPoints": 900_000_000, "variantSku": "MUG"},
    {
        "key": "card",
        "type": "GIFT_CARD",
        "name": "Card",
        "requiredPoints": 900_000_000,
        "giftCard": {"amount": "5", "currency": "ILS"},
    },
    {"key": "door", "type": "EVENT_ACCESS", "name": "Door", "requiredPoints": 1, "accessText": "Friday", **DATES},
]


def fill_rewards(account: LoyaltyAccount, *, staff: Api, app: Api) -> dict[str, str]:
    """Give the account one that was used, one that was given back, and open ones; the catalogue is in force then."""
    program = active_program(club.CHANNEL, at=club.now())
    draft = ProgramVersion.objects.filter(program_id=account.program_id, published_at=None).first()
    if draft is not None and (program is None or program.rules.reward("one-off") is None):
        publish_draft(account.program_id, at=club.now())
        update_draft(account.program_id, data=draft.rules, at=club.now())
    used, given_back = issue(account, "one-off"), issue(account, "one-off")
    order = club.order_of(account.user, club.add_variant("USED", price=100))
    RewardIssue.objects.filter(pk=used.pk).update(status="USED", ended_at=club.now(), order_id=str(order.pk))
    reverse_reward(given_back.pk, actor=Actor(kind="STAFF", id=staff.user.pk), at=club.now())
    return {
        "rewardIssue": gid("LoyaltyRewardIssue", issue(account, "one-off")),
        "openDoor": gid("LoyaltyRewardIssue", issue(account, "door")),
    }


def reward_calls(scene: dict[str, Any], account: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return a valid call of each mutation."""
    wanted = {"reward": "one-off", "channel": club.CHANNEL, "idempotencyKey": "new"}
    return {
        "loyaltyRewardGiveBack": (GIVE_BACK, {"id": scene.get("rewardIssue")}),
        "loyaltyRewardIssueCreate": (CREATE, {"input": {**wanted, "account": gid("LoyaltyAccount", account)}}),
        "loyaltyRewardIssueMarkAsUsed": (MARK, {"id": scene.get("openDoor")}),
        "loyaltyRewardIssueReverse": (REVERSE, {"id": scene.get("rewardIssue")}),
        "loyaltyRewardRedeem": (REDEEM, {"input": wanted}),
    }
