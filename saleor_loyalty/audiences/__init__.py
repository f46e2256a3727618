"""Audiences: people to be written to, as a filter on accounts under a name. Only this part writes them.

Who has agreed to be written to is not known here: whoever writes asks the system that keeps it.
"""

from .change_audience import create_audience, delete_audience, update_audience
from .people import audience_accounts
from .send_audience import SentAudience, send_audience

__all__ = [
    "SentAudience",
    "audience_accounts",
    "create_audience",
    "delete_audience",
    "send_audience",
    "update_audience",
]
