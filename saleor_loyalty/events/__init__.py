"""Events out: what happened, told to the endpoints that staff registered.

``emit`` writes an event in the transaction in which it happens; ``catalogue`` lists what there is to tell. Only this
part writes events, endpoints and deliveries. Delivery is at least once, and in order for each account and endpoint.
"""

from .catalogue import CATALOGUE, SUBSCRIBABLE
from .emit import COUNT, Emission, Fact, emit, make_emission
from .waking import wake_deliverers

__all__ = ["CATALOGUE", "COUNT", "SUBSCRIBABLE", "Emission", "Fact", "emit", "make_emission", "wake_deliverers"]
