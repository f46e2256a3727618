"""Signatures: what a receiver knows an event by. ``docs/how-to/receive-events.md`` has the other side.

``Loyalty-Signature: t=<seconds>,v1=<hex>[,v1=<hex>]``: HMAC-SHA256 with the endpoint's secret over
``<seconds>.<body>``. For a day after the secret was changed there is one ``v1`` for each of the two secrets.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import secrets

from ..models import EventEndpoint

SECRET_PREFIX = "lws_"
OVERLAP = datetime.timedelta(days=1)


def make_secret() -> str:
    return SECRET_PREFIX + secrets.token_hex(24)


def secrets_in_force(endpoint: EventEndpoint, *, at: datetime.datetime) -> list[str]:
    """Return the secrets to sign with now, the newest first."""
    until = endpoint.previous_secret_until
    previous = endpoint.previous_secret if until is not None and at < until else ""
    return [endpoint.secret, *([previous] if previous else [])]


def signature(body: bytes, *, keys: list[str], at: datetime.datetime) -> str:
    """Return the header's value for a body that is sent at this moment."""
    seconds = int(at.timestamp())
    signed = f"{seconds}.".encode() + body
    marks = [hmac.new(key.encode(), signed, hashlib.sha256).hexdigest() for key in keys]
    return ",".join([f"t={seconds}", *(f"v1={mark}" for mark in marks)])
