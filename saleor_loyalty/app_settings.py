"""The package's Django settings. Business values live in the program's rules, not here.

Each setting is named ``LOYALTY_<NAME>`` and read when it is used, so that tests can override it.
"""

from __future__ import annotations

from typing import Any

_DEFAULTS: dict[str, Any] = {
    # Dotted path of the host class (see host.py).
    "HOST": "saleor_loyalty.adapter.host.SaleorHost",
    # The most points that one operation may move; also the cap of the database constraint on an account's balance.
    "MAX_POINTS": 2_000_000_000,
    # Whether customers get an e-mail of ours before points expire or a membership ends, and from whom (else
    # DEFAULT_FROM_EMAIL).
    "EXPIRY_EMAILS": False,
    "EMAIL_FROM": "",
    # Whether events may be sent to addresses inside of the shop's own network, and without TLS.
    "EVENT_PRIVATE_NETWORKS": False,
    # How often an event is tried before it is given up.
    "EVENT_ATTEMPTS": 16,
    # After how many days without an answer an endpoint is switched off.
    "EVENT_SWITCH_OFF_DAYS": 7,
    # Whether points are copied to the private metadata of the shop's customers and orders.
    "MIRROR_FACTS": False,
    # For how many days delivered events are kept.
    "EVENT_RETENTION_DAYS": 30,
    # After how many months texts about customers are erased from what is past; None: never.
    "TEXT_RETENTION_MONTHS": None,
    # After how many months without any use accounts that hold nothing are anonymized; None: never.
    "INACTIVE_ACCOUNT_MONTHS": None,
}


def __getattr__(name: str) -> Any:
    if name not in _DEFAULTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from django.conf import settings

    return getattr(settings, f"LOYALTY_{name}", _DEFAULTS[name])


def names() -> tuple[str, ...]:
    """Return the names of the settings, without their prefix."""
    return tuple(_DEFAULTS)
