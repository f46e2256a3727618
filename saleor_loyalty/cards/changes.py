"""Noting that a label was put on a card or taken off, or that a field says something else: for the timeline."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from ..ledger import Actor
from ..models import CardChange, CardChangeKind


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
