"""How long points last that are given under a program's rules."""

from __future__ import annotations

import datetime

from ..ledger import Lasting
from ..rules import ProgramRules, expiry_of

UTC = "UTC"


def lasting_of(rules: ProgramRules, *, channel: str, at: datetime.datetime) -> Lasting:
    """Return how long points last that are available, or were earned, at ``at``.

    The days are those of the channel; of the program's first channel where the rules do not list it, or it is ""
    (points that belong to no channel).
    """
    listing = rules.listing(channel) or next(iter(rules.channels), None)
    until = expiry_of(rules.expiry, at=at, time_zone=listing.time_zone if listing else UTC)
    return Lasting(until=until, while_active=until is not None and rules.expiry.type == "INACTIVITY")
