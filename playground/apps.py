"""The playground's Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PlaygroundConfig(AppConfig):
    name = "playground"
    label = "playground"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the loyalty package's tasks an app to run in."""
        from . import celery_app  # noqa: F401
