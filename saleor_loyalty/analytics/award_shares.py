"""Which rule, product and category the points of orders belong to: shares of each posting that add up to the point.

The receipt of a posting says what the whole order earned, by rule and line, and how much of it stood before and after
(``standing``). What stands is split over the rules by largest remainder, in proportion to what each gave to the whole;
a posting counts the difference between after and before. So a fully awarded order gives each rule exactly what its
receipt says, however many parcels it took; an order that was taken back whole leaves nothing; and the shares of every
posting add up to its points. Products and categories likewise, by the lines of the receipt and of the frozen basket;
of a category path the last, the product's own, counts. What no receipt explains has an empty key. Rows in, rows out:
PostgreSQL computes it, for the roll-up and for the tail alike. Held by ``tests/analytics/test_award_shares.py``, which
computes it again in Python, with the rules' own splitting.
"""

from __future__ import annotations

from ..models import LoyaltyTransaction, OrderRecord, Source, TransactionType
from .movements import TERM

_NUMBERS = "jsonb_typeof(receipt->'standing') = 'number' AND jsonb_typeof(receipt->'posted') = 'number'"
_STOOD = (
    f"CASE WHEN {_NUMBERS} THEN ((receipt->>'standing')::numeric - (receipt->>'posted')::numeric)::bigint ELSE 0 END"
)
_APPLIED = '(@.code == "RULE_APPLIED" || @.code == "MULTIPLIER_APPLIED") && @.points > 0'
_LINES = f"jsonb_path_query(receipt, '$.lines[*] ? ({_APPLIED})')"


def _split(amount: str) -> tuple[str, str]:
    """Return SQL for a key's share rounded down, and for what was rounded off."""
    return f"{amount} * weight / total", f"mod({amount} * weight, total)"


def _share(amount: str, *, name: str) -> str:
    """Return SQL for a key's share by largest remainder; equal remainders are settled by position."""
    rank = f"row_number() OVER (PARTITION BY id, dimension ORDER BY rest_{name} DESC, position)"
    missing = f"{amount} - sum(floor_{name}) OVER (PARTITION BY id, dimension)"
    return f"floor_{name} + CASE WHEN {rank} <= {missing} THEN 1 ELSE 0 END"


_BEFORE, _AFTER = _split("before"), _split("after")

AWARD_SHARES = f"""
award AS (
    SELECT posting.id, day, posting.channel_slug, term, posting.receipt, basket,
           -- A reversal cannot take more than stood.
           greatest(stood, 0, -points) AS before, greatest(stood, 0, -points) + points AS after
    FROM (
        SELECT id, program_id, order_id, {{day}} AS day, channel_slug, {TERM} AS term, points, receipt,
               {_STOOD} AS stood
        FROM {LoyaltyTransaction._meta.db_table}
        WHERE source = '{Source.ORDER}' AND ({TERM}) IN ('given', 'reversed')
          -- Points that only move to another account are no awards; the pair cancels.
          AND type NOT IN ('{TransactionType.MERGE_IN}', '{TransactionType.MERGE_OUT}') AND {{condition}}
    ) posting
    LEFT JOIN {OrderRecord._meta.db_table} record
        ON record.program_id = posting.program_id AND record.order_id = posting.order_id
), weighed AS (
    SELECT id, day, channel_slug, term, before, after, dimension, key, max(label) AS label,
           sum(weight)::bigint AS weight, min(position) AS position
    FROM award LEFT JOIN LATERAL (
        SELECT part->>'rule_key' AS rule_key, (part->>'points')::numeric::bigint AS weight, position,
               bought->>'product_id' AS product_id, bought->>'product_slug' AS product_slug,
               bought->'category_slugs'->>-1 AS category_slug
        FROM {_LINES} WITH ORDINALITY AS applied (part, position)
        LEFT JOIN jsonb_path_query(basket, '$.lines[*]') bought ON bought->>'id' = part->>'order_line_id'
    ) line ON TRUE
    CROSS JOIN LATERAL (
        VALUES ('RULE', coalesce(rule_key, ''), ''),
               ('PRODUCT', coalesce(product_id, ''), coalesce(product_slug, '')),
               ('CATEGORY', coalesce(category_slug, ''), '')
    ) named (dimension, key, label)
    WHERE {{dimension}}
    GROUP BY id, day, channel_slug, term, before, after, dimension, key
), floored AS (
    SELECT *, {_BEFORE[0]} AS floor_before, {_BEFORE[1]} AS rest_before,
           {_AFTER[0]} AS floor_after, {_AFTER[1]} AS rest_after
    FROM (
        SELECT id, day, channel_slug, term, before, after, dimension, key, label, coalesce(position, 1) AS position,
               coalesce(weight, 1) AS weight,
               (sum(coalesce(weight, 1)) OVER (PARTITION BY id, dimension))::bigint AS total
        FROM weighed
    ) totalled
), share AS (
    SELECT day, channel_slug, term, dimension, key, label,
           ({_share("after", name="after")}) - ({_share("before", name="before")}) AS points
    FROM floored
)"""
"""The common table expression ``share`` (day, channel_slug, term, dimension, key, label, points) of the postings of
orders. ``day`` and ``condition`` are SQL on a transaction, ``dimension`` is a condition on that column."""

GIVEN = "coalesce(sum(points) FILTER (WHERE term = 'given'), 0)"
REVERSED = "coalesce(-sum(points) FILTER (WHERE term = 'reversed'), 0)"
AWARDS = "count(*) FILTER (WHERE term = 'given' AND points <> 0)"
