"""Exports: what somebody wanted as a file, how far it has come, and the parts in the host's private storage.

Only ``exports/`` writes them, and ``withdraw_exports`` takes them back. A file is its written parts in their order; a
part is written once and never changed. ``claim`` is the right to write: whoever does not hold it any more cannot add a
part (the verb asks for it in the statement that adds it). Names of files hold a random folder, because a storage may
be reachable by name.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from .account import LoyaltyAccount
from .program import LoyaltyProgram
from .transaction import ActorKind


class ExportKind(models.TextChoices):
    LOG = "LOG"
    ACCOUNTS = "ACCOUNTS"
    PERSON = "PERSON"
    """All that is stored about the customer of one account."""


class ExportFileType(models.TextChoices):
    CSV = "CSV"
    JSON = "JSON"


class ExportStatus(models.TextChoices):
    PENDING = "PENDING"
    """Nobody has begun."""
    RUNNING = "RUNNING"
    READY = "READY"
    FAILED = "FAILED"
    """It went wrong too often in a row."""
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    """It was ready; its file is deleted."""


class Export(models.Model):
    id = models.BigAutoField(primary_key=True)
    program = models.ForeignKey(LoyaltyProgram, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=ExportKind.choices)
    file_type = models.CharField(max_length=8, choices=ExportFileType.choices, default=ExportFileType.CSV)
    status = models.CharField(max_length=16, choices=ExportStatus.choices, default=ExportStatus.PENDING)
    audience = models.ForeignKey(
        "Audience", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    """Whose accounts they are; what it wanted is in ``filter``, so that it does not change meanwhile."""
    account = models.ForeignKey(LoyaltyAccount, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    """Whose data it is, of an export of one person's data."""
    filter = models.JSONField(default=dict, blank=True)
    """A TransactionFilter or an AccountFilter, as their ``to_json`` gives it."""
    language_code = models.CharField(max_length=35)
    time_zone = models.CharField(max_length=100)
    with_customers = models.BooleanField(default=False)
    """Whether it holds names and e-mails."""
    last_id = models.BigIntegerField()
    """The highest id of a row at the moment of creation: no later row is in the file."""
    writers = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    """The virtual transaction ids of those who were writing at that moment: the file waits for their end."""
    cursor = models.BigIntegerField(default=0)
    """The id of the last row that is in a part."""
    rows_done = models.PositiveBigIntegerField(default=0)
    rows_total = models.PositiveBigIntegerField(null=True, blank=True)
    """Counted when it begins."""
    folder = models.CharField(max_length=64)
    claim = models.CharField(max_length=32, blank=True, default="")
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    """Claims since the last part."""
    actor_kind = models.CharField(max_length=16, choices=ActorKind.choices, default=ActorKind.SYSTEM)
    actor_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    """When it became READY, FAILED or CANCELED."""
    expires_at = models.DateTimeField(null=True, blank=True)
    """When the file of one that is READY is deleted."""
    files_deleted_at = models.DateTimeField(null=True, blank=True)
    files_tried_at = models.DateTimeField(null=True, blank=True)
    """When deleting them last failed; those that never failed come first."""

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="READY") | Q(expires_at__isnull=False), name="loyalty_export_ready_file_expires"
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(status__in=["PENDING", "RUNNING"]), name="loyalty_export_open_idx"
            ),
            models.Index(
                fields=["expires_at"],
                condition=Q(files_deleted_at__isnull=True) & Q(expires_at__isnull=False),
                name="loyalty_export_expires_idx",
            ),
        ]


class ExportPart(models.Model):
    """A file in the storage: named here before it is written, so that none is ever left behind unknown."""

    id = models.BigAutoField(primary_key=True)
    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=250)
    rows = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    """Bytes."""
    is_written = models.BooleanField(default=False)
    """Whether it belongs to the file. Others are what a run that was killed, or came too late, has left."""

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["export", "number"], condition=Q(is_written=True), name="loyalty_export_part_once"
            ),
        ]
        indexes = [models.Index(fields=["export", "number"], name="loyalty_export_part_idx")]
