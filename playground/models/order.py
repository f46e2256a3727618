"""Orders: what was agreed, frozen at completion, and what was delivered, cancelled and refunded since."""

from __future__ import annotations

from django.db import models

from .catalogue import Channel, Variant
from .people import User


class Order(models.Model):
    """``status`` is one of ``saleor_loyalty.host.OrderStatus``; how much is fulfilled follows from the fulfilments."""

    checkout_id = models.UUIDField(null=True, blank=True)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="orders")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="orders")
    email = models.EmailField(blank=True)
    language_code = models.CharField(max_length=35, default="en")
    status = models.CharField(max_length=16, default="CONFIRMED")
    origin = models.CharField(max_length=16, default="CHECKOUT")
    voucher_code = models.CharField(max_length=255, blank=True)
    shipping_net = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    shipping_gross = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    address = models.JSONField(default=dict)
    points_value = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    """What points took off the total, in the channel's entry kind."""
    is_paid = models.BooleanField(default=False)
    refunded = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    refunded_shipping = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    """The part of ``refunded`` that is for the delivery."""
    notes = models.JSONField(default=list)
    """What staff read in the order's history."""
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        indexes = [models.Index(fields=["updated_at", "id"], name="playground_order_changed_idx")]

    @property
    def number(self) -> str:
        return str(self.pk)


class OrderLine(models.Model):
    """Amounts are for the whole line, as charged; ``redeemed_*`` is what points paid besides."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, null=True, on_delete=models.SET_NULL, related_name="+")
    facts = models.JSONField()
    """The line of the basket without points, as it was at completion (``saleor_loyalty.basket``)."""
    product_name = models.CharField(max_length=250)
    quantity = models.PositiveIntegerField()
    net = models.DecimalField(max_digits=20, decimal_places=3)
    gross = models.DecimalField(max_digits=20, decimal_places=3)
    points_row = models.DecimalField(max_digits=20, decimal_places=3, default=0)

    class Meta:
        ordering = ("pk",)

    @property
    def sku(self) -> str:
        return str(self.facts["variant_sku"])


class FulfillmentStatus(models.TextChoices):
    FULFILLED = "FULFILLED"
    WAITING_FOR_APPROVAL = "WAITING_FOR_APPROVAL"
    REFUNDED = "REFUNDED"
    """Refunded lines move here from the fulfilments that stand, as in Saleor."""
    RETURNED = "RETURNED"
    REFUNDED_AND_RETURNED = "REFUNDED_AND_RETURNED"
    CANCELED = "CANCELED"


GIVEN_BACK = (FulfillmentStatus.REFUNDED, FulfillmentStatus.RETURNED, FulfillmentStatus.REFUNDED_AND_RETURNED)


class Fulfillment(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="fulfillments")
    status = models.CharField(max_length=32, choices=FulfillmentStatus.choices, default=FulfillmentStatus.FULFILLED)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)


class FulfillmentLine(models.Model):
    fulfillment = models.ForeignKey(Fulfillment, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="fulfillment_lines")
    quantity = models.PositiveIntegerField()

    class Meta:
        ordering = ("pk",)
