"""``assign_labels`` and ``unassign_labels``: staff puts labels on accounts and takes them off, many at once."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from ..errors import LoyaltyException
from ..ledger import Actor
from ..models import AccountLabel, CardChangeKind, Label, LoyaltyAccount
from .changes import note_changes
from .locking import lock_accounts, lock_labels

ACCOUNTS_MAX = 100
LABELS_MAX = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelChange:
    """What a call was about, each by primary key."""

    accounts: tuple[LoyaltyAccount, ...]
    labels: tuple[Label, ...]
    changed: int
    """How many assignments were made or removed; those that were so already are not counted."""


def assign_labels(
    account_ids: Sequence[int], *, label_ids: Sequence[int], actor: Actor, at: datetime.datetime
) -> LabelChange:
    """Put each of the labels on each of the accounts; automatic labels too.

    Raises, about ``accounts`` or ``labels``:
        LoyaltyException (INVALID): none is named, or more than 100 accounts or 20 labels are.
        AccountNotFound: one of the accounts does not exist.
        AccountClosed: an account is closed or anonymized.
        LabelNotFound: one of the labels does not exist.
        LoyaltyException (INVALID): they are not all of one program.

    All or nothing. Locks: the accounts, then the labels. Idempotent: what is so already stays, with who did it when.
    Cost: four statements, and one more where something changes.
    """
    with transaction.atomic():
        accounts, labels = _lock(account_ids, label_ids, is_for_new=True)
        present = set(
            AccountLabel.objects.filter(account__in=accounts, label__in=labels).values_list("account_id", "label_id")
        )
        missing = [
            AccountLabel(account=account, label=label, actor_kind=actor.kind, actor_id=actor.id, created_at=at)
            for account in accounts
            for label in labels
            if (account.pk, label.pk) not in present
        ]
        AccountLabel.objects.bulk_create(missing)
        changes = [(assignment.account_id, assignment.label.name) for assignment in missing]
        note_changes(changes, kind=CardChangeKind.LABEL_ASSIGNED, actor=actor, at=at)
        return LabelChange(accounts=tuple(accounts), labels=tuple(labels), changed=len(missing))


def unassign_labels(
    account_ids: Sequence[int], *, label_ids: Sequence[int], actor: Actor, at: datetime.datetime
) -> LabelChange:
    """Take each of the labels off each of the accounts, closed ones too.

    Raises as ``assign_labels``, without AccountClosed. All or nothing. Locks: the accounts, then the labels.
    Idempotent. Cost: three statements, and two more where something changes.
    """
    with transaction.atomic():
        accounts, labels = _lock(account_ids, label_ids, is_for_new=False)
        present = AccountLabel.objects.filter(account__in=accounts, label__in=labels).order_by("pk")
        names = {label.pk: label.name for label in labels}
        removed = [(pk, account_id, names[label_id]) for pk, account_id, label_id in present.values_list(*_KEYS)]
        if removed:
            AccountLabel.objects.filter(pk__in=[pk for pk, _, _ in removed]).delete()
        changes = [(account_id, name) for _, account_id, name in removed]
        note_changes(changes, kind=CardChangeKind.LABEL_UNASSIGNED, actor=actor, at=at)
        return LabelChange(accounts=tuple(accounts), labels=tuple(labels), changed=len(removed))


_KEYS = ("pk", "account_id", "label_id")


def _lock(
    account_ids: Sequence[int], label_ids: Sequence[int], *, is_for_new: bool
) -> tuple[list[LoyaltyAccount], list[Label]]:
    for ids, most, field in ((account_ids, ACCOUNTS_MAX, "accounts"), (label_ids, LABELS_MAX, "labels")):
        if not 1 <= len(ids) <= most:
            raise LoyaltyException(f"Name 1 to {most} {field}, not {len(ids)}.", field=field)
    accounts = lock_accounts(account_ids, field="accounts", is_for_new=is_for_new)
    labels = lock_labels(label_ids, field="labels")
    if len({account.program_id for account in accounts}) > 1:
        raise LoyaltyException("The accounts are of different programs.", field="accounts")
    if any(label.program_id != accounts[0].program_id for label in labels):
        raise LoyaltyException("A label is of another program than the accounts.", field="labels")
    return accounts, labels
