"""What is sold, and at which price in which channel. Prices are in the channel's entry kind, major units."""

from __future__ import annotations

from decimal import Decimal

from django.db import models


class Channel(models.Model):
    slug = models.SlugField(max_length=255, unique=True)
    name = models.CharField(max_length=250)
    currency = models.CharField(max_length=3)
    prices_entered_with_tax = models.BooleanField(default=True)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=4, default=Decimal(0))
    """0.2200 is 22 %."""
    shipping_price = models.DecimalField(max_digits=20, decimal_places=3, default=Decimal(0))
    confirms_orders = models.BooleanField(default=True)
    """False: a new order is UNCONFIRMED until ``orderConfirm``."""

    class Meta:
        ordering = ("pk",)


class Category(models.Model):
    slug = models.SlugField(max_length=255, unique=True)
    name = models.CharField(max_length=250)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")

    class Meta:
        ordering = ("pk",)


class Collection(models.Model):
    slug = models.SlugField(max_length=255, unique=True)
    name = models.CharField(max_length=250)

    class Meta:
        ordering = ("pk",)


class Product(models.Model):
    slug = models.SlugField(max_length=255, unique=True)
    name = models.CharField(max_length=250)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="products")
    collections = models.ManyToManyField(Collection, related_name="products", blank=True)
    is_gift_card = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)


class Variant(models.Model):
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField(max_length=255, unique=True)
    name = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ("pk",)


class Listing(models.Model):
    """A variant's price in a channel; without one it is not sold there."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="listings")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="listings")
    price = models.DecimalField(max_digits=20, decimal_places=3)
    promotion_price = models.DecimalField(max_digits=20, decimal_places=3, null=True, blank=True)
    """Set while a catalogue promotion lowers the price."""

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["variant", "channel"], name="playground_listing_one_per_channel"),
        ]

    @property
    def price_now(self) -> Decimal:
        return self.price if self.promotion_price is None else min(self.price, self.promotion_price)
