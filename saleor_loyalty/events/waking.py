"""Asks for the delivery of what was just written, once its transaction is committed.

It is a hint: what nobody was woken for goes out with the next periodic run. What schedules is found by name, because
the domain knows no tasks.
"""

from __future__ import annotations

from django.utils.module_loading import import_string

from .. import app_settings

SCHEDULER = "saleor_loyalty.tasks.schedule_deliveries"
MIRROR = "saleor_loyalty.tasks.schedule_mirroring"
FORGET = "saleor_loyalty.customer_tasks.schedule_clearing"


def wake_deliverers() -> None:
    """Have the deliveries started when the running transaction commits. Never raises for a missing broker."""
    import_string(SCHEDULER)()


def mirror_movements(account_id: int, *, order_ids: set[str]) -> None:
    """Have what moved copied to the shop's own customer and orders after the commit, where that is switched on."""
    if app_settings.MIRROR_FACTS:
        import_string(MIRROR)(account_id, order_ids)


def forget_mirrored(user_id: int, *, program_id: int) -> None:
    """Have what was copied to a customer taken back after the commit, who has no account any more."""
    if app_settings.MIRROR_FACTS:
        import_string(FORGET)(user_id, program_id)
