"""``cancel_rewards``: a card is deleted, or a customer erased: what was not used ends, without its points.

In two steps, because of the order of locks: ``revoke_for_cancelling`` has the shop take the real things away before
anything else is locked; ``cancel_rewards`` ends the issues under the account's lock.
"""

from __future__ import annotations

import datetime

from ..host import get_host
from ..ledger import Actor
from ..lock_objects import reward_issue_qs_select_for_update
from ..models import LoyaltyAccount, RewardIssue, RewardIssueStatus
from ..reward_terms import RewardState
from .book import OpenedIssue, end_issue
from .stock import give_back_to_stock


def revoke_for_cancelling(account_id: int, *, at: datetime.datetime) -> dict[int, RewardState]:
    """Have the shop take away what of the account's rewards was not used. Returns what each was before, by its id.

    Inside the atomic block of the whole, so that a refusal later on gives it back. Locks: the host's rows.
    """
    rows = RewardIssue.objects.filter(account_id=account_id, status=RewardIssueStatus.ISSUED).exclude(reference="")
    found = list(rows.order_by("reference", "pk"))
    return {issue.pk: get_host().revoke_reward(issue.type, issue.reference, at=at) for issue in found}


def cancel_rewards(
    account: LoyaltyAccount,
    *,
    states: dict[int, RewardState],
    at: datetime.datetime,
    actor: Actor = Actor(),  # noqa: B008 (frozen)
) -> int:
    """End what of the locked account's rewards was not used, and forget all its codes. Returns how many ended.

    ``states``: what ``revoke_for_cancelling`` has found. Locks: the issues, the stock. Idempotent.
    """
    issues = reward_issue_qs_select_for_update().filter(account_id=account.pk, status=RewardIssueStatus.ISSUED)
    ended = list(issues)
    for issue in ended:
        state = states.get(issue.pk, "UNUSED")
        if issue.pk not in states and issue.reference:
            # It was issued in between: nobody knows it well enough to use it at this very moment.
            state = get_host().revoke_reward(issue.type, issue.reference, at=at)
        opened = OpenedIssue(issue=issue, account=account, state=state)
        status = RewardIssueStatus.USED if state == "USED" else RewardIssueStatus.CANCELED
        end_issue(opened, status, actor=actor, at=at)
    for issue in sorted(ended, key=lambda one: one.reward_key):
        if issue.status == RewardIssueStatus.CANCELED:
            give_back_to_stock(account.program_id, issue.reward_key)
    RewardIssue.objects.filter(account_id=account.pk).exclude(code="").update(code="")
    return len(ended)
