"""Points given to many customers, or taken from them, in one go: the batch and its rows.

What moved is in the ledger, each transaction with its ``batch_id``; here is what was asked for, how far it got and
what became of each row. Only ``batches/`` writes here, under the batch's row lock; a row and its transaction are
written in one atomic block, so that after a kill the two agree. Rows may name people (``identity``): that is emptied
when the points have moved, and with the rest some time after the batch has ended.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from .account import LoyaltyAccount
from .program import LoyaltyProgram
from .transaction import ActorKind, LoyaltyTransaction, Source


class BatchKind(models.TextChoices):
    GIVE = "GIVE"
    DEDUCT = "DEDUCT"


class BatchStatus(models.TextChoices):
    READING = "READING"
    JUDGING = "JUDGING"
    APPLYING = "APPLYING"
    REVERTING = "REVERTING"
    DONE = "DONE"
    REJECTED = "REJECTED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"
    REVERTED = "REVERTED"


class BatchErrorPolicy(models.TextChoices):
    IGNORE_FAILED = "IGNORE_FAILED"
    REJECT_EVERYTHING = "REJECT_EVERYTHING"
    REJECT_FAILED_ROWS = "REJECT_FAILED_ROWS"


class BatchRowStatus(models.TextChoices):
    READ = "READ"
    READY = "READY"
    DONE = "DONE"
    FAILED = "FAILED"
    REVERTED = "REVERTED"


class Batch(models.Model):
    RUNNING = (BatchStatus.READING, BatchStatus.JUDGING, BatchStatus.APPLYING, BatchStatus.REVERTING)

    id = models.BigAutoField(primary_key=True)
    program = models.ForeignKey(LoyaltyProgram, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=BatchKind.choices)
    status = models.CharField(max_length=16, choices=BatchStatus.choices, default=BatchStatus.READING)
    error_policy = models.CharField(max_length=32, choices=BatchErrorPolicy.choices)
    is_dry_run = models.BooleanField(default=False)

    points = models.IntegerField(null=True, blank=True)
    """For each row that does not say it itself."""
    reason = models.TextField(blank=True)
    internal_note = models.TextField(blank=True)
    source = models.CharField(max_length=16, choices=Source.choices)
    expires_at = models.DateTimeField(null=True, blank=True)

    selection = models.JSONField(null=True, blank=True)
    """The filter of the accounts; NULL for a batch of a file or a list."""
    file_name = models.CharField(max_length=255, blank=True, default="")
    """In the host's private storage; empty once it is read."""
    position = models.BigIntegerField(default=0)
    """How far the file, or the accounts in the order of their keys, were read."""

    idempotency_key = models.CharField(max_length=250)
    request_hash = models.CharField(max_length=64)
    actor_kind = models.CharField(max_length=16, choices=ActorKind.choices, default=ActorKind.SYSTEM)
    actor_id = models.BigIntegerField(null=True, blank=True)
    reverted_by_kind = models.CharField(max_length=16, choices=ActorKind.choices, blank=True, default="")
    reverted_by_id = models.BigIntegerField(null=True, blank=True)

    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    points_moved = models.BigIntegerField(default=0)
    """Given or taken by its rows; in a dry run what would be."""
    points_reverted = models.BigIntegerField(default=0)
    points_unrecovered = models.BigIntegerField(default=0)
    """What a reversal did not find any more: spent or expired."""
    problem = models.TextField(blank=True)
    """Why it failed as a whole."""
    faults = models.IntegerField(default=0)
    """Unexpected failures since the last progress."""

    created_at = models.DateTimeField()
    progressed_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    reverted_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    """Since when no row names anybody any more."""

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["program", "idempotency_key"], name="loyalty_batch_once_per_key"),
        ]
        indexes = [
            models.Index(fields=["program", "-id"], name="loyalty_batch_program_idx"),
            models.Index(
                fields=["progressed_at"],
                condition=Q(status__in=["READING", "JUDGING", "APPLYING", "REVERTING"]),
                name="loyalty_batch_running_idx",
            ),
            models.Index(
                fields=["finished_at"],
                condition=Q(finished_at__isnull=False, erased_at__isnull=True),
                name="loyalty_batch_to_erase_idx",
            ),
        ]


class BatchRow(models.Model):
    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows", db_index=False)
    number = models.IntegerField()
    """Counts the rows of the file or the list from 1, headings aside."""
    identity_kind = models.CharField(max_length=32)
    identity = models.CharField(max_length=320, blank=True)
    """As it was given."""
    target = models.CharField(max_length=340, blank=True, default="")
    """Whose points: an account, or the user or e-mail address of one to be opened. Empty where it is unknown."""
    points = models.IntegerField(null=True, blank=True)
    details = models.JSONField(null=True, blank=True)
    """What the row says otherwise than the batch; emptied when the points have moved."""
    status = models.CharField(max_length=16, choices=BatchRowStatus.choices, default=BatchRowStatus.READ)
    code = models.CharField(max_length=40, blank=True, default="")
    field = models.CharField(max_length=40, blank=True, default="")
    message = models.CharField(max_length=500, blank=True, default="")
    account = models.ForeignKey(
        LoyaltyAccount, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    transaction = models.ForeignKey(
        LoyaltyTransaction, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reversal = models.ForeignKey(
        LoyaltyTransaction, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unrecovered = models.IntegerField(default=0)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="loyalty_batch_row_number_unique"),
        ]
        indexes = [
            models.Index(fields=["batch", "status", "number"], name="loyalty_batch_row_status_idx"),
            models.Index(fields=["batch", "target"], condition=~Q(target=""), name="loyalty_batch_row_target_idx"),
            # Both for the erasing of a customer.
            models.Index(fields=["account"], condition=Q(account__isnull=False), name="loyalty_batch_row_account_idx"),
            models.Index(Upper("identity"), condition=~Q(identity=""), name="loyalty_batch_row_identity_idx"),
        ]
