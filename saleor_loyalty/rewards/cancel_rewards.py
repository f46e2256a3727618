"""``cancel_rewards``: an account is closed, or its customer erased: what was not used ends, without its points.

In two steps, because of the order of locks: ``revoke_for_cancelling`` has the shop take the real things away before
anything else is locked; ``cancel_rewards`` ends the issues under the account's lock, and locks nothing of the shop's.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection

from ..host import get_host
from ..ledger import Actor
from ..lock_objects import reward_issue_qs_select_for_update
from ..models import LoyaltyAccount, RewardIssue, RewardIssueStatus
from .book import OpenedIssue, end_issue
from .refusals import RewardsChanged
from .stock import give_back_to_stock

SYSTEM = Actor()


def revoke_for_cancelling(account_ids: Collection[int], *, at: datetime.datetime) -> None:
    """Have the shop take away what of the accounts' rewards was not used.

    Inside the atomic block of the whole, so that a refusal later on gives it back. Locks: the host's rows.
    """
    rows = RewardIssue.objects.filter(account_id__in=account_ids, status=RewardIssueStatus.ISSUED)
    for issue in rows.exclude(reference="").order_by("reference", "pk"):
        get_host().revoke_reward(issue.type, issue.reference, at=at)


def cancel_rewards(account: LoyaltyAccount, *, at: datetime.datetime, actor: Actor = SYSTEM) -> None:
    """End what of the locked account's rewards was not used, after ``revoke_for_cancelling`` in the same atomic block.

    Raises RewardsChanged: the account got one in between.
    Locks: the issues, the stock. Idempotent. Cost: two statements for what the account has, and some for each that
    ends.
    """
    issues = list(reward_issue_qs_select_for_update().filter(account_id=account.pk, status=RewardIssueStatus.ISSUED))
    things = [(issue.type, issue.reference) for issue in issues if issue.reference]
    states = get_host().reward_states(things) if things else {}
    if "UNUSED" in states.values():
        # To take it away now, its row in the shop would be locked after the account.
        raise RewardsChanged
    for issue in issues:
        state = states.get((issue.type, issue.reference), "GONE")
        status = RewardIssueStatus.USED if state == "USED" else RewardIssueStatus.CANCELED
        end_issue(OpenedIssue(issue=issue, account=account, state=state), status, actor=actor, at=at)
    for issue in sorted(issues, key=lambda one: one.reward_key):
        if issue.status == RewardIssueStatus.CANCELED:
            give_back_to_stock(account.program_id, issue.reward_key)


def erase_rewards(account: LoyaltyAccount, *, at: datetime.datetime) -> None:
    """Cancel the locked account's rewards as ``cancel_rewards``, and forget all its codes."""
    cancel_rewards(account, at=at)
    RewardIssue.objects.filter(account_id=account.pk).exclude(code="").update(code="")
