"""Rules documents for the tests of programs."""

from __future__ import annotations

import datetime
from typing import Any

AT = datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.UTC)
LATER = AT + datetime.timedelta(days=1)


def document(*channels: str, **parts: Any) -> dict[str, Any]:
    """One point per unit, 100 points = 10, in the channels given."""
    return {
        "channels": [{"key": slug, "channel": slug, "currency": "ILS"} for slug in channels or ("default",)],
        "earning": [{"key": "basic", "type": "CONVERSION_RATE", "points": 1}],
        "redemption": [{"key": "cart", "type": "VARIABLE_VALUE", "points": 100, "value": "10"}],
        **parts,
    }
