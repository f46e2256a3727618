"""Small facts in the private metadata of Saleor's customers and orders, so that its ordinary webhooks tell of them.

Private, because Saleor shows an order to anybody who has its id, and its public metadata with it: only staff and apps
that may manage customers or orders read these. A row is written only where a value differs, under its lock and with
the keys of others left alone; then Saleor's own event follows. Nobody reads these values back: they are no truth.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from saleor.account.models import User
from saleor.order.lock_objects import order_qs_select_for_update
from saleor.plugins.manager import get_plugins_manager


def publish_facts(
    *, user_id: int | None, customer: Mapping[str, str], orders: Mapping[str, Mapping[str, str]]
) -> None:
    manager = get_plugins_manager(allow_replica=False)
    if user_id is not None:
        # Saleor 3.21 has no lock object of its own for users.
        user = _store(User.objects.select_for_update(of=("self",)), user_id, customer)
        if user is not None:
            manager.customer_metadata_updated(user)
    for order_id, facts in sorted(orders.items()):
        order = _store(order_qs_select_for_update(), order_id, facts)
        if order is not None:
            manager.order_metadata_updated(order)


def _store(rows: Any, pk: Any, facts: Mapping[str, str]) -> Any | None:
    """Return the row where something changed. No signals and no ``updated_at``: nothing of the shop's has changed."""
    with transaction.atomic():
        row = rows.filter(pk=pk).first()
        if row is None or facts.items() <= row.private_metadata.items():
            return None
        row.private_metadata = {**row.private_metadata, **facts}
        type(row).objects.filter(pk=pk).update(private_metadata=row.private_metadata)
    return row
