"""One issue, opened with the host's row, its account and itself locked, and ended; and what the world is told of it.

State is read after the locks. The host is asked first, because its rows come first in the order of locks; where the
verb then finds another state than it looked for, its exception rolls back what the host did.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from ..events import emit
from ..events.catalogue import REWARD_CHANGED, REWARD_ISSUED
from ..host import get_host
from ..ledger import Actor, refresh_account
from ..lock_objects import loyalty_account_qs_select_for_update, reward_issue_qs_select_for_update
from ..models import AccountMerge, LoyaltyAccount, LoyaltyTransaction, RewardIssue, RewardIssueStatus
from ..programs import load_version
from ..reward_terms import RewardState
from ..rules.document import Reward
from ..selectors import way_of_merges
from .refusals import RewardIssueNotFound


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedIssue:
    issue: RewardIssue
    account: LoyaltyAccount
    state: RewardState
    """What the real thing was before it was revoked; of what is none of the host's: UNUSED."""
    way: Sequence[AccountMerge] = ()
    """The merges from the account that paid to the one that has it now, in their order; all their accounts are locked.
    None where they are the same."""


def open_issue(issue_id: int, *, revokes: bool, at: datetime.datetime) -> OpenedIssue:
    """Return the issue with all of it locked. ``revokes``: the host takes the real thing away, unless it was used.

    Inside an atomic block only. Raises RewardIssueNotFound.
    Locks: the host's row of the real thing (where it is revoked), the account (and where it was merged, those that it
    came from, all in the order of their keys), the issue.
    """
    found = RewardIssue.objects.filter(pk=issue_id).first()
    if found is None:
        raise RewardIssueNotFound
    state: RewardState = "UNUSED"
    if revokes and found.reference:
        state = get_host().revoke_reward(found.type, found.reference, at=at)
    way = _lock_way(found)
    account = refresh_account(found.account_id, at=at)
    issue = reward_issue_qs_select_for_update().filter(pk=issue_id, account_id=account.pk).first()
    if issue is None:
        # It moved to another account in between: a repeated request finds it there.
        raise RewardIssueNotFound
    return OpenedIssue(issue=issue, account=account, state=state, way=way)


def _lock_way(issue: RewardIssue) -> Sequence[AccountMerge]:
    """Return the way from the account that paid for the issue to the one that has it, with every account on it locked
    in the order of their keys. One statement where the account was not merged."""
    payer_id = LoyaltyTransaction.objects.values_list("account_id", flat=True).get(pk=issue.transaction_id)
    if payer_id == issue.account_id:
        return ()
    way = way_of_merges(payer_id)
    ends = [merge.target_id for merge in way]
    list(loyalty_account_qs_select_for_update().filter(pk__in={payer_id, issue.account_id, *ends}))
    return way[: ends.index(issue.account_id) + 1] if issue.account_id in ends else ()


def end_issue(
    opened: OpenedIssue, status: RewardIssueStatus, *, actor: Actor, at: datetime.datetime, order_id: str = ""
) -> RewardIssue:
    """Write that the issue ended, and tell the world."""
    issue = opened.issue
    issue.status, issue.ended_at, issue.order_id = status, at, order_id
    issue.ended_by_kind, issue.ended_by_id = actor.kind, actor.id
    issue.save(update_fields=["status", "ended_at", "order_id", "ended_by_kind", "ended_by_id", "return_transaction"])
    tell(REWARD_CHANGED, issue, account=opened.account, at=at)
    return issue


def reopen_issue(opened: OpenedIssue, *, at: datetime.datetime) -> RewardIssue:
    """Write that a used issue can be used again, and tell the world."""
    issue = opened.issue
    issue.status, issue.ended_at, issue.order_id = RewardIssueStatus.ISSUED, None, ""
    issue.ended_by_kind, issue.ended_by_id = "", None
    issue.save(update_fields=["status", "ended_at", "order_id", "ended_by_kind", "ended_by_id"])
    tell(REWARD_CHANGED, issue, account=opened.account, at=at)
    return issue


def tell(name: str, issue: RewardIssue, *, account: LoyaltyAccount, at: datetime.datetime) -> None:
    """Emit an event about the issue, under the account's lock."""
    payload = {
        "issue": issue.pk,
        "account": account.pk,
        "user": account.user_id,
        "reward": issue.reward_key,
        "type": str(issue.type),
        "points": issue.points,
        "status": str(issue.status),
        "order": issue.order_id or None,
        "expiresAt": issue.expires_at,
    }
    if name == REWARD_ISSUED:
        del payload["status"], payload["order"]
    emit(name, program_id=account.program_id, account_id=account.pk, payload=payload, at=at)


def reward_of(issue: RewardIssue, *, using: str = "default") -> Reward:
    """Return the reward as it was when it was issued. No statement once the process knows the version."""
    reward = load_version(issue.program_version_id, using=using).rules.reward(issue.reward_key)
    if reward is None:
        raise LookupError(f"version {issue.program_version_id} has no reward {issue.reward_key}")
    return reward
