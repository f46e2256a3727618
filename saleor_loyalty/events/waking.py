"""Asks for the delivery of what was just written, once its transaction is committed.

It is a hint: what nobody was woken for goes out with the next periodic run. What schedules is found by name, because
the domain knows no tasks.
"""

from __future__ import annotations

from django.utils.module_loading import import_string

SCHEDULER = "saleor_loyalty.tasks.schedule_deliveries"


def wake_deliverers() -> None:
    """Have the deliveries started when the running transaction commits. Never raises for a missing broker."""
    import_string(SCHEDULER)()
