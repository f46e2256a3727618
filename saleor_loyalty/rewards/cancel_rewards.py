"""``cancel_rewards``: a card is deleted, or a customer erased: what was not used ends, without its points.

In two steps, because of the order of locks: ``revoke_for_cancelling`` has the shop take the real things away before
anything else is locked; ``cancel_rewards`` ends the issues under the account's lock, when revoking again only tells
what each one was.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection

from ..host import get_host
from ..ledger import Actor
from ..lock_objects import reward_issue_qs_select_for_update
from ..models import LoyaltyAccount, RewardIssue, RewardIssueStatus
from .book import OpenedIssue, end_issue
from .stock import give_back_to_stock

SYSTEM = Actor()


def revoke_for_cancelling(account_ids: Collection[int], *, at: datetime.datetime) -> None:
    """Have the shop take away what of the accounts' rewards was not used.

    Inside the atomic block of the whole, so that a refusal later on gives it back. Locks: the host's rows.
    """
    rows = RewardIssue.objects.filter(account_id__in=account_ids, status=RewardIssueStatus.ISSUED)
    for issue in rows.exclude(reference="").order_by("reference", "pk"):
        get_host().revoke_reward(issue.type, issue.reference, at=at)


def cancel_rewards(account: LoyaltyAccount, *, at: datetime.datetime, actor: Actor = SYSTEM) -> int:
    """End what of the locked account's rewards was not used, and forget all its codes. Returns how many ended.

    Locks: the issues, the stock. Idempotent. Cost: two statements, and some for each that ends.
    """
    issues = reward_issue_qs_select_for_update().filter(account_id=account.pk, status=RewardIssueStatus.ISSUED)
    ended = list(issues)
    for issue in ended:
        was_used = bool(issue.reference) and get_host().revoke_reward(issue.type, issue.reference, at=at) == "USED"
        opened = OpenedIssue(issue=issue, account=account, state="USED" if was_used else "GONE")
        status = RewardIssueStatus.USED if was_used else RewardIssueStatus.CANCELED
        end_issue(opened, status, actor=actor, at=at)
    for issue in sorted(ended, key=lambda one: one.reward_key):
        if issue.status == RewardIssueStatus.CANCELED:
            give_back_to_stock(account.program_id, issue.reward_key)
    RewardIssue.objects.filter(account_id=account.pk).exclude(code="").update(code="")
    return len(ended)
