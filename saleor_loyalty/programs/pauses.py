"""The pauses of a program: from when to when nobody earned or redeemed in it.

They are kept because an order may be seen late: whether it earns depends on when it was made, not on when an event
about it arrived. The status says what holds now; at most one pause of a program is open (unique constraint). Whoever
writes holds the program's row lock.
"""

from __future__ import annotations

import datetime

from django.db.models import Exists, OuterRef, Q

from ..models import LoyaltyProgram, ProgramPause


def begin_pause(program: LoyaltyProgram, *, at: datetime.datetime) -> None:
    """Note that the program is paused from ``at`` on. It must not be paused already."""
    ProgramPause.objects.create(program=program, paused_at=at)


def end_pause(program: LoyaltyProgram, *, at: datetime.datetime) -> None:
    """Note that the program goes on at ``at``; nothing changes where it is not paused."""
    ProgramPause.objects.filter(program=program, resumed_at__isnull=True).update(resumed_at=at)


def was_paused(at: datetime.datetime) -> Exists:
    """Return, for a query of rows with a ``program``, the condition that it was paused at ``at``.

    The moment of pausing belongs to the pause, the moment of resuming does not. Pure.
    """
    not_over = Q(resumed_at__isnull=True) | Q(resumed_at__gt=at)
    return Exists(ProgramPause.objects.filter(not_over, program_id=OuterRef("program_id"), paused_at__lte=at))
