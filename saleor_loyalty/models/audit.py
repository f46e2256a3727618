"""Audits of a program that were made or are under way, and what they found.

Only ``auditing/`` writes them. A run is worked off in steps by whoever holds its ``claim``; one that was killed is
gone on with from its cursor. Of what was found every difference is counted, by its code, and the first of each code
are kept as rows. They name accounts, transactions and orders by their keys and hold no personal data.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .program import LoyaltyProgram
from .transaction import ActorKind


class AuditStatus(models.TextChoices):
    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    """It went wrong too often in a row."""


class AuditStage(models.TextChoices):
    ACCOUNTS = "ACCOUNTS"
    """The accounts with their transactions, lots and reservations."""
    RECORDS = "RECORDS"
    """What was recorded of orders, against the transactions."""
    ORDERS = "ORDERS"
    """The host's orders, against what was recorded of them."""
    DONE = "DONE"


class AuditRun(models.Model):
    id = models.BigAutoField(primary_key=True)
    program = models.ForeignKey(LoyaltyProgram, on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=16, choices=AuditStatus.choices, default=AuditStatus.RUNNING)
    stage = models.CharField(max_length=16, choices=AuditStage.choices, default=AuditStage.ACCOUNTS)
    cursor = models.CharField(max_length=128, blank=True, default="")
    """How far the stage has come: a primary key, or a moment and an order's id."""
    orders_since = models.DateTimeField(null=True, blank=True)
    """Orders of the host that have not changed since are left out; NULL: none is."""
    accounts_done = models.PositiveBigIntegerField(default=0)
    records_done = models.PositiveBigIntegerField(default=0)
    orders_done = models.PositiveBigIntegerField(default=0)
    findings_count = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict, blank=True)
    """How many differences there are of each code."""
    claim = models.CharField(max_length=32, blank=True, default="")
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    """Claims since the last step."""
    actor_kind = models.CharField(max_length=16, choices=ActorKind.choices, default=ActorKind.SYSTEM)
    actor_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    progressed_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    """When it became FINISHED or FAILED."""
    healing_at = models.DateTimeField(null=True, blank=True)
    """When the healing of what it found was asked for."""
    healed_at = models.DateTimeField(null=True, blank=True)
    """When that was done."""
    healed = models.PositiveIntegerField(default=0)
    """How many of the steps that mend something were done."""

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["program"], condition=Q(status=AuditStatus.RUNNING), name="loyalty_audit_one_at_a_time"
            ),
        ]


class AuditFinding(models.Model):
    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(AuditRun, on_delete=models.CASCADE, related_name="findings")
    code = models.CharField(max_length=40)
    account_id = models.BigIntegerField(null=True, blank=True)
    transaction_id = models.BigIntegerField(null=True, blank=True)
    order_id = models.CharField(max_length=64, blank=True, default="")
    message = models.TextField()
    differences = models.PositiveBigIntegerField(default=1)
    """How many differences this row stands for."""

    class Meta:
        ordering = ("pk",)
