"""Posting the difference between what an order should have earned and what stands in the ledger.

It never decides what should stand (``targets``) and never looks at today's rules (the recorded version counts).
Idempotency: the caller holds the order record's lock; each posting's key is the order, what it is for, and the
record's revision, which rises in the same atomic block.
"""

from __future__ import annotations

import datetime

from ..errors import AccountClosed
from ..host import OrderFacts, get_host
from ..ledger import award_points, open_account, reverse_award
from ..models import ENDED_ACCOUNT_STATUSES, LoyaltyAccount, OrderRecord
from ..programs import lasting_of
from ..rules import ProgramRules, explain_award, explain_reversal
from ..selectors import way_of_merges
from .targets import AwardState
from .waking import tell_reversal_later


def settle_award(
    record: OrderRecord, facts: OrderFacts, *, state: AwardState, rules: ProgramRules, at: datetime.datetime
) -> None:
    """Award or reverse so that as many points of the order's award stand as ``state`` says.

    What a reversal could not take, because it was spent, is remembered as ``unrecovered`` and not tried again; a later
    award fills it up first. A closed or anonymized account gets nothing, a frozen one still earns.
    Changes the record without saving it. Writes at most one transaction.
    """
    standing, target = record.awarded - record.reversed, state.target
    if target > standing:
        _award(record, facts, points=target - standing, state=state, rules=rules, at=at)
    elif target < standing:
        _take_back(record, excess=standing - target, state=state, rules=rules, at=at)
    else:
        record.unrecovered = 0


def _award(
    record: OrderRecord,
    facts: OrderFacts,
    *,
    points: int,
    state: AwardState,
    rules: ProgramRules,
    at: datetime.datetime,
) -> None:
    account_id = _earning_account(record, facts, at=at)
    if account_id is None:
        return
    is_member = _has_joined(record.account, facts)
    available_at = at + datetime.timedelta(days=rules.pending_days)
    lasting = lasting_of(rules, channel=record.channel_slug, at=available_at)
    record.revision += 1
    try:
        award_points(
            account_id,
            points=points,
            at=at,
            idempotency_key=f"order:{record.order_id}:award:{record.revision}",
            order_id=record.order_id,
            program_version=record.program_version_id,
            channel_slug=record.channel_slug,
            receipt=explain_award(
                state.receipt,
                standing=state.standing,
                before=record.awarded - record.reversed,
                posted=points,
                kept=state.kept,
            ),
            available_at=available_at if is_member else None,
            expires_at=lasting.until,
            lasts_while_active=lasting.while_active,
        )
    except AccountClosed:
        record.revision -= 1
        if _follow_merges(record):
            # It was merged into another one between the reading and the lock: the order belongs to that.
            _award(record, facts, points=points, state=state, rules=rules, at=at)
        return
    record.awarded += points
    record.unrecovered = 0


def _has_joined(account: LoyaltyAccount | None, facts: OrderFacts) -> bool:
    """Return whether the account's customer has joined: not the guest whom the order names, where a member has claimed
    its points since."""
    status = facts.basket.customer.member_status
    if account is not None and account.user_id is not None and account.user_id != facts.user_id:
        owner = get_host().users([account.user_id]).get(account.user_id)
        status = owner.member_status if owner is not None else status
    return status == "MEMBER"


def _take_back(
    record: OrderRecord, *, excess: int, state: AwardState, rules: ProgramRules, at: datetime.datetime
) -> None:
    points = excess - record.unrecovered
    if points <= 0 or record.account_id is None:
        record.unrecovered = min(record.unrecovered, excess)
        return
    before = record.awarded - record.reversed
    record.revision += 1
    result = reverse_award(
        record.account_id,
        points=points,
        at=at,
        idempotency_key=f"order:{record.order_id}:reverse:{record.revision}",
        order_id=record.order_id,
        policy=rules.refund.reversal,
        receipt=lambda taken: explain_reversal(
            state.receipt,
            standing=state.standing,
            kept=state.kept,
            before=before,
            posted=-taken,
            reason=state.reason,
        ),
    )
    if result.posting is not None:
        tell_reversal_later(result.posting.transaction.pk)
    record.reversed += result.reversed_points
    record.unrecovered += result.unrecovered_points


def _earning_account(record: OrderRecord, facts: OrderFacts, *, at: datetime.datetime) -> int | None:
    """Return the account that the award belongs to: the one remembered, else the order's user's, else the guest's; of
    one that was merged the one that it was merged into."""
    if record.account_id is None:
        if facts.user_id is None and not facts.email:
            return None
        account = open_account(
            record.program,
            user_id=facts.user_id,
            email=None if facts.user_id is not None else facts.email,
            at=at,
        )
        record.account = account
    if record.account is not None and record.account.status in ENDED_ACCOUNT_STATUSES and not _follow_merges(record):
        return None
    return record.account_id


def _follow_merges(record: OrderRecord) -> bool:
    """Let the record belong to the account that its own was merged into. Returns whether there is one that is open."""
    way = way_of_merges(record.account_id) if record.account_id is not None else []
    if not way or way[-1].target.status in ENDED_ACCOUNT_STATUSES:
        return False
    record.account = way[-1].target
    return True
