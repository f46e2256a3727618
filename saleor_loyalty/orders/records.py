"""The order record: found, locked and opened. It never posts points.

One row per order and program. Whoever settles an order holds its record's lock first and the account's lock after it,
so that two settlements of one order wait for each other.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, F
from django.db.models.expressions import RawSQL
from django.db.utils import IntegrityError

from ..events import subscription_question
from ..events.catalogue import ORDER_SETTLED
from ..host import OrderFacts
from ..lock_objects import order_record_qs_select_for_update
from ..models import OrderRecord

_IS_SUBSCRIBED = RawSQL(subscription_question(ORDER_SETTLED), (), output_field=BooleanField())


def lock_order_record(order_id: str) -> OrderRecord | None:
    """Return the order's record with its row locked, or None. Needs an atomic block. One statement.

    With it come ``published_version_id``, the version of its program that is published now, and ``is_told``, whether
    anybody subscribed to what becomes of orders.
    """
    records = order_record_qs_select_for_update().filter(order_id=order_id)
    records = records.annotate(published_version_id=F("program__published_version_id"), is_told=_IS_SUBSCRIBED)
    return records.order_by("pk").first()


def new_order_record(
    *,
    order_id: str,
    order_number: str,
    channel: str,
    currency: str,
    program_id: int,
    program_version_id: int,
    at: datetime.datetime,
    **values: Any,
) -> OrderRecord:
    """Return a record that is not stored yet."""
    return OrderRecord(
        program_id=program_id,
        program_version_id=program_version_id,
        order_id=order_id,
        order_number=order_number,
        channel_slug=channel,
        currency=currency,
        created_at=at,
        updated_at=at,
        **values,
    )


def insert_order_record(record: OrderRecord) -> OrderRecord:
    """Store a new record and return it; where another process stored one first, return that one, locked.

    Writes one row. Needs an atomic block; the row is locked by its insertion.
    """
    try:
        with transaction.atomic():
            record.save(force_insert=True)
    except IntegrityError:
        existing = lock_order_record(record.order_id)
        if existing is None:
            raise
        return existing
    return record


def record_of_facts(
    facts: OrderFacts, *, program_id: int, program_version_id: int, at: datetime.datetime
) -> OrderRecord:
    """Return a new, not yet stored record of an order."""
    return new_order_record(
        order_id=facts.id,
        order_number=facts.number,
        channel=facts.channel,
        currency=facts.currency,
        program_id=program_id,
        program_version_id=program_version_id,
        at=at,
    )
