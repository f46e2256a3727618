"""Notifications for customers through Saleor's own system: plugins that send mail, and apps with NOTIFY_USER."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from saleor.plugins.manager import get_plugins_manager


def notify_customer(event: str, *, payload: Mapping[str, Any], channel: str) -> None:
    """Call ``notify`` of every active plugin. Saleor's own mail plugin passes over events it does not know."""
    manager = get_plugins_manager(allow_replica=False)
    manager.notify(event, payload_func=lambda: dict(payload), channel_slug=channel or None)
