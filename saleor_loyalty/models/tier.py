"""Where an account stands among its program's tiers, how it came there, and how far a new set of rules was applied.

``LoyaltyAccount.tier_key`` names the tier; a row of ``TierStatus`` says the rest, as of the last look. Time alone only
ever takes a tier away: the outlook lists when and to what, so that a reader knows the tier at any moment, however late
the sweep is. Only ``tiers/`` writes here, under the account's lock. A change is written once: the database refuses to
alter or delete one. No row holds a word of or about a person: keys, numbers and moments.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .account import LoyaltyAccount
from .program import LoyaltyProgram


class TierChangeReason(models.TextChoices):
    """Why an account came to another tier."""

    EARNED = "EARNED"
    """What was earned or spent reached it."""
    LAPSED = "LAPSED"
    """What it was reached with has left the window."""
    REVERSED = "REVERSED"
    """What it was reached with was refunded or reversed."""
    RULES_CHANGED = "RULES_CHANGED"
    """Other rules were published."""


class TierStatus(models.Model):
    """Of an account that has earned or spent anything under tiers."""

    account = models.OneToOneField(
        LoyaltyAccount, primary_key=True, on_delete=models.CASCADE, related_name="tier_status"
    )
    since = models.DateTimeField(null=True, blank=True)
    """Since when it has the tier."""
    kept_until = models.DateTimeField(null=True, blank=True)
    """Until then the tier is kept at least, if what it was reached with stands."""
    requirement = models.JSONField(null=True, blank=True)
    """What the tier asked for when it was reached."""
    grace_until = models.DateTimeField(null=True, blank=True)
    """The tier is no longer reached, and ends then."""
    grace_reason = models.CharField(max_length=16, choices=TierChangeReason.choices, blank=True, default="")
    qualifying = models.JSONField(default=dict)
    """What counted in the window at the last look: points, and money by currency."""
    outlook = models.JSONField(default=list)
    """What time alone will change, in order."""
    next_review_at = models.DateTimeField(null=True, blank=True)
    """The moment of the first of these."""
    reviewed_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        indexes = [
            models.Index(
                fields=["next_review_at"],
                condition=Q(next_review_at__isnull=False),
                name="loyalty_tier_status_review_idx",
            ),
        ]


class TierChange(models.Model):
    """That an account came to another tier, or to none. Append-only."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(LoyaltyAccount, on_delete=models.CASCADE, related_name="tier_changes", db_index=False)
    from_key = models.CharField(max_length=64, blank=True, default="")
    to_key = models.CharField(max_length=64, blank=True, default="")
    reason = models.CharField(max_length=16, choices=TierChangeReason.choices)
    qualifying = models.JSONField(default=dict)
    """What counted in the window then."""
    program_version = models.ForeignKey("ProgramVersion", on_delete=models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField()
    """Since when it holds."""
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(condition=~Q(from_key=models.F("to_key")), name="loyalty_tier_change_changes"),
        ]
        indexes = [
            models.Index(fields=["account", "-changed_at", "-id"], name="loyalty_tier_change_idx"),
        ]


class TierReview(models.Model):
    """How far the accounts of a program were looked at under the tiers of its published rules."""

    program = models.OneToOneField(
        LoyaltyProgram, primary_key=True, on_delete=models.CASCADE, related_name="tier_review"
    )
    digest = models.CharField(max_length=64)
    """Of the tiers and their policy that are being applied."""
    after_id = models.BigIntegerField(default=0)
    """The last account that was looked at."""
    finished_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
