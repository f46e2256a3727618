"""``follow_rewards``: asks the shop which gift cards were used meanwhile. No order says so: a card is a means of
paying. Whether one may still be given back is asked of the shop itself, whatever is known here."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..host import get_host
from ..ledger import Actor
from ..models import RewardIssue, RewardIssueStatus, RewardType
from .book import end_issue, open_issue

SYSTEM = Actor()


def follow_rewards(*, at: datetime.datetime, limit: int) -> int:
    """Look at the ``limit`` gift cards that were longest not looked at; returns how many of them were used.

    Idempotent. Cost: three statements, and an atomic block for each that was used.
    """
    rows = RewardIssue.objects.filter(status=RewardIssueStatus.ISSUED, type=RewardType.GIFT_CARD)
    cards = list(rows.filter(checked_at__lt=at).order_by("checked_at", "pk")[:limit])
    if not cards:
        return 0
    states = get_host().reward_states([(card.type, card.reference) for card in cards])
    RewardIssue.objects.filter(pk__in=[card.pk for card in cards]).update(checked_at=at)
    used = [card.pk for card in cards if states.get((card.type, card.reference)) == "USED"]
    return sum(_use(issue_id, at=at) for issue_id in used)


def _use(issue_id: int, *, at: datetime.datetime) -> bool:
    with transaction.atomic():
        opened = open_issue(issue_id, revokes=False, at=at)
        if opened.issue.status != RewardIssueStatus.ISSUED:
            return False
        end_issue(opened, RewardIssueStatus.USED, actor=SYSTEM, at=at)
        return True
