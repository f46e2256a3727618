"""Lots and lot uses: which credit's points paid which debit.

A credit opens a lot; a debit takes from matured, unexpired lots, soonest expiry first. ``Lot.remaining`` is a
projection (issued minus the sum of its uses); lot uses are append-only like transactions, guarded by triggers.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from .account import LoyaltyAccount
from .transaction import LoyaltyTransaction


class Lot(models.Model):
    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(LoyaltyAccount, on_delete=models.PROTECT, related_name="lots")
    transaction = models.OneToOneField(LoyaltyTransaction, on_delete=models.PROTECT, related_name="lot")
    issued = models.PositiveIntegerField()
    remaining = models.PositiveIntegerField()
    available_at = models.DateTimeField(null=True, blank=True)
    """When the points become spendable; NULL for a guest's: not before the guest has joined."""
    is_matured = models.BooleanField(default=False)
    """Whether the account's ``pending`` column no longer counts this lot. Only matured lots pay."""
    expires_at = models.DateTimeField(null=True, blank=True)
    lasts_while_active = models.BooleanField(default=False, db_default=False)
    """Whether ``expires_at`` moves on with each activity of the customer (policy INACTIVITY)."""

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(condition=Q(issued__gt=0), name="loyalty_lot_issued_positive"),
            models.CheckConstraint(
                condition=Q(remaining__lte=F("issued")), name="loyalty_lot_remaining_within_issued"
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "expires_at", "id"], condition=Q(remaining__gt=0), name="loyalty_lot_open_idx"
            ),
            # What expires soon, in every account: for notices.
            models.Index(
                fields=["expires_at", "account"],
                condition=Q(remaining__gt=0, expires_at__isnull=False),
                name="loyalty_lot_expiring_idx",
            ),
        ]


class LotUse(models.Model):
    """``points`` are positive where a debit took from the lot, negative where a return gave back to it.

    A debit that could not be covered (a debt) gets further uses later, from the credits that pay it.
    """

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="uses")
    transaction = models.ForeignKey(LoyaltyTransaction, on_delete=models.PROTECT, related_name="lot_uses")
    points = models.IntegerField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(condition=~Q(points=0), name="loyalty_lot_use_moves_points"),
        ]
