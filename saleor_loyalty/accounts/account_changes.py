"""Noting what was done with an account as a whole: for its timeline, with the reason, which can be erased."""

from __future__ import annotations

import datetime

from ..errors import StaleRevision
from ..ledger import Actor
from ..ledger.inputs import check_text
from ..models import CHANGE_REASON_MAX, AccountChange, AccountChangeKind, AccountMerge, LoyaltyAccount


def check_reason(reason: str) -> str:
    """Return the reason. Raises LoyaltyException about ``reason`` where it cannot be stored."""
    return check_text(reason, field="reason", max_length=CHANGE_REASON_MAX)


def require_revision(account: LoyaltyAccount, expected: int | None) -> None:
    """Raise StaleRevision where the locked account was written to since it was read; None: whatever happened."""
    if expected is not None and account.revision != expected:
        raise StaleRevision(expected=expected, actual=account.revision)


def note_account_change(
    account_id: int,
    kind: AccountChangeKind,
    *,
    actor: Actor,
    at: datetime.datetime,
    reason: str = "",
    merge: AccountMerge | None = None,
) -> AccountChange:
    """Note what was done with the account. One statement; under its lock."""
    return AccountChange.objects.create(
        account_id=account_id,
        kind=kind,
        reason=reason,
        merge=merge,
        actor_kind=actor.kind,
        actor_id=actor.id,
        created_at=at,
    )
