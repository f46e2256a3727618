"""The cart. No total is stored: prices are worked out when they are asked for (see ``pricing.py``)."""

from __future__ import annotations

import uuid

from django.db import models

from .catalogue import Channel, Variant
from .people import User
from .sales import Voucher


class Checkout(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="checkouts")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="checkouts")
    email = models.EmailField(blank=True)
    language_code = models.CharField(max_length=35, default="en")
    voucher = models.ForeignKey(Voucher, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    has_shipping = models.BooleanField(default=False)
    address = models.JSONField(default=dict)
    """Where it goes, by the names of Saleor's AddressInput; empty where nobody said."""
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at", "pk")


class CheckoutLine(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    checkout = models.ForeignKey(Checkout, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    is_gift = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["checkout", "variant", "is_gift"], name="playground_checkout_line_one_per_variant"
            ),
        ]


class LinePoints(models.Model):
    """The discount row that pays a part of a line with points; at most one a line."""

    line = models.OneToOneField(CheckoutLine, primary_key=True, on_delete=models.CASCADE, related_name="points_row")
    amount = models.DecimalField(max_digits=20, decimal_places=3)
    name = models.CharField(max_length=255)
    reason = models.TextField(blank=True)
