"""What staff read of an order's points in the host's own history of the order: one note for each movement.

A note is written in the atomic block of its movement: there is one exactly where the movement is stored. It stands in
a savepoint of its own: a host that cannot take it loses the note, never the movement. Held by
``tests/orders/test_notes.py``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from ..host import get_host
from ..messages import render
from ..models import OrderRecord
from ..rules import ProgramRules

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Moved:
    """An order record's numbers at one moment."""

    awarded: int
    reversed: int
    unrecovered: int
    returned: int
    refund_excess: Decimal


def numbers_of(record: OrderRecord) -> Moved:
    return Moved(record.awarded, record.reversed, record.unrecovered, record.returned, record.refund_excess)


def note_movements(record: OrderRecord, *, before: Moved, is_new: bool, rules: ProgramRules) -> None:
    """Write the notes of what was posted for the order since ``before``; ``is_new``: it was judged just now.

    Never raises. Cost: one statement of the host for each note.
    """
    for code, facts in _notes(record, before=before, is_new=is_new):
        try:
            text = render(
                code,
                language=settings.LANGUAGE_CODE,
                point_names=rules.point_names,
                currency=record.currency,
                **facts,
            )
            with transaction.atomic():
                get_host().note_on_order(record.order_id, text)
        except Exception:
            logger.exception("A note on order %s could not be written.", record.order_id)


def _notes(record: OrderRecord, *, before: Moved, is_new: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    if is_new and record.redeemed:
        yield "NOTE_REDEEMED", {"points": record.redeemed, "value": record.redeemed_value}
    now = numbers_of(record)
    moved = {
        "NOTE_EARNED": now.awarded - before.awarded,
        "NOTE_REVERSED": now.reversed - before.reversed,
        "NOTE_UNRECOVERED": now.unrecovered - before.unrecovered,
        "NOTE_RETURNED": now.returned - before.returned,
    }
    yield from ((code, {"points": points}) for code, points in moved.items() if points > 0)
    if now.refund_excess > before.refund_excess:
        yield "ORDER_REFUND_EXCESS", {"value": now.refund_excess}
