"""How many points a rule may still give to a customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .document import CustomerCap
from .document.timing import PERIODS


class Room(NamedTuple):
    """What the caps of a rule leave."""

    points: int
    detail: str
    """The cap that leaves no more, for the receipt: DAY/50."""


def room_left(caps: Sequence[CustomerCap], earned: Mapping[str, int]) -> Room | None:
    """Return how many points the customer may still get, 0 or more; None where there is no cap.

    Of caps that leave equally much the one of the shortest period is named. ``earned``: period -> points that the
    customer got in it; a period that is not named: none.
    """
    room: Room | None = None
    for cap in sorted(caps, key=lambda cap: PERIODS.index(cap.period)):
        left = max(cap.points - earned.get(cap.period, 0), 0)
        if room is None or left < room.points:
            room = Room(left, f"{cap.period}/{cap.points}")
    return room
