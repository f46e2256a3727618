"""What was told and decided about the dates of points: notices to customers, and extensions by staff.

Both are records, written once: a notice once for each account, date and number of days (unique constraint).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from .account import LoyaltyAccount
from .lot import Lot


class ExpiryNotice(models.Model):
    """That a customer was told how many points expire at a moment, so many days before."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(
        LoyaltyAccount,
        on_delete=models.CASCADE,
        related_name="expiry_notices",
        db_index=False,  # the unique constraint serves it
    )
    expires_at = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    """Which of the policy's notices it is: so many days before, or fewer where the points did not stand before."""
    points = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    """How often sending it failed."""

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["account", "expires_at", "days"], name="loyalty_expiry_notice_once"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(sent_at__isnull=True), name="loyalty_expiry_notice_unsent"),
        ]


class LotExtension(models.Model):
    """That staff or an app let the points of a lot last longer."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(LoyaltyAccount, on_delete=models.CASCADE, related_name="lot_extensions")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="extensions")
    before = models.DateTimeField()
    """When the lot expired until then."""
    after = models.DateTimeField(null=True, blank=True)
    """When it expires since; NULL: never."""
    points = models.PositiveIntegerField()
    """What the lot held."""
    reason = models.CharField(max_length=1_000, blank=True, default="")
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(after__isnull=True) | Q(after__gt=F("before")), name="loyalty_lot_extension_is_later"
            ),
        ]
