"""What happened, for the world outside: events, the endpoints that asked for them, and how far each delivery is.

An event and its deliveries are written by ``events/`` in the transaction in which the thing itself happens, so they
exist if and only if it does; nothing is found by a watermark, so a late commit is not missed. There is an event only
where an active endpoint had subscribed to its name.

A delivery is PENDING until its endpoint has answered (DELIVERED) or is given up on (FAILED). ``due_at`` is when it may
be sent, and, while ``claim`` is set, when the claim of a worker that says nothing more ends. Of one account the
deliveries to one endpoint go out in the order of their events.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from .account import LoyaltyAccount
from .program import LoyaltyProgram


class EventEndpoint(models.Model):
    """An address outside that is told of events. ``program`` NULL: of all programs."""

    id = models.BigAutoField(primary_key=True)
    program = models.ForeignKey(
        LoyaltyProgram, null=True, blank=True, on_delete=models.CASCADE, related_name="event_endpoints"
    )
    name = models.CharField(max_length=250)
    url = models.CharField(max_length=2000)
    secret = models.CharField(max_length=64)
    """What signatures are made with. Shown once, when it is made."""
    previous_secret = models.CharField(max_length=64, blank=True, default="")
    previous_secret_until = models.DateTimeField(null=True, blank=True)
    """Until then the secret before is signed with too."""
    event_names = ArrayField(models.CharField(max_length=64))
    is_active = models.BooleanField(default=True)
    failures = models.PositiveIntegerField(default=0)
    """Attempts that failed since the last one that did not."""
    failing_since = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    """Nothing is sent before it: the endpoint as a whole does not answer."""
    switched_off_at = models.DateTimeField(null=True, blank=True)
    """When it was switched off because it had not answered for long; NULL where staff did it."""
    delivered_at = models.DateTimeField(null=True, blank=True)
    """The last successful delivery."""
    created_by_kind = models.CharField(max_length=16)
    created_by_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)


class OutboxEvent(models.Model):
    """One thing that happened. ``program`` is NULL for the test of an endpoint of all programs."""

    id = models.BigAutoField(primary_key=True)
    program = models.ForeignKey(
        LoyaltyProgram, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    account = models.ForeignKey(
        LoyaltyAccount, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=64)
    payload = models.JSONField()
    occurred_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        indexes = [
            models.Index(fields=["created_at"], name="loyalty_event_created_idx"),
            # For the erasing of a customer.
            models.Index(fields=["account"], condition=Q(account__isnull=False), name="loyalty_event_account_idx"),
        ]


class DeliveryStatus(models.TextChoices):
    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


class EventDelivery(models.Model):
    """One event on its way to one endpoint."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(
        OutboxEvent,
        on_delete=models.CASCADE,
        related_name="deliveries",
        db_index=False,  # the unique constraint serves it
    )
    endpoint = models.ForeignKey(EventEndpoint, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    account_id = models.BigIntegerField(null=True, blank=True)
    """The event's."""
    status = models.CharField(max_length=16, choices=DeliveryStatus.choices, default=DeliveryStatus.PENDING)
    due_at = models.DateTimeField()
    claim = models.CharField(max_length=32, blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    attempted_at = models.DateTimeField(null=True, blank=True)
    response_status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True, default="")
    """Why the last attempt failed."""
    delivered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["event", "endpoint"], name="loyalty_delivery_once")]
        indexes = [
            models.Index(fields=["endpoint", "-id"], name="loyalty_delivery_endpoint_idx"),
            # What is to be sent, and what stands before it.
            models.Index(
                fields=["endpoint", "due_at"], condition=Q(status="PENDING"), name="loyalty_delivery_due_idx"
            ),
            models.Index(
                fields=["endpoint", "account_id", "event"],
                condition=Q(status="PENDING"),
                name="loyalty_delivery_order_idx",
            ),
            models.Index(fields=["endpoint", "id"], condition=Q(status="FAILED"), name="loyalty_delivery_failed_idx"),
            models.Index(fields=["delivered_at"], condition=Q(status="DELIVERED"), name="loyalty_delivery_done_idx"),
        ]
