"""Writing events in the transaction in which they happen: all of them with their deliveries, or none.

One statement looks who subscribed and writes: a shop without endpoints pays for one look at an empty table. The ledger
asks within a statement that it sends anyway (``subscription_question``), so that there it costs no statement at all.

The order of an account's events is that of their ids. It is the order in which things happened where the caller holds
the account's lock, as every verb of the ledger does.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from .catalogue import CATALOGUE
from .payload import encode_payload
from .waking import wake_deliverers

_WRITE = """
WITH subscribed AS (
    SELECT id FROM saleor_loyalty_eventendpoint
    WHERE is_active AND (program_id IS NULL OR program_id = %s) AND event_names @> ARRAY[%s]::varchar[]
),
event AS (
    INSERT INTO saleor_loyalty_outboxevent (program_id, account_id, name, payload, occurred_at, created_at)
    SELECT %s, fact.account_id, %s, fact.payload::jsonb, fact.occurred_at, %s
    FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) WITH ORDINALITY
        AS fact (account_id, payload, occurred_at, position)
    WHERE EXISTS (SELECT FROM subscribed)
    ORDER BY fact.position
    RETURNING id, account_id
),
delivery AS (
    INSERT INTO saleor_loyalty_eventdelivery
        (event_id, endpoint_id, account_id, status, due_at, claim, attempts, error, created_at)
    SELECT event.id, subscribed.id, event.account_id, 'PENDING', %s, '', 0, '', %s
    FROM event CROSS JOIN subscribed
    ORDER BY event.id, subscribed.id
    RETURNING 1
)
SELECT count(*) FROM delivery
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One event of a name: whose, what, and when it happened."""

    account_id: int | None
    payload: Mapping[str, Any]
    occurred_at: datetime.datetime


def emit(
    name: str,
    *,
    program_id: int,
    account_id: int | None = None,
    payload: Mapping[str, Any],
    at: datetime.datetime,
    occurred_at: datetime.datetime | None = None,
) -> int:
    """Tell the endpoints that subscribed to it that something happened.

    ``payload`` has exactly the fields of the catalogue; ids in it are keys, as ``int`` or text. ``occurred_at`` is
    given where it differs from ``at``, which is now. Call it in the transaction in which it happens, and of an
    account under the account's lock: that decides the order in which its events are delivered.

    Returns:
        The number of deliveries: 0 where nobody subscribed, and then nothing is written.

    Raises:
        ValueError: the catalogue has no such name, or the payload is not as it says.

    Cost: one statement. Idempotency: none; a verb that finds its work done does not emit.
    """
    fact = Fact(account_id=account_id, payload=payload, occurred_at=occurred_at or at)
    return emit_all(name, [fact], program_id=program_id, at=at)


def emit_all(name: str, facts: Sequence[Fact], *, program_id: int, at: datetime.datetime) -> int:
    """As ``emit``, for several events of one name in their order. Cost: one statement."""
    # Also without a subscriber: a mistake must not wait for the first one.
    texts = [json.dumps(encode_payload(name, fact.payload), separators=(",", ":")) for fact in facts]
    accounts, moments = [fact.account_id for fact in facts], [fact.occurred_at for fact in facts]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [program_id, name, program_id, name, at, accounts, texts, moments, at, at])
        (count,) = cursor.fetchone()
    if count:
        wake_deliverers()
    return int(count)


def subscription_question(name: str) -> str:
    """Return an SQL expression without parameters: whether any active endpoint subscribed to the name.

    Raises ValueError for a name that is not in the catalogue.
    """
    if name not in CATALOGUE:
        raise ValueError(f"There is no event {name!r}; the catalogue lists all.")
    endpoints = f"saleor_loyalty_eventendpoint WHERE is_active AND event_names @> ARRAY['{name}']::varchar[]"
    return f"EXISTS (SELECT FROM {endpoints})"
