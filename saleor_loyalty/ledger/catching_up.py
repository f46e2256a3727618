"""What ``bring_up_to_date`` would do to an account that has a debt, told from its open lots and reservations. Pure.

Without a debt the outcome does not depend on the order of the moments that have passed, and ``read_points`` has a
formula. With one it does: the points that become free first pay it.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class OpenLot:
    remaining: int
    is_matured: bool
    available_at: datetime.datetime | None
    expires_at: datetime.datetime | None

    def is_due(self, moment: datetime.datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= moment


@dataclass(slots=True)
class Story:
    """An account on its way from its last write to the moment that is asked for."""

    lots: list[OpenLot]
    """Soonest expiry first."""
    reservations: list[tuple[int, datetime.datetime]]
    debt: int
    expired: int = field(default=0)

    @property
    def matured(self) -> int:
        return sum(lot.remaining for lot in self.lots if lot.is_matured)

    @property
    def pending(self) -> int:
        return sum(lot.remaining for lot in self.lots if not lot.is_matured)

    @property
    def reserved(self) -> int:
        return sum(points for points, _ in self.reservations)

    def expiring(self, *, after: datetime.datetime, until: datetime.datetime) -> int:
        return sum(lot.remaining for lot in self.lots if lot.is_due(until) and not lot.is_due(after))

    def live_through(self, moment: datetime.datetime) -> None:
        """The steps of ``bring_up_to_date``, in their order."""
        self.reservations = [(points, deadline) for points, deadline in self.reservations if deadline > moment]
        for lot in self.lots:
            if lot.available_at is not None and lot.available_at <= moment:
                lot.is_matured = True
        free = min(self.debt, self.matured - self.reserved)
        for lot in self.lots:
            if lot.is_matured and free > 0:
                paid = min(free, lot.remaining)
                lot.remaining -= paid
                self.debt -= paid
                free -= paid
        kept = self.reserved
        for lot in reversed([lot for lot in self.lots if lot.is_due(moment)]):
            keep = min(kept, lot.remaining) if lot.is_matured else 0
            kept -= keep
            self.expired += lot.remaining - keep
            lot.remaining = keep


def catch_up(
    lots: Sequence[Sequence[Any]], reservations: Sequence[Sequence[Any]], *, debt: int, at: datetime.datetime
) -> Story:
    """Return the story up to ``at``.

    Args:
        lots: (remaining, is matured, available at, expires at) in ISO text or None, soonest expiry first.
        reservations: (points, deadline) of those that are open.
    """
    story = Story(
        lots=[
            OpenLot(remaining, is_matured, _moment(available_at), _moment(expires_at))
            for remaining, is_matured, available_at, expires_at in lots
        ],
        reservations=[(points, datetime.datetime.fromisoformat(deadline)) for points, deadline in reservations],
        debt=debt,
    )
    moments = {deadline for _, deadline in story.reservations}
    for lot in story.lots:
        moments.update(moment for moment in (lot.available_at, lot.expires_at) if moment is not None)
    for moment in sorted(moment for moment in moments if moment <= at):
        story.live_through(moment)
    return story


def _moment(text: str | None) -> datetime.datetime | None:
    return None if text is None else datetime.datetime.fromisoformat(text)
