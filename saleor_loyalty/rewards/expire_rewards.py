"""``expire_rewards``: the sweep that ends what was not used in time.

In the shop it is over on its own: the voucher and the gift card carry the date.
"""

from __future__ import annotations

import datetime
from functools import partial

from django.db import transaction

from ..ledger import Actor
from ..models import ENDED_ACCOUNT_STATUSES, RewardIssue, RewardIssueStatus
from ..sweeping import sweep
from .book import end_issue, open_issue, reward_of
from .reverse_reward import return_points_of

SYSTEM = Actor()


def expire_rewards(*, at: datetime.datetime, limit: int) -> int:
    """End at most ``limit`` rewards whose time is over. Returns how many have ended.

    One that was used in time and is only not known to be is USED. Its points come back where the rules said so when it
    was issued: to the lots that paid, and what of them is past its date expires at once. The stock does not: it was
    had. Each in an atomic block of its own: one that fails is logged, left to the next sweep, and takes nobody's
    place. Idempotent: two sweeps at once end each once, and may both count it. Linear in what ends and what fails.
    """
    due = RewardIssue.objects.filter(status=RewardIssueStatus.ISSUED, expires_at__lte=at)
    complaint = "Reward %s cannot be ended."
    return sweep(due, "pk", act=partial(_expire, at=at), limit=limit, complaint=complaint).done


@transaction.atomic
def _expire(issue_id: int, *, at: datetime.datetime) -> None:
    opened = open_issue(issue_id, revokes=True, at=at)
    issue = opened.issue
    if issue.status != RewardIssueStatus.ISSUED or issue.expires_at is None or issue.expires_at > at:
        return
    if opened.state == "USED":
        end_issue(opened, RewardIssueStatus.USED, actor=SYSTEM, at=at)
        return
    if reward_of(issue).return_points_of_expired and opened.account.status not in ENDED_ACCOUNT_STATUSES:
        issue.return_transaction = return_points_of(opened, cause="EXPIRED", actor=SYSTEM, at=at)
    end_issue(opened, RewardIssueStatus.EXPIRED, actor=SYSTEM, at=at)
