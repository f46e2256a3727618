"""Events out: what happened, told to the endpoints that staff registered.

``emit`` writes an event in the transaction in which it happens; ``catalogue`` lists what there is to tell. Only this
part writes events, endpoints and deliveries. Delivery is at least once, and in order for each account and endpoint.
"""

from .catalogue import CATALOGUE, MEMBERSHIP_EXPIRING, POINTS_EXPIRING, SUBSCRIBABLE
from .emit import Fact, emit, emit_all, subscription_question
from .waking import forget_mirrored, mirror_movements

__all__ = [
    "CATALOGUE",
    "MEMBERSHIP_EXPIRING",
    "POINTS_EXPIRING",
    "SUBSCRIBABLE",
    "Fact",
    "emit",
    "emit_all",
    "forget_mirrored",
    "mirror_movements",
    "subscription_question",
]
