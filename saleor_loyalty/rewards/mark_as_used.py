"""``mark_as_used``: staff lets the owner of an access code in."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..ledger import Actor
from ..models import RewardIssue, RewardIssueStatus, RewardType
from .book import end_issue, open_issue
from .refusals import RewardNotReversible


def mark_as_used(issue_id: int, *, actor: Actor, at: datetime.datetime) -> RewardIssue:
    """Say that access to an event was used. What the shop itself uses up (vouchers, gift cards) says so by itself.

    Raises RewardIssueNotFound; RewardNotReversible: INVALID for another type; REWARD_USED: once lets in once;
    REWARD_EXPIRED: it was given back, or its time is over.
    Locks: the account, the issue. Not idempotent: a code that is shown twice is refused the second time.
    """
    with transaction.atomic():
        opened = open_issue(issue_id, revokes=False, at=at)
        issue = opened.issue
        if issue.type != RewardType.EVENT_ACCESS:
            raise RewardNotReversible("INVALID", "Only access to an event is used by hand.")
        if issue.status == RewardIssueStatus.USED:
            raise RewardNotReversible("REWARD_USED", "This reward was used.")
        is_over = issue.expires_at is not None and issue.expires_at <= at
        if issue.status != RewardIssueStatus.ISSUED or is_over:
            raise RewardNotReversible("REWARD_EXPIRED", "The time of this reward is over.")
        return end_issue(opened, RewardIssueStatus.USED, actor=actor, at=at)
