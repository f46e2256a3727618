"""Telling customers in time that points expire. It moves no points, and tells each thing once (unique constraint)."""

from .expiry_notices import note_expiring_points
from .send_notices import send_notices

__all__ = ["note_expiring_points", "send_notices"]
