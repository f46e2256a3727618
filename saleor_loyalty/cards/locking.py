"""Taking the row locks that the verbs of cards work under, with the refusals that they share.

All of it must run inside an atomic block. The order is program, accounts, labels, notes, each by primary key; a verb
that holds a label's lock never asks for an account's.
"""

from __future__ import annotations

from collections.abc import Collection

from ..errors import (
    AccountClosed,
    AccountNotFound,
    CustomFieldNotFound,
    LabelNotFound,
    LoyaltyException,
    NoteNotFound,
    ProgramNotFound,
)
from ..lock_objects import (
    custom_field_qs_select_for_update,
    label_qs_select_for_update,
    loyalty_account_qs_select_for_update,
    loyalty_program_qs_select_for_update,
    note_qs_select_for_update,
)
from ..models import ENDED_ACCOUNT_STATUSES, CustomField, Label, LoyaltyAccount, LoyaltyProgram, Note


def lock_program(program_id: int) -> LoyaltyProgram:
    """Return the program, its row locked: one session at a time adds labels and fields. Raises ProgramNotFound."""
    program = loyalty_program_qs_select_for_update().filter(pk=program_id).first()
    if program is None:
        raise ProgramNotFound
    return program


def lock_account(account_id: int, *, is_for_new: bool = True) -> LoyaltyAccount:
    """Return the account, its row locked. ``is_for_new``: its card is about to get something.

    Raises AccountNotFound; AccountClosed where a closed or anonymized account would get something.
    """
    [account] = lock_accounts([account_id], field="account", is_for_new=is_for_new)
    return account


def lock_accounts(account_ids: Collection[int], *, field: str, is_for_new: bool = True) -> list[LoyaltyAccount]:
    """As ``lock_account``, for several accounts in the order of their primary keys."""
    wanted = set(account_ids)
    accounts = list(loyalty_account_qs_select_for_update().filter(pk__in=wanted))
    if len(accounts) != len(wanted):
        raise AccountNotFound(field=field)
    if is_for_new and any(account.status in ENDED_ACCOUNT_STATUSES for account in accounts):
        raise AccountClosed("A closed account's card can only be emptied.", field=field)
    return accounts


def lock_labels(label_ids: Collection[int], *, field: str) -> list[Label]:
    """Return the labels in the order of their primary keys, their rows locked. Raises LabelNotFound."""
    wanted = set(label_ids)
    labels = list(label_qs_select_for_update().filter(pk__in=wanted))
    if len(labels) != len(wanted):
        raise LabelNotFound(field=field)
    return labels


def refuse_automatic(label: Label, *, field: str = "label") -> None:
    """Raise LoyaltyException (INVALID) for a label that the program made."""
    if label.is_automatic:
        raise LoyaltyException(f'The label "{label.name}" is automatic: it cannot be changed by hand.', field=field)


def lock_note(note_id: int) -> Note:
    """Return the note, its row locked. Raises NoteNotFound."""
    note = note_qs_select_for_update().filter(pk=note_id).first()
    if note is None:
        raise NoteNotFound
    return note


def lock_custom_field(field_id: int) -> CustomField:
    """Return the field, its row locked. Raises CustomFieldNotFound."""
    field = custom_field_qs_select_for_update().filter(pk=field_id).first()
    if field is None:
        raise CustomFieldNotFound
    return field
