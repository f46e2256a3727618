"""How far reconciliations have come, so that an outage of any length heals and a killed run resumes; and what failed
on their way, so that it is tried again though they have gone on."""

from __future__ import annotations

from django.db import models


class ReconciliationState(models.Model):
    """One row for each thing that is reconciled. That of orders is written under its lock by the walk that claimed it;
    those of customers and birthdays (``accounts/``, ``activities/``) by whoever comes: doing the same twice changes
    nothing there."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=64, unique=True)
    position_at = models.DateTimeField()
    """Everything that changed before this was walked; with ``position_id`` also at it, up to that order."""
    position_id = models.CharField(max_length=64, blank=True, default="")
    """Where a walk that has not ended stands; empty between walks."""
    claim = models.CharField(max_length=32, blank=True, default="")
    """The key of the walk that is under way; nobody else walks until ``claimed_until``."""
    claimed_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    """When the last walk came to its end."""

    class Meta:
        ordering = ("pk",)


class FailedWork(models.Model):
    """One row for each thing that failed and is to be tried again; gone once it succeeds. Only ``sweeping`` writes
    here. It says nothing of a person beyond a key, and a customer who is gone fails no more."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=64)
    """What is to be done."""
    item_id = models.BigIntegerField()
    """With which user or account."""
    failed_at = models.DateTimeField()
    """When it failed last."""

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["name", "item_id"], name="loyalty_failed_work_once"),
        ]
        indexes = [
            models.Index(fields=["name", "failed_at", "id"], name="loyalty_failed_work_idx"),
        ]
