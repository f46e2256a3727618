"""Vouchers and promotions on the whole order: one kind of each. As in Saleor, a voucher keeps promotions away."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Q

from .catalogue import Channel, Variant


class Voucher(models.Model):
    """A code for the entire order: either ``percent`` or ``amount``."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="vouchers")
    code = models.CharField(max_length=255)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(max_digits=20, decimal_places=3, null=True, blank=True)
    min_spent = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    is_single_use = models.BooleanField(default=False)
    is_used = models.BooleanField(default=False)
    """Of a single-use voucher: an order has used its code up, in whatever channel."""
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["channel", "code"], name="playground_voucher_code_unique"),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) ^ Q(amount__isnull=True), name="playground_voucher_one_kind"
            ),
        ]

    def is_usable(self, at: datetime.datetime) -> bool:
        return not self.is_used and (self.expires_at is None or at < self.expires_at)


class OrderPromotion(models.Model):
    """Off the whole order from ``min_subtotal`` on: ``percent`` off, or a free unit of ``gift``."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="promotions")
    name = models.CharField(max_length=250)
    min_subtotal = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    gift = models.ForeignKey(Variant, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=True) ^ Q(gift__isnull=True), name="playground_promotion_one_kind"
            ),
        ]
