"""``move_rewards``: two accounts became one, or two again; and ``rewards_of``: what one person is told is stored."""

from __future__ import annotations

from collections.abc import Collection

from ..lock_objects import reward_issue_qs_select_for_update
from ..models import RewardIssue


def move_rewards(account_id: int, *, to_account_id: int, issue_ids: Collection[int] | None = None) -> list[int]:
    """Give an account's rewards to another account of the same program; returns their ids, so that they can go back.

    ``issue_ids``: only these; None: all. They keep codes, dates and states. What of them is given back later gives its
    points to the account that then has it. Their limits count there too. A code for the cart counts for the customer
    of the account that has it.

    Locks: the issues; the caller holds the locks of both accounts. Idempotent. Cost: three statements.
    """
    issues = reward_issue_qs_select_for_update().filter(account_id=account_id)
    if issue_ids is not None:
        issues = issues.filter(pk__in=list(issue_ids))
    moved = list(issues)
    keys = RewardIssue.objects.filter(account_id=to_account_id).values_list("idempotency_key", flat=True)
    taken = set(keys.filter(idempotency_key__in=[issue.idempotency_key for issue in moved]))
    for issue in moved:
        issue.account_id = to_account_id
        if issue.idempotency_key in taken:
            # A retry of the request that made it finds it no more; neither does it find another one's answer.
            issue.idempotency_key = f"moved:{issue.pk}"
    RewardIssue.objects.bulk_update(moved, ["account", "idempotency_key"])
    return [issue.pk for issue in moved]


def rewards_of(account_id: int, *, using: str = "default") -> list[RewardIssue]:
    """Return all rewards that the account has or had, the oldest first. One statement."""
    return list(RewardIssue.objects.using(using).filter(account_id=account_id).order_by("pk"))
