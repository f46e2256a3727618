"""Noting that a label was put on a card or taken off, or that a field says something else: for the timeline."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import connection

from ..ledger import Actor
from ..models import AccountLabel, CardChange, CardChangeKind, Label


def note_changes(
    changes: Iterable[tuple[int, str]], *, kind: CardChangeKind, actor: Actor, at: datetime.datetime
) -> None:
    """Note for each (account, name of the label or field) what was done. One statement; under the accounts' locks."""
    CardChange.objects.bulk_create(
        CardChange(
            account_id=account_id,
            kind=kind.value,
            name=name,
            actor_kind=actor.kind,
            actor_id=actor.id,
            created_at=at,
        )
        for account_id, name in changes
    )


def note_change_of_label(
    label: Label,
    *,
    named: str,
    kind: CardChangeKind,
    actor: Actor,
    at: datetime.datetime,
    except_with: int | None = None,
) -> None:
    """Note for each account that has ``label``, but for those with the label ``except_with`` too, what was done to the
    label called ``named``. One statement, however many accounts it is; under the label's lock."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_ALL, [kind.value, named, actor.kind, actor.id, at, label.pk, except_with, except_with])


_NOTE_ALL = f"""
    INSERT INTO {CardChange._meta.db_table} (account_id, kind, name, actor_kind, actor_id, created_at)
    SELECT had.account_id, %s, %s, %s, %s::bigint, %s
    FROM {AccountLabel._meta.db_table} had
    WHERE had.label_id = %s AND (%s::bigint IS NULL OR NOT EXISTS (
        SELECT 1 FROM {AccountLabel._meta.db_table} has
        WHERE has.account_id = had.account_id AND has.label_id = %s))
    ORDER BY had.account_id
"""
