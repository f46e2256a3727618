"""What the program remembers of an order: the version and the receipt it was judged by, and what was posted so far.

One row per order and program. ``settle_order`` compares it with the order as it is now and posts only the difference.
Before the trigger an order's points are only here, never in the ledger.
"""

from __future__ import annotations

from django.db import models

from .account import LoyaltyAccount
from .program import LoyaltyProgram


class OrderRecordState(models.TextChoices):
    WAITING = "WAITING"
    """Not yet judged: a draft, an unconfirmed order."""
    PENDING = "PENDING"
    """Judged; the trigger has not happened, or only in part."""
    AWARDED = "AWARDED"
    """All that it earns is in the ledger."""
    NOTHING = "NOTHING"
    """Judged: it earns nothing, and the receipt says why."""
    CANCELED = "CANCELED"


class OrderRecord(models.Model):
    program = models.ForeignKey(LoyaltyProgram, on_delete=models.PROTECT, related_name="order_records", db_index=False)
    program_version = models.ForeignKey("ProgramVersion", on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(
        LoyaltyAccount, null=True, blank=True, on_delete=models.PROTECT, related_name="order_records"
    )
    order_id = models.CharField(max_length=64)
    order_number = models.CharField(max_length=64, blank=True, default="")
    channel_slug = models.CharField(max_length=255)
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=16, choices=OrderRecordState.choices, default=OrderRecordState.WAITING)
    basket = models.JSONField(null=True)
    """The frozen basket, without the customer's personal facts."""
    customer = models.JSONField(null=True)
    """The customer facts of the basket; erasable."""
    receipt = models.JSONField(null=True)
    """The earning receipt."""
    earnable = models.PositiveIntegerField(default=0)
    """What the order earns in full, by its receipt."""
    awarded = models.PositiveIntegerField(default=0)
    """Sum of the EARN rows so far."""
    reversed = models.PositiveIntegerField(default=0)
    """Sum of what was taken back from them so far."""
    unrecovered = models.PositiveIntegerField(default=0)
    """What should have been taken back but was already spent (policy WITHIN_BALANCE)."""
    forfeited = models.PositiveIntegerField(default=0, db_default=0)
    """What of ``earnable`` belongs to the part that was refunded or returned by now: it will not come any more."""
    refund_excess = models.DecimalField(max_digits=20, decimal_places=3, default=0, db_default=0)
    """Money that was refunded beyond what was paid in money: staff are warned."""
    redeemed = models.PositiveIntegerField(default=0)
    """Points committed with the order."""
    redeemed_value = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    redeemed_rows = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    redemption_receipt = models.JSONField(null=True)
    returned = models.PositiveIntegerField(default=0)
    """Spent points given back so far."""
    placed_at = models.DateTimeField(null=True, blank=True)
    """When the order was made; what it counts for tiers counts from then."""
    spent = models.DecimalField(max_digits=20, decimal_places=3, null=True, blank=True)
    """Money that was really paid for it and not paid back, shipping included."""
    revision = models.PositiveIntegerField(default=0)
    """Raised with each posting; part of the idempotency keys."""
    sells_memberships = models.BooleanField(default=False, db_default=False)
    """Whether a plan was among its lines when it was judged."""
    is_referred = models.BooleanField(default=False, db_default=False)
    """Whether its customer had been invited by somebody when it was judged."""
    failure = models.TextField(blank=True, default="")
    """The last failure to settle, kept until it heals."""
    failed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["program", "order_id"], name="loyalty_order_record_one_per_order"),
        ]
        indexes = [
            models.Index(fields=["order_id"], name="loyalty_order_record_order_idx"),
            models.Index(
                fields=["order_number"],
                condition=~models.Q(order_number=""),
                name="loyalty_order_record_numb_idx",
            ),
            models.Index(
                fields=["failed_at"],
                condition=models.Q(failed_at__isnull=False),
                name="loyalty_order_record_fail_idx",
            ),
        ]
