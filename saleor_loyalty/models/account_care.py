"""What staff did with whole accounts: freezing, closing, merging, anonymizing; and how far old texts are erased.

Only ``accounts/`` and ``retention/`` write here, under the accounts' locks. ``AccountChange.reason`` may name people:
erasing the customer empties it. A merge remembers by their keys what it moved, so that it can be undone; an account is
the source of one merge that stands at most (unique constraint), and never of one into itself (check constraint).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from .account import LoyaltyAccount
from .program import LoyaltyProgram

CHANGE_REASON_MAX = 1_000


class AccountChangeKind(models.TextChoices):
    ACCOUNT_FROZEN = "ACCOUNT_FROZEN"
    ACCOUNT_UNFROZEN = "ACCOUNT_UNFROZEN"
    ACCOUNT_CLOSED = "ACCOUNT_CLOSED"
    ACCOUNT_REOPENED = "ACCOUNT_REOPENED"
    ACCOUNT_MERGED = "ACCOUNT_MERGED"
    ACCOUNT_MERGE_UNDONE = "ACCOUNT_MERGE_UNDONE"
    ACCOUNT_ANONYMIZED = "ACCOUNT_ANONYMIZED"


class AccountMerge(models.Model):
    """That one account was merged into another of the same program."""

    id = models.BigAutoField(primary_key=True)
    program = models.ForeignKey(LoyaltyProgram, on_delete=models.PROTECT, related_name="+", db_index=False)
    source = models.ForeignKey(LoyaltyAccount, on_delete=models.PROTECT, related_name="merges_away")
    target = models.ForeignKey(LoyaltyAccount, on_delete=models.PROTECT, related_name="merges")
    points = models.PositiveIntegerField(default=0)
    """What the source's lots held, pending points too."""
    debt = models.PositiveIntegerField(default=0)
    """What the source owed."""
    moved = models.JSONField(default=dict)
    """The keys of what went along, by what it is. No texts."""
    idempotency_key = models.CharField(max_length=250)
    request_hash = models.CharField(max_length=64)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    points_returned = models.PositiveIntegerField(default=0)
    """What was left of the points when it was undone."""
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_kind = models.CharField(max_length=16, blank=True, default="")
    undone_by_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["program", "idempotency_key"], name="loyalty_merge_once_per_key"),
            models.UniqueConstraint(
                fields=["source"], condition=Q(undone_at__isnull=True), name="loyalty_merge_one_heir"
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="loyalty_merge_of_two_accounts"),
        ]


class AccountChange(models.Model):
    """What was done with an account as a whole, who did it and why."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(LoyaltyAccount, on_delete=models.CASCADE, related_name="changes", db_index=False)
    kind = models.CharField(max_length=32, choices=AccountChangeKind.choices)
    reason = models.CharField(max_length=CHANGE_REASON_MAX, blank=True, default="")
    """For staff only."""
    merge = models.ForeignKey(
        AccountMerge, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        indexes = [
            models.Index(fields=["account", "-created_at", "-id"], name="loyalty_account_change_idx"),
        ]


class RetentionProgress(models.Model):
    """How far the erasing of old texts has come in one table: every row up to ``position`` is done."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=64, unique=True)
    position = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
