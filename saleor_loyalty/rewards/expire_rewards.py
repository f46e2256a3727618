"""``expire_rewards``: the sweep that ends what was not used in time.

In the shop it is over on its own: the voucher and the gift card carry the date. One that fails is logged and left, and
does not stop the others.
"""

from __future__ import annotations

import datetime
import logging

from django.db import transaction

from ..ledger import Actor
from ..models import ENDED_ACCOUNT_STATUSES, RewardIssue, RewardIssueStatus
from .book import end_issue, open_issue, reward_of
from .reverse_reward import return_points_of

logger = logging.getLogger(__name__)
SYSTEM = Actor()


def expire_rewards(*, at: datetime.datetime, limit: int) -> int:
    """End at most ``limit`` rewards whose time is over. Returns how many.

    One that was used in time and is only not known to be is USED. Its points come back where the rules said so when it
    was issued: to the lots that paid, and what of them is past its date expires at once. The stock does not: it was
    had. Each in an atomic block of its own. Idempotent: two sweeps at once end each once.
    """
    due = RewardIssue.objects.filter(status=RewardIssueStatus.ISSUED, expires_at__lte=at)
    ids = list(due.order_by("expires_at", "pk").values_list("pk", flat=True)[:limit])
    return sum(_expire_one(issue_id, at=at) for issue_id in ids)


def _expire_one(issue_id: int, *, at: datetime.datetime) -> bool:
    try:
        with transaction.atomic():
            return _expire(issue_id, at=at)
    except Exception:
        # Whatever it was, it must not stop the rewards after this one.
        logger.exception("Reward %s cannot be ended.", issue_id)
        return False


def _expire(issue_id: int, *, at: datetime.datetime) -> bool:
    opened = open_issue(issue_id, revokes=True, at=at)
    issue = opened.issue
    if issue.status != RewardIssueStatus.ISSUED or issue.expires_at is None or issue.expires_at > at:
        return False
    if opened.state == "USED":
        end_issue(opened, RewardIssueStatus.USED, actor=SYSTEM, at=at)
        return True
    if reward_of(issue).return_points_of_expired and opened.account.status not in ENDED_ACCOUNT_STATUSES:
        issue.return_transaction = return_points_of(opened, cause="EXPIRED", actor=SYSTEM, at=at)
    end_issue(opened, RewardIssueStatus.EXPIRED, actor=SYSTEM, at=at)
    return True
