"""Telling customers in time that points expire and memberships end, and afterwards that points were taken back. It
changes none of these, and notes each notice of what is to come once (unique constraints)."""

from .expiry_notices import note_expiring_points
from .membership_notices import note_expiring_memberships
from .reversal_notices import tell_reversal
from .send_notices import send_notices, waiting_notices

__all__ = [
    "note_expiring_memberships",
    "note_expiring_points",
    "send_notices",
    "tell_reversal",
    "waiting_notices",
]
