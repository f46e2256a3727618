"""``settle_rewards``: an order used the code of a reward, or did so and then ended.

Called with each settlement of an order, after its points: hooks are hints, and the order as it is now says whether it
uses the code. It holds locks of its own, since the reward's account may be another than the order's.
"""

from __future__ import annotations

import datetime

from django.db import transaction

from ..host import OrderFacts, get_host
from ..ledger import Actor
from ..models import ENDED_ACCOUNT_STATUSES, RewardIssue, RewardIssueStatus
from .book import end_issue, open_issue, reopen_issue

ENDED = ("CANCELED", "EXPIRED")
SYSTEM = Actor()


def settle_rewards(facts: OrderFacts, *, at: datetime.datetime) -> RewardIssue | None:
    """Bring the reward whose code the order carries to what the order says; returns it, None without any.

    An order that stands has used it. Of one that was cancelled or expired it can be used again by its customer, until
    its time is over: it delivered nothing. Not while the account is closed: that spends nothing.

    Locks: the host's order row, its row of the real thing, the account, the issue, in an atomic block of its own.
    Idempotency: the same order again changes nothing. Cost: none for an order without a code, one statement for one
    with a code that is no reward's, or that is settled already.
    """
    if not facts.voucher_code or facts.status == "DRAFT":
        return None
    issue = RewardIssue.objects.filter(code=facts.voucher_code).first()
    if issue is None or not _is_to_change(issue, facts, at=at):
        return issue
    with transaction.atomic():
        now = get_host().order_facts(facts.id, for_update=True)
        if now is None or now.voucher_code != issue.code:
            return issue
        # Settlements of one order wait for one another at its row: what is read now is not changed by another of them.
        issue.refresh_from_db()
        if not _is_to_change(issue, now, at=at):
            return issue
        if now.status in ENDED:
            get_host().reopen_reward(issue.type, issue.reference)
        opened = open_issue(issue.pk, revokes=False, at=at)
        if now.status in ENDED and opened.account.status in ENDED_ACCOUNT_STATUSES:
            # It is only known under the lock, which comes after the shop's: what the shop did is taken back.
            transaction.set_rollback(True)
            return opened.issue
        if now.status in ENDED and opened.issue.status == RewardIssueStatus.USED:
            return reopen_issue(opened, at=at)
        if opened.issue.status == RewardIssueStatus.ISSUED:
            end_issue(opened, RewardIssueStatus.USED, actor=SYSTEM, at=at, order_id=now.id)
        return opened.issue


def _is_to_change(issue: RewardIssue, facts: OrderFacts, *, at: datetime.datetime) -> bool:
    if facts.status in ENDED:
        is_over = issue.expires_at is not None and issue.expires_at <= at
        return issue.status == RewardIssueStatus.USED and issue.order_id == facts.id and not is_over
    return issue.status == RewardIssueStatus.ISSUED
