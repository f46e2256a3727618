"""What is to be had for inviting somebody, now. Reads only."""

from __future__ import annotations

import datetime

from ..programs import ActiveProgram, active_program
from ..rules import ReferralPolicy


def referral_offer(channel: str, *, at: datetime.datetime) -> ActiveProgram | None:
    """Return the program that is active in the channel, if codes can be claimed there now. One statement."""
    program = active_program(channel, at=at)
    if program is None or program.rules.referral is None or not program.rules.referral.is_current(at):
        return None
    return program


def terms_of(program: ActiveProgram) -> ReferralPolicy:
    """Return the section of a version under which a code was claimed. Raises ValueError for one that has none."""
    if program.rules.referral is None:
        raise ValueError(f"version {program.version_id} has no section referral")
    return program.rules.referral
