"""Statistics: sums of the ledger's transactions, and how far they go.

Everything here can be made again from the ledger, and only ``analytics/`` writes it. All rows of a program hold
exactly its transactions up to ``StatisticsProgress.last_transaction_id`` (those of ``WeeklyEarnings`` up to
``weeks_transaction_id``); whoever reads adds the younger ones from the ledger in the same statement.
``StatisticsProgress`` is the lock of its program's rows.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from .account import LoyaltyAccount
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


class AwardDimension(models.TextChoices):
    """By what the points of orders are told apart."""

    RULE = "RULE"
    """By the key of the earning rule."""
    PRODUCT = "PRODUCT"
    """By the product's id."""
    CATEGORY = "CATEGORY"
    """By the slug of the product's own category, the last of its path."""


class Span(models.TextChoices):
    DAY = "DAY"
    MONTH = "MONTH"


class AwardStatistics(models.Model):
    """What orders were awarded and what was taken back, in shares that add up to the point in each dimension."""

    id = models.BigAutoField(primary_key=True)
    program = models.ForeignKey(LoyaltyProgram, on_delete=models.CASCADE, related_name="+", db_index=False)
    dimension = models.CharField(max_length=16, choices=AwardDimension.choices)
    span = models.CharField(max_length=8, choices=Span.choices)
    """Each award is in the row of its day and in that of its month."""
    first_day = models.DateField()
    channel_slug = models.CharField(max_length=255, blank=True, default="")
    key = models.TextField(blank=True, default="")
    """Empty: what no receipt explains."""
    label = models.TextField(blank=True, default="")
    """Of a product its slug when it was bought; where it had several, the last of them in the alphabet."""
    given = models.BigIntegerField()
    reversed = models.BigIntegerField()
    transactions = models.PositiveBigIntegerField()
    """In how many awards."""

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["program", "dimension", "span", "first_day", "channel_slug", "key"],
                name="loyalty_award_statistics_unique",
            ),
        ]


class MonthlyEarnings(models.Model):
    """What one account was given in one month and channel."""

    id = models.BigAutoField(primary_key=True)
    program = models.ForeignKey(LoyaltyProgram, on_delete=models.CASCADE, related_name="+", db_index=False)
    # Millions of rows are written by SQL, of accounts that the ledger's own rows hold fast.
    account = models.ForeignKey(
        LoyaltyAccount, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    month = models.DateField()
    """Its first day."""
    channel_slug = models.CharField(max_length=255, blank=True, default="")
    points = models.BigIntegerField()
    """What a merge moved away counts against them."""
    most = models.BigIntegerField()
    """Without what a merge moved away: in no part of the month it was given more."""

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["account", "month", "channel_slug"], name="loyalty_monthly_earnings_unique"
            ),
        ]
        indexes = [
            models.Index(
                fields=["program", "month", "channel_slug", "-most", "account"], name="loyalty_monthly_earnings_idx"
            ),
        ]


class WeeklyEarnings(models.Model):
    """The most that one account can have been given in any part of one week, in all channels together. The weeks are
    those of a month: days 1 to 7, 8 to 14, 15 to 21, 22 to 28, and what is left of it."""

    id = models.BigAutoField(primary_key=True)
    program = models.ForeignKey(LoyaltyProgram, on_delete=models.CASCADE, related_name="+", db_index=False)
    # As for the months.
    account = models.ForeignKey(
        LoyaltyAccount, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    week = models.DateField()
    """Its first day."""
    most = models.BigIntegerField()
    """Without what a merge moved away."""

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["account", "week"], name="loyalty_weekly_earnings_unique"),
        ]
        indexes = [
            models.Index(fields=["program", "week", "-most", "account"], name="loyalty_weekly_earnings_idx"),
        ]


class StatisticsProgress(models.Model):
    """How far the statistics of one program go."""

    id = models.BigAutoField(primary_key=True)
    program = models.OneToOneField(LoyaltyProgram, on_delete=models.CASCADE, related_name="+")
    time_zone = models.CharField(max_length=100)
    """The time zone in which the days were counted."""
    last_transaction_id = models.BigIntegerField(default=0)
    """Every transaction of the program up to this id is in the statistics, and none above."""
    weeks_transaction_id = models.BigIntegerField(default=0, db_default=0)
    """Up to which id transactions are in the weekly earnings: the same, but while a program catches up that was rolled
    up before there were any."""
    weeks_time_zone = models.CharField(max_length=100, blank=True, default="", db_default="")
    """The time zone in which they were counted. Where it is another one than that of the days, they mean nothing: a
    worker of a version that knows no weeks has changed it."""
    settled_transaction_id = models.BigIntegerField(default=0)
    """No transaction up to this id can appear any more: whoever could have written one has ended."""
    candidate_transaction_id = models.BigIntegerField(default=0)
    """What will be settled when the candidate's writers have ended; 0: there is no candidate."""
    candidate_writers = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    """The virtual transaction ids of those who were writing to the ledger when the candidate was taken."""
    updated_at = models.DateTimeField()
    unknown_time_zone = models.CharField(max_length=100, blank=True, default="", db_default="")
    """What the rules name but PostgreSQL does not know: days are counted in UTC instead."""
    failure = models.TextField(blank=True, default="", db_default="")
    """Why the last roll-up failed, kept until one succeeds."""
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_transaction_id__lte=models.F("settled_transaction_id")),
                name="loyalty_statistics_only_what_is_settled",
            ),
        ]
