"""What the world outside is told of new rows of the ledger: the event ``loyalty.transaction.created``."""

from __future__ import annotations

from collections.abc import Sequence

from ..events import Fact, emit_all, subscription_question
from ..events.catalogue import TRANSACTION_CREATED
from ..models import LoyaltyAccount, LoyaltyTransaction

IS_SUBSCRIBED = subscription_question(TRANSACTION_CREATED)
"""Asked in a statement that is sent anyway: without an endpoint, events cost the ledger no statement."""


def emit_transactions(written: Sequence[tuple[LoyaltyAccount, LoyaltyTransaction]]) -> None:
    """Tell of rows of one program that were written just now, in their order."""
    facts = [
        Fact(
            account_id=account.pk,
            payload={
                "transaction": row.pk,
                "account": account.pk,
                "user": account.user_id,
                "sequence": row.sequence,
                "type": str(row.type),
                "source": str(row.source),
                "points": row.points,
                "balanceAfter": row.balance_after,
                "order": row.order_id or None,
                "channel": row.channel_slug,
                "createdAt": row.created_at,
            },
            occurred_at=row.occurred_at,
        )
        for account, row in written
    ]
    if facts:
        _, first = written[0]
        emit_all(TRANSACTION_CREATED, facts, program_id=first.program_id, at=first.created_at)
