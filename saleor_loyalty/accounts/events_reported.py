"""The events that have a meaning of their own, and what a report may say. Pure."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from ..email_addresses import plain_address
from ..errors import LoyaltyException
from ..models.reported_event import EVENT_REFERENCE_MAX
from ..rules.document.event_names import EVENT_NAME_MAX, REPORTED_EVENTS, is_reported_name

CONTACTED_ME = "CONTACTED_ME"
"""The customer wrote, by e-mail or in a chat (A-177)."""
FORM_SUBMITTED = "FORM_SUBMITTED"
"""A visitor filled in a form (A-165)."""

AUTOMATIC_LABELS: Mapping[str, tuple[str, str]] = {
    CONTACTED_ME: ("event:contacted-me", "Contacted me"),
    FORM_SUBMITTED: ("event:form-submitted", "Form submitted"),
}
"""By event: the key of its automatic label, which no label that staff makes can have, and its name in English."""

EVENTS_PER_HOUR_MAX = 100
"""How many events may be reported about one account within an hour."""
PAYLOAD_MAX = 4_000
"""Bytes of the payload as JSON."""
FUTURE_MAX = datetime.timedelta(minutes=5)
"""How far ahead of ours a reporter's clock may be."""
EARLIEST = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
EMAIL_MAX = 254


def check_event_name(name: str) -> str:
    """Return the name: one of those with a meaning, or the shop's own. Raises LoyaltyException about ``event``."""
    if is_reported_name(name):
        return name
    raise LoyaltyException(
        f"This must be one of {', '.join(REPORTED_EVENTS)}, or 1 to {EVENT_NAME_MAX} of the characters "
        "a-z 0-9 . _ - beginning with a letter or digit.",
        field="event",
    )


def check_reference(text: str) -> str:
    """Return the reference. Raises LoyaltyException about ``externalReference``."""
    if len(text) > EVENT_REFERENCE_MAX or not text.isprintable():
        raise LoyaltyException(
            f"This must be one line of at most {EVENT_REFERENCE_MAX} characters.", field="externalReference"
        )
    return text


def check_occurred_at(occurred_at: datetime.datetime | None, *, at: datetime.datetime) -> datetime.datetime:
    """Return when it happened; now where nobody says. Raises LoyaltyException about ``occurredAt``."""
    if occurred_at is None:
        return at
    if occurred_at.utcoffset() is None or not EARLIEST <= occurred_at <= at + FUTURE_MAX:
        raise LoyaltyException(
            "This must be a time with a time zone, not in the future and not before 2000.", field="occurredAt"
        )
    return occurred_at


def check_payload(payload: object) -> dict[str, Any] | None:
    """Return the payload: a small JSON object, or None. Raises LoyaltyException about ``payload``."""
    if payload is None:
        return None
    if not isinstance(payload, dict):
        raise LoyaltyException("This must be a JSON object.", field="payload")
    try:
        text = json.dumps(payload, allow_nan=False, ensure_ascii=False)
        size = len(text.encode())
    except (ValueError, RecursionError):
        raise LoyaltyException("This cannot be stored as JSON.", field="payload") from None
    if size > PAYLOAD_MAX:
        raise LoyaltyException(f"This has {size} bytes; at most {PAYLOAD_MAX} are kept.", field="payload")
    if "\\u0000" in json.dumps(payload):
        raise LoyaltyException("The text holds a character that cannot be stored.", field="payload")
    return payload


def check_email(email: str) -> str:
    """Return the address in lower case. Raises LoyaltyException about ``email``."""
    address = plain_address(email)
    try:
        if len(address) > EMAIL_MAX or not address.isprintable():
            raise ValidationError("too long")
        validate_email(address)
    except ValidationError:
        raise LoyaltyException("This must be an e-mail address.", field="email") from None
    return address
