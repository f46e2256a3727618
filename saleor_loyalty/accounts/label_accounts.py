"""``label_accounts``: put labels on all accounts that a filter means, or take them off, a portion at a time.

The cards' own verbs do it, for at most a hundred accounts in one atomic block. Which accounts are meant is judged for
each portion when its turn comes, in the order of their keys: an account is looked at once, also where the labels are
part of the filter.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from ..cards import assign_labels, unassign_labels
from ..cards.assign_labels import ACCOUNTS_MAX, LABELS_MAX
from ..errors import AccountClosed, LabelNotFound, LoyaltyException
from ..ledger import Actor
from ..models import ENDED_ACCOUNT_STATUSES, Label, LoyaltyAccount
from .account_filter import AccountFilter
from .select_accounts import select_accounts

PORTION = 500
"""Accounts of one call."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledPortion:
    """What one call did."""

    accounts: int
    """How many were meant."""
    changed: int
    """Labels that were put on or taken off; what was so already is not counted."""
    last_id: int | None
    """The last account of the portion, to go on after; None where it was the last portion."""


def label_accounts(
    account_filter: AccountFilter,
    *,
    label_ids: Sequence[int],
    is_assigned: bool,
    actor: Actor,
    at: datetime.datetime,
    after_id: int = 0,
    portion: int = PORTION,
) -> LabelledPortion:
    """Put the labels on the next accounts of the labels' program that the filter means, or take them off. Accounts
    that are over get none, and are passed over; they lose them.

    Raises, about ``labels``:
        LoyaltyException (INVALID): none is named, or more than 20 are, or they are not all of one program.
        LabelNotFound: one of them does not exist.

    Locks: for each hundred accounts in an atomic block of its own the accounts, then the labels. What is done stays
    when a later hundred fails. Idempotent: what is so already stays, so a call may be made again.
    Cost: two statements, and those of ``assign_labels`` for each hundred.
    """
    program_id = _program_of(label_ids)
    meant = select_accounts(account_filter).filter(program_id=program_id, pk__gt=after_id)
    if is_assigned:
        meant = meant.exclude(status__in=ENDED_ACCOUNT_STATUSES)
    keys = list(meant.order_by("pk").values_list("pk", flat=True)[: portion + 1])
    chosen = keys[:portion]
    change = _assign if is_assigned else _unassign
    changed = sum(
        change(chosen[start : start + ACCOUNTS_MAX], label_ids, actor=actor, at=at)
        for start in range(0, len(chosen), ACCOUNTS_MAX)
    )
    return LabelledPortion(accounts=len(chosen), changed=changed, last_id=chosen[-1] if len(keys) > portion else None)


def _program_of(label_ids: Sequence[int]) -> int:
    if not 1 <= len(label_ids) <= LABELS_MAX:
        raise LoyaltyException(f"Name 1 to {LABELS_MAX} labels, not {len(label_ids)}.", field="labels")
    programs = dict(Label.objects.filter(pk__in=label_ids).values_list("pk", "program_id"))
    if programs.keys() != set(label_ids):
        raise LabelNotFound(field="labels")
    if len(set(programs.values())) > 1:
        raise LoyaltyException("The labels are of different programs.", field="labels")
    return programs[label_ids[0]]


def _assign(account_ids: list[int], label_ids: Sequence[int], *, actor: Actor, at: datetime.datetime) -> int:
    try:
        return assign_labels(account_ids, label_ids=label_ids, actor=actor, at=at).changed
    except AccountClosed:
        # One was closed since it was found. Closing is rare, so that it does not happen twice in a row.
        still_open = LoyaltyAccount.objects.filter(pk__in=account_ids).exclude(status__in=ENDED_ACCOUNT_STATUSES)
        account_ids = list(still_open.values_list("pk", flat=True))
        return assign_labels(account_ids, label_ids=label_ids, actor=actor, at=at).changed if account_ids else 0


def _unassign(account_ids: list[int], label_ids: Sequence[int], *, actor: Actor, at: datetime.datetime) -> int:
    return unassign_labels(account_ids, label_ids=label_ids, actor=actor, at=at).changed
