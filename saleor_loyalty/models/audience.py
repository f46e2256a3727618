"""Audiences: people to be written to, as a filter on accounts under a name. Only ``audiences/`` writes them;
``cards/`` puts one label for another into their filters when labels are merged.

It holds no list of people: who belongs to it is asked anew each time.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from .export import Export
from .program import LoyaltyProgram

AUDIENCE_NAME_MAX = 250


class Audience(models.Model):
    id = models.BigAutoField(primary_key=True)
    program = models.ForeignKey(LoyaltyProgram, on_delete=models.CASCADE, related_name="audiences", db_index=False)
    name = models.CharField(max_length=AUDIENCE_NAME_MAX)
    filter = models.JSONField(default=dict, blank=True)
    """An AccountFilter, as JSON."""
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint("program", Lower("name"), name="loyalty_audience_one_per_name"),
            models.CheckConstraint(condition=~Q(name=""), name="loyalty_audience_has_a_name"),
        ]


class AudienceSending(models.Model):
    """That an audience was sent, once for each key (unique constraint), and what was said of it then."""

    id = models.BigAutoField(primary_key=True)
    audience = models.ForeignKey(
        Audience,
        on_delete=models.CASCADE,
        related_name="sendings",
        db_index=False,  # the unique constraint serves it
    )
    idempotency_key = models.CharField(max_length=250)
    request_hash = models.CharField(max_length=64)
    accounts = models.PositiveBigIntegerField()
    deliveries = models.PositiveIntegerField()
    export = models.ForeignKey(Export, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["audience", "idempotency_key"], name="loyalty_audience_sent_once"),
        ]
