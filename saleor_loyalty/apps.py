"""The Django app. It asks the host at two moments: after our models are imported, and when all apps are ready."""

from __future__ import annotations

from django.apps import AppConfig


class SaleorLoyaltyConfig(AppConfig):
    name = "saleor_loyalty"
    label = "saleor_loyalty"
    verbose_name = "Loyalty"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        super().import_models()
        from .host import get_host

        get_host().import_models()

    def ready(self) -> None:
        from . import checks  # noqa: F401  (registers the system checks)
        from .host import get_host

        get_host().ready()
