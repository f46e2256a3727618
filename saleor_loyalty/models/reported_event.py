"""What happened with a customer besides orders: reported by an app or staff, or found out by the program itself.

A message, a form, a review, a birthday, or anything else that the shop gave a name. An event is there once for each
idempotency key of its program (unique constraint). Only ``accounts/`` and ``activities/`` write here. What an event
earned, or why it did not, is kept with it as a receipt, which holds no personal data.
Payload, external reference and request hash may tell who the customer is: erasing the card empties them, and leaves
that something was reported, and when.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .account import LoyaltyAccount
from .program import LoyaltyProgram

EVENT_NAME_MAX = 64
EVENT_REFERENCE_MAX = 250


class EventState(models.TextChoices):
    """How far it is with what an event earns."""

    NONE = "NONE"
    """No rule looks at it."""
    WAITING = "WAITING"
    """Nothing is decided yet: the host's plugin is switched off."""
    JUDGED = "JUDGED"


class ReportedEvent(models.Model):
    id = models.BigAutoField(primary_key=True)
    program = models.ForeignKey(LoyaltyProgram, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(
        LoyaltyAccount,
        on_delete=models.CASCADE,
        related_name="reported_events",
        db_index=False,  # the index on (account, created_at, id) serves it
    )
    name = models.CharField(max_length=EVENT_NAME_MAX)
    external_reference = models.CharField(max_length=EVENT_REFERENCE_MAX, blank=True, default="")
    """What the event is about where it comes from: the id of a review, a message, a form."""
    payload = models.JSONField(null=True, blank=True)
    occurred_at = models.DateTimeField()
    created_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True, blank=True)
    idempotency_key = models.CharField(max_length=250)
    request_hash = models.CharField(max_length=64, blank=True)
    """Empty once the event is erased."""
    state = models.CharField(
        max_length=8, choices=EventState.choices, default=EventState.NONE, db_default=EventState.NONE
    )
    points = models.IntegerField(default=0, db_default=0)
    """What it earned by all rules together, as awarded; what was taken back since is in the ledger."""
    receipt = models.JSONField(null=True, blank=True)
    program_version_id = models.BigIntegerField(null=True, blank=True)
    """The version that it was judged by, or is to be. Not a foreign key: the table gets a column, and no lock for a
    check."""
    registered_before = models.BooleanField(default=False, db_default=False)
    """Of joining: the customer was here before the rules gave anything for it."""
    came_before = models.BooleanField(default=False, db_default=False)
    """Of a birthday: another one was paid too short a time ago."""

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["program", "idempotency_key"], name="loyalty_reported_event_once_per_key"),
            models.CheckConstraint(condition=~Q(name=""), name="loyalty_reported_event_has_name"),
        ]
        indexes = [
            models.Index(fields=["account", "-created_at", "-id"], name="loyalty_reported_event_idx"),
            models.Index(fields=["id"], condition=Q(state="WAITING"), name="loyalty_reported_event_waiting"),
        ]
