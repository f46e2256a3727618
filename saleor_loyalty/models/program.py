"""Programs, their versions and their channels.

A version is immutable once it is published: a database trigger refuses to change or delete it, also to raw SQL.
At most one program is active per channel: a conditional unique constraint on ProgramChannel.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ProgramStatus(models.TextChoices):
    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    ARCHIVED = "ARCHIVED"


class GuestEarning(models.TextChoices):
    NONE = "NONE"
    PENDING_UNTIL_JOINED = "PENDING_UNTIL_JOINED"


class LoyaltyProgram(models.Model):
    """One loyalty club. It may span channels."""

    name = models.CharField(max_length=250)
    slug = models.SlugField(max_length=255, unique=True)
    status = models.CharField(max_length=16, choices=ProgramStatus.choices, default=ProgramStatus.DRAFT)
    published_version = models.ForeignKey(
        "ProgramVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        permissions = (("manage_loyalty", "Manage loyalty programs, accounts and points."),)
        ordering = ("pk",)


class ProgramVersion(models.Model):
    """One version of a program's rules. ``published_at`` is empty for the draft, of which there is at most one."""

    program = models.ForeignKey(LoyaltyProgram, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    rules = models.JSONField()
    checksum = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by_kind = models.CharField(max_length=16, blank=True, default="")
    published_by_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["program", "number"], name="loyalty_version_number_unique"),
            models.UniqueConstraint(
                fields=["program"], condition=Q(published_at__isnull=True), name="loyalty_version_one_draft"
            ),
        ]


class ProgramChannel(models.Model):
    """A channel in which a program's published version applies; rewritten when a version is published."""

    program = models.ForeignKey(LoyaltyProgram, on_delete=models.CASCADE, related_name="channels", db_index=False)
    channel_slug = models.CharField(max_length=255)
    currency = models.CharField(max_length=3)
    is_active = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["program", "channel_slug"], name="loyalty_program_channel_unique"),
            models.UniqueConstraint(
                fields=["channel_slug"], condition=Q(is_active=True), name="loyalty_channel_one_active_program"
            ),
        ]


class ProgramPause(models.Model):
    """A time in which the program was paused; ``resumed_at`` is empty while it still is."""

    program = models.ForeignKey(LoyaltyProgram, on_delete=models.CASCADE, related_name="pauses")
    paused_at = models.DateTimeField()
    resumed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["program"], condition=Q(resumed_at__isnull=True), name="loyalty_program_one_open_pause"
            ),
        ]
