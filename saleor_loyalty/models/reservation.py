"""Points set aside for one checkout until its order exists.

At most one reservation is open per checkout: a conditional unique constraint. ``value`` is what the points are worth,
``rows`` the sum of the discount rows that make it so; refunds use the value.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .account import LoyaltyAccount


class ReservationStatus(models.TextChoices):
    RESERVED = "RESERVED"
    COMMITTED = "COMMITTED"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"


class Reservation(models.Model):
    account = models.ForeignKey(
        LoyaltyAccount,
        on_delete=models.PROTECT,
        related_name="reservations",
        db_index=False,  # the index on (account, status) serves it
    )
    checkout_id = models.CharField(max_length=64)
    channel_slug = models.CharField(max_length=255)
    program_version = models.ForeignKey("ProgramVersion", on_delete=models.PROTECT, related_name="+")
    rule_key = models.CharField(max_length=64)
    points = models.PositiveIntegerField()
    requested_points = models.PositiveIntegerField()
    """What the customer asked for; a re-fit may apply less, never more."""
    currency = models.CharField(max_length=3)
    value = models.DecimalField(max_digits=20, decimal_places=3)
    rows = models.DecimalField(max_digits=20, decimal_places=3)
    status = models.CharField(max_length=16, choices=ReservationStatus.choices, default=ReservationStatus.RESERVED)
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    order_id = models.CharField(max_length=64, blank=True, default="")
    idempotency_key = models.CharField(max_length=250, blank=True, default="")
    request_hash = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["checkout_id"],
                condition=Q(status=ReservationStatus.RESERVED),
                name="loyalty_reservation_one_open_per_checkout",
            ),
            models.UniqueConstraint(
                fields=["account", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="loyalty_reservation_once_per_key",
            ),
            models.CheckConstraint(condition=Q(points__gt=0), name="loyalty_reservation_points_positive"),
            models.CheckConstraint(
                condition=Q(value__gte=0, rows__gte=0), name="loyalty_reservation_money_non_negative"
            ),
            models.CheckConstraint(
                condition=Q(status=ReservationStatus.RESERVED, settled_at__isnull=True)
                | (~Q(status=ReservationStatus.RESERVED) & Q(settled_at__isnull=False)),
                name="loyalty_reservation_settled_at_fits",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(status=ReservationStatus.RESERVED),
                name="loyalty_reservation_due_idx",
            ),
            models.Index(fields=["account", "status"], name="loyalty_reservation_acct_idx"),
            # The last reservation of a checkout, open or not: asked for at each change of any cart.
            models.Index(fields=["checkout_id", "-id"], name="loyalty_reservation_cart_idx"),
        ]
