"""Which gift cards were used: ``settle_order_cards`` looks at those of one order, ``follow_rewards`` at all of them.

A card is a means of paying, and no settlement needs to know it: the first is a hint, sent as an order is made, and the
second finds in time what nobody hinted at. Whether a card may still be given back is asked of the shop itself,
whatever is known here.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Sequence
from functools import partial

from django.db import transaction

from ..host import get_host
from ..ledger import Actor
from ..models import RewardIssue, RewardIssueStatus, RewardType
from ..sweeping import try_alone
from .book import end_issue, open_issue

logger = logging.getLogger(__name__)
SYSTEM = Actor()


def follow_rewards(*, at: datetime.datetime, limit: int) -> int:
    """Look at the ``limit`` gift cards that were longest not looked at; returns how many of them were used.

    One that fails is logged, and comes again when all others were looked at. Idempotent. Cost: three statements, and
    an atomic block for each that was used.
    """
    rows = RewardIssue.objects.filter(status=RewardIssueStatus.ISSUED, type=RewardType.GIFT_CARD)
    cards = list(rows.filter(checked_at__lt=at).order_by("checked_at", "pk")[:limit])
    if not cards:
        return 0
    RewardIssue.objects.filter(pk__in=[card.pk for card in cards]).update(checked_at=at)
    use = partial(_use, at=at)
    return sum(try_alone(use, issue_id, complaint="Reward %s cannot be ended.") for issue_id in _used(cards))


def settle_order_cards(order_id: str, *, at: datetime.datetime) -> int:
    """Mark the rewards as used whose gift cards the order was paid with; returns how many.

    One that fails is logged and left to ``follow_rewards``. Locks: the account, the issue, in an atomic block for
    each. Idempotent. Cost: two statements, and those of each reward that was used.
    """
    codes = get_host().gift_card_codes(order_id)
    if not codes:
        return 0
    rows = RewardIssue.objects.filter(code__in=codes, status=RewardIssueStatus.ISSUED, type=RewardType.GIFT_CARD)
    use = partial(_use, order_id=order_id, at=at)
    issue_ids = list(rows.order_by("pk").values_list("pk", flat=True))
    return sum(try_alone(use, issue_id, complaint="Reward %s cannot be ended.") for issue_id in issue_ids)


def _used(cards: Sequence[RewardIssue]) -> list[int]:
    """Return the ids of the cards that were used. Where the shop fails on them, it is asked for less at a time."""
    try:
        states = get_host().reward_states([(card.type, card.reference) for card in cards])
    except Exception:
        if len(cards) == 1:
            logger.exception("The gift card of reward %s cannot be looked at.", cards[0].pk)
            return []
        middle = len(cards) // 2
        return _used(cards[:middle]) + _used(cards[middle:])
    return [card.pk for card in cards if states.get((card.type, card.reference)) == "USED"]


@transaction.atomic
def _use(issue_id: int, *, at: datetime.datetime, order_id: str = "") -> None:
    opened = open_issue(issue_id, revokes=False, at=at)
    if opened.issue.status == RewardIssueStatus.ISSUED:
        end_issue(opened, RewardIssueStatus.USED, actor=SYSTEM, at=at, order_id=order_id)
