"""In which time zone days are counted: the channel's for what an order sold, the program's first one for the rest."""

from __future__ import annotations

from ..models import LoyaltyProgram
from ..programs import load_version


def program_time_zone(program_id: int) -> str:
    """Return the time zone of the first channel in the published rules; UTC without any. One statement, and one more
    for a version that this process has not seen."""
    version_id = LoyaltyProgram.objects.filter(pk=program_id).values_list("published_version_id", flat=True).first()
    channels = load_version(version_id).rules.channels if version_id is not None else ()
    return channels[0].time_zone if channels else "UTC"
