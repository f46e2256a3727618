"""The names of what can earn points besides orders.

The program finds out some of it by itself, and nobody may report that; the rest comes from outside: with a meaning
known here, or under a name of the shop's own, in small letters so that it can never be mistaken for one of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

SIGNED_UP = "SIGNED_UP"
"""The customer registered with the shop."""
ACCOUNT_CONFIRMED = "ACCOUNT_CONFIRMED"
"""The customer's e-mail address is confirmed: a member from now on."""
ENROLLED = "ENROLLED"
"""The customer joined the program by name."""
BIRTHDAY = "BIRTHDAY"
"""The day on the card's ready-made field."""

PROFILE_COMPLETED = "PROFILE_COMPLETED"
"""The card says all that the rules ask for; or somebody outside, who knows more of the customer, says so."""

JOINING_EVENTS = (SIGNED_UP, ACCOUNT_CONFIRMED)
PROGRAM_EVENTS = (SIGNED_UP, ACCOUNT_CONFIRMED, ENROLLED, BIRTHDAY)
REPORTED_EVENTS = (
    PROFILE_COMPLETED,
    "NEWSLETTER_SUBSCRIBED",
    "REVIEW_APPROVED",
    "COMMENT_APPROVED",
    "FEEDBACK_GIVEN",
    "SOCIAL",
    "CONTACTED_ME",
    "FORM_SUBMITTED",
)
SOURCES: Mapping[str, str] = {
    SIGNED_UP: "SIGN_UP",
    ENROLLED: "SIGN_UP",
    ACCOUNT_CONFIRMED: "ACCOUNT",
    BIRTHDAY: "BIRTHDAY",
    PROFILE_COMPLETED: "ACCOUNT",
    "NEWSLETTER_SUBSCRIBED": "ACCOUNT",
    "REVIEW_APPROVED": "REVIEW",
    "COMMENT_APPROVED": "COMMENT",
    "FEEDBACK_GIVEN": "FEEDBACK",
    "SOCIAL": "SOCIAL",
}
"""The source of the points by event; CUSTOM for every other."""
CUSTOM_SOURCE = "CUSTOM"
EVENT_NAME_MAX = 64
_CUSTOM = re.compile(rf"[a-z0-9][a-z0-9._-]{{0,{EVENT_NAME_MAX - 1}}}")


def is_reported_name(name: str) -> bool:
    """Return whether somebody outside may report an event of this name."""
    return name in REPORTED_EVENTS or _CUSTOM.fullmatch(name) is not None


def is_event_name(name: str) -> bool:
    """Return whether a rule may look at events of this name."""
    return name in PROGRAM_EVENTS or is_reported_name(name)
