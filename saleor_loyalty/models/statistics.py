"""Points by day: sums of the ledger's transactions, and how far they go.

Everything here can be made again from the ledger, and only ``analytics/`` writes it. The rows of a program hold
exactly its transactions up to ``StatisticsProgress.last_transaction_id``; whoever reads adds the younger ones from the
ledger in the same statement. ``StatisticsProgress`` is the lock of its program's rows.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from .program import LoyaltyProgram
from .transaction import Source, TransactionType


class Term(models.TextChoices):
    """The terms of the identity ``given = redeemed + expired + reversed + deducted + outstanding``."""

    GIVEN = "given"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    REVERSED = "reversed"
    DEDUCTED = "deducted"


class DailyStatistics(models.Model):
    id = models.BigAutoField(primary_key=True)
    program = models.ForeignKey(LoyaltyProgram, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    """The day on which it happened (``occurred_at``), in ``StatisticsProgress.time_zone``."""
    channel_slug = models.CharField(max_length=255, blank=True, default="")
    term = models.CharField(max_length=16, choices=Term.choices)
    type = models.CharField(max_length=16, choices=TransactionType.choices)
    source = models.CharField(max_length=16, choices=Source.choices)
    points = models.BigIntegerField()
    """As they count in their term: a RETURN lowers what is redeemed, a MERGE_OUT what is given."""
    transactions = models.PositiveBigIntegerField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["program", "day", "channel_slug", "term", "type", "source"],
                name="loyalty_daily_statistics_unique",
            ),
        ]


class StatisticsProgress(models.Model):
    """How far the daily statistics of one program go."""

    id = models.BigAutoField(primary_key=True)
    program = models.OneToOneField(LoyaltyProgram, on_delete=models.CASCADE, related_name="+")
    time_zone = models.CharField(max_length=100)
    """The time zone in which the days were counted."""
    last_transaction_id = models.BigIntegerField(default=0)
    """Every transaction of the program up to this id is in the daily statistics, and none above."""
    settled_transaction_id = models.BigIntegerField(default=0)
    """No transaction up to this id can appear any more: whoever could have written one has ended."""
    candidate_transaction_id = models.BigIntegerField(default=0)
    """What will be settled when the candidate's writers have ended; 0: there is no candidate."""
    candidate_writers = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    """The virtual transaction ids of those who were writing to the ledger when the candidate was taken."""
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_transaction_id__lte=models.F("settled_transaction_id")),
                name="loyalty_statistics_only_what_is_settled",
            ),
        ]
