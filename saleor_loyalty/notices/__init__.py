"""Telling customers in time that points expire and memberships end. It changes neither, and notes each notice once
(unique constraints)."""

from .expiry_notices import note_expiring_points
from .membership_notices import note_expiring_memberships
from .send_notices import send_notices, waiting_notices

__all__ = ["note_expiring_memberships", "note_expiring_points", "send_notices", "waiting_notices"]
