"""The way of events to the endpoints that staff registers: at least once, signed, in order for each account.

``events/`` writes them; here are the endpoints, the workers that send, and what became of each delivery. Only this
part changes endpoints and deliveries.
"""

from .deliver import Run, deliver_due_events
from .endpoints import (
    create_endpoint,
    delete_endpoint,
    ping_endpoint,
    rotate_secret,
    update_endpoint,
)
from .health import EventHealth, read_event_health
from .redeliver import redeliver, redeliver_failed
from .retention import delete_old_events

__all__ = [
    "EventHealth",
    "Run",
    "create_endpoint",
    "delete_endpoint",
    "delete_old_events",
    "deliver_due_events",
    "ping_endpoint",
    "read_event_health",
    "redeliver",
    "redeliver_failed",
    "rotate_secret",
    "update_endpoint",
]
