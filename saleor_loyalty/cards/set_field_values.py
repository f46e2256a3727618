"""``set_field_values``: staff fills in a customer's card."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from ..errors import CustomFieldNotFound, FieldValuesChanged, FieldValuesInvalid, LoyaltyException
from ..ledger import Actor
from ..models import CardChangeKind, CustomField, CustomFieldValue, LoyaltyAccount
from .changes import note_changes
from .field_definitions import FIELDS_MAX
from .field_values import stored_value
from .locking import lock_account


class Unchecked:
    """Whoever sets a field has not said what it said before."""


UNCHECKED: Final = Unchecked()


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldEntry:
    """What the card shall say in a field. None and blank text: nothing.

    ``expected`` is what it said when whoever sets it read it: two who edit one card at once do not lose what the first
    wrote.
    """

    field_id: int
    value: str | None
    expected: str | Unchecked | None = UNCHECKED


def set_field_values(
    account_id: int,
    *,
    values: Sequence[FieldEntry],
    at: datetime.datetime,
    actor: Actor = Actor(),  # noqa: B008 (frozen)
) -> LoyaltyAccount:
    """Set what the account's card says in these fields; fields that are not named stay. All or nothing.

    Raises:
        LoyaltyException (INVALID): no value is named, or more than 100 are.
        AccountNotFound: there is no such account.
        AccountClosed: a closed or anonymized account would get a value; it can only lose them.
        CustomFieldNotFound: one of the fields does not exist in the account's program.
        FieldValuesInvalid: with the path and the reason of each value that its field does not allow; also of an
            archived field that would get one, and of a field that is named twice.
        FieldValuesChanged: with the path of each field that neither says what was expected nor what it shall say.

    Locks: the account. Idempotent: a value that is so already stays. Cost: at most six statements.
    """
    if not 1 <= len(values) <= FIELDS_MAX:
        raise LoyaltyException(f"Name 1 to {FIELDS_MAX} values, not {len(values)}.", field="values")
    is_for_new = any((entry.value or "").strip() for entry in values)
    with transaction.atomic():
        account = lock_account(account_id, is_for_new=is_for_new)
        fields = _find_fields(values, account=account)
        stored = _check(values, fields=fields)
        said = dict(CustomFieldValue.objects.filter(account=account).values_list("field_id", "value"))
        _refuse_overwriting(values, stored=stored, said=said)
        changed = [
            CustomFieldValue(account=account, field_id=field_id, value=value, updated_at=at)
            for field_id, value in stored.items()
            if value is not None and said.get(field_id) != value
        ]
        if changed:
            CustomFieldValue.objects.bulk_create(
                changed,
                update_conflicts=True,
                unique_fields=["account", "field"],
                update_fields=["value", "updated_at"],
            )
        removed = [field_id for field_id, value in stored.items() if value is None and field_id in said]
        if removed:
            CustomFieldValue.objects.filter(account=account, field_id__in=removed).delete()
        names = [fields[field_id].name for field_id in (*(value.field_id for value in changed), *removed)]
        note_changes([(account.pk, name) for name in names], kind=CardChangeKind.FIELD_CHANGED, actor=actor, at=at)
        return account


def _find_fields(values: Sequence[FieldEntry], *, account: LoyaltyAccount) -> dict[int, CustomField]:
    ids = [entry.field_id for entry in values]
    fields = {field.pk: field for field in CustomField.objects.filter(program_id=account.program_id, pk__in=ids)}
    for number, field_id in enumerate(ids):
        if field_id not in fields:
            raise CustomFieldNotFound(f"values.{number}: there is no such field in the program.", field="values")
    return fields


def _check(values: Sequence[FieldEntry], *, fields: dict[int, CustomField]) -> dict[int, str | None]:
    """Return by field what is to be stored, None to remove it."""
    stored: dict[int, str | None] = {}
    problems: list[tuple[str, str]] = []
    for number, entry in enumerate(values):
        field = fields[entry.field_id]
        path = f"values.{number}.value"
        if entry.field_id in stored:
            problems.append((f"values.{number}.field", "This field is named twice."))
        elif not (entry.value or "").strip():
            stored[entry.field_id] = None
        elif field.archived_at is not None:
            problems.append((path, f'The field "{field.name}" is archived.'))
        else:
            try:
                stored[entry.field_id] = stored_value(entry.value or "", type=field.type, options=field.options)
            except ValueError as error:
                stored[entry.field_id] = None
                problems.append((path, str(error)))
    if problems:
        raise FieldValuesInvalid(problems)
    return stored


def _refuse_overwriting(values: Sequence[FieldEntry], *, stored: dict[int, str | None], said: dict[int, str]) -> None:
    problems = []
    for number, entry in enumerate(values):
        if isinstance(entry.expected, Unchecked):
            continue
        now = said.get(entry.field_id)
        if now not in ((entry.expected or "").strip() or None, stored[entry.field_id]):
            problems.append((f"values.{number}.value", "The field says something else by now."))
    if problems:
        raise FieldValuesChanged(problems)
