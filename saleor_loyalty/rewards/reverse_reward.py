"""``reverse_reward``: what was not used is given back, for its points."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..errors import AccountClosed
from ..ledger import Actor, forward_points, return_redemption
from ..models import ENDED_ACCOUNT_STATUSES, LoyaltyTransaction, RewardIssue, RewardIssueStatus
from ..rules.reward_receipt import explain_reward_return
from .book import OpenedIssue, end_issue, open_issue, reward_of
from .inputs import check_reason
from .refusals import RewardNotReversible
from .stock import give_back_to_stock


def reverse_reward(
    issue_id: int, *, actor: Actor, at: datetime.datetime, reason: str = "", internal_note: str = ""
) -> RewardIssue:
    """Take the real thing away in the shop, and give all points back to the lots that they came from.

    Somebody who is no staff must be allowed by the reward's rules, as they were when it was issued; whose it is is
    settled before. What staff has deleted or switched off in the shop counts as unused.

    Raises:
        LoyaltyException (INVALID) about ``reason``: too long. RewardIssueNotFound. AccountClosed.
        RewardNotReversible: REWARD_USED: it was used, if only in part; REWARD_EXPIRED: its time is over, or its card
            was deleted; INVALID: customers may not give it back.

    A refusal changes nothing, in the shop neither. Locks: the host's row, the account, its lots, the issue, the stock.
    Idempotency: one that is reversed already is returned as it is.
    """
    check_reason(reason)
    with transaction.atomic():
        opened = open_issue(issue_id, revokes=True, at=at)
        issue = opened.issue
        if issue.status == RewardIssueStatus.REVERSED:
            return issue
        _refuse(opened, actor=actor, at=at)
        issue.return_transaction = return_points_of(
            opened, cause="REVERSED", actor=actor, at=at, reason=reason, internal_note=internal_note
        )
        end_issue(opened, RewardIssueStatus.REVERSED, actor=actor, at=at)
        give_back_to_stock(opened.account.program_id, issue.reward_key)
        return issue


def _refuse(opened: OpenedIssue, *, actor: Actor, at: datetime.datetime) -> None:
    issue = opened.issue
    if actor.kind == "CUSTOMER" and not reward_of(issue).reversible_by_customer:
        raise RewardNotReversible("INVALID", "This reward cannot be given back.")
    if issue.status == RewardIssueStatus.USED or opened.state == "USED":
        raise RewardNotReversible("REWARD_USED", "This reward was used.")
    is_over = issue.expires_at is not None and issue.expires_at <= at
    if issue.status != RewardIssueStatus.ISSUED or is_over:
        raise RewardNotReversible("REWARD_EXPIRED", "The time of this reward is over.")


def return_points_of(
    opened: OpenedIssue,
    *,
    cause: str,
    actor: Actor,
    at: datetime.datetime,
    reason: str = "",
    internal_note: str = "",
) -> LoyaltyTransaction:
    """Give the issue's points back, once. ``cause``: REVERSED or EXPIRED.

    Where the issue came with another account that was merged into this one, the lots that paid are that account's: the
    points return to them, and move from there the way of the merges.
    """
    issue = opened.issue
    key = f"reward-return:{issue.pk}"
    redemption = issue.transaction
    if opened.account.status in ENDED_ACCOUNT_STATUSES:
        raise AccountClosed
    receipt = explain_reward_return(
        reward_key=issue.reward_key,
        cause=cause,
        points=issue.points,
        program_version=(redemption.receipt or {}).get("program_version"),
    )
    returned = return_redemption(
        redemption.pk,
        at=at,
        idempotency_key=key,
        receipt=receipt,
        actor=actor,
        reason=reason,
        internal_note=internal_note,
        even_if_closed=bool(opened.way),
    ).transaction
    for merge in opened.way:
        forward_points(merge.source_id, to_account_id=merge.target_id, reference=f"merge:{merge.pk}", at=at)
    return returned
