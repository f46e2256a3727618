"""Customers who invite others: the code of each, and what became of each invitation that was taken up.

A referral joins two accounts of one program. Its terms are those of the version under which the code was claimed. Of
one invited customer there is one referral: a unique constraint. What the row knows of addresses, payments and devices
are keyed digests, which ``accounts/`` empties when it erases either customer. They outlast the end of the referral:
the referrer's later ones are compared with them. Only ``referrals/`` writes here.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from .account import LoyaltyAccount
from .program import LoyaltyProgram

REFERRAL_CODE_MAX = 16
REFERRAL_REASON_MAX = 1_000
DIGEST_LENGTH = 64


class ReferralState(models.TextChoices):
    CLAIMED = "CLAIMED"
    """The code was entered; there is no order that counts. Past ``valid_until`` it has lapsed."""
    ORDERED = "ORDERED"
    """There is an order that counts; it has not passed the program's trigger."""
    WAITING = "WAITING"
    """The order passed the trigger: the refund window runs."""
    IN_REVIEW = "IN_REVIEW"
    """Something looks alike: staff decide."""
    CONFIRMED = "CONFIRMED"
    """Both sides got what they get."""
    REJECTED = "REJECTED"
    """Staff said no."""
    CANCELED = "CANCELED"
    """The order did not last through the refund window, or one of the two is gone."""
    REVERSED = "REVERSED"
    """Refunded later: what both sides got was taken back."""


class ReferralFlag(models.TextChoices):
    """Why somebody should look at a referral."""

    SAME_ADDRESS = "SAME_ADDRESS"
    SAME_PHONE = "SAME_PHONE"
    SAME_PAYMENT = "SAME_PAYMENT"
    SAME_DEVICE = "SAME_DEVICE"
    ACCOUNT_FROZEN = "ACCOUNT_FROZEN"


class ReferralEnd(models.TextChoices):
    """Why a referral came to nothing."""

    ORDER_ENDED = "ORDER_ENDED"
    REFUNDED = "REFUNDED"
    STAFF = "STAFF"
    ACCOUNT_CLOSED = "ACCOUNT_CLOSED"
    SAME_PERSON = "SAME_PERSON"


class ReferralCode(models.Model):
    account = models.OneToOneField(LoyaltyAccount, on_delete=models.CASCADE, related_name="referral_code")
    program = models.ForeignKey(LoyaltyProgram, on_delete=models.CASCADE, related_name="+", db_index=False)
    code = models.CharField(max_length=REFERRAL_CODE_MAX)
    device = models.CharField(max_length=DIGEST_LENGTH, blank=True, default="")
    """A keyed digest of the device on which it was asked for, where the storefront told."""
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["program", "code"], name="loyalty_referral_code_unique"),
            models.CheckConstraint(condition=~Q(code=""), name="loyalty_referral_code_has_code"),
        ]


class Referral(models.Model):
    id = models.BigAutoField(primary_key=True)
    program = models.ForeignKey(LoyaltyProgram, on_delete=models.PROTECT, related_name="+", db_index=False)
    program_version = models.ForeignKey("ProgramVersion", on_delete=models.PROTECT, related_name="+", db_index=False)
    """Whose terms count."""
    referrer = models.ForeignKey(
        LoyaltyAccount, on_delete=models.PROTECT, related_name="referrals_made", db_index=False
    )
    referee = models.OneToOneField(LoyaltyAccount, on_delete=models.PROTECT, related_name="referral_claimed")
    channel_slug = models.CharField(max_length=255)
    """Where the code was claimed."""
    state = models.CharField(max_length=16, choices=ReferralState.choices, default=ReferralState.CLAIMED)
    claimed_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    """An order counts that is made before."""
    order_id = models.CharField(max_length=64, blank=True, default="")
    order_amount = models.DecimalField(max_digits=20, decimal_places=3, null=True, blank=True)
    """What the goods of the order that count cost when it passed the trigger."""
    currency = models.CharField(max_length=3, blank=True, default="")
    qualified_at = models.DateTimeField(null=True, blank=True)
    """When the order passed the trigger."""
    due_at = models.DateTimeField(null=True, blank=True)
    """When the refund window is over."""
    next_step_at = models.DateTimeField(null=True, blank=True)
    """When the periodic task has something to do."""
    checked_at = models.DateTimeField(null=True, blank=True)
    """When it was compared with what is known of the referrer."""
    flags = ArrayField(models.CharField(max_length=16, choices=ReferralFlag.choices), default=list, blank=True)
    fingerprints = models.JSONField(null=True, blank=True)
    """Keyed digests of the order's addresses, phones and payments, by kind."""
    device = models.CharField(max_length=DIGEST_LENGTH, blank=True, default="")
    """A keyed digest of the device on which the code was claimed, where the storefront told."""
    approved_at = models.DateTimeField(null=True, blank=True)
    """Staff said yes: what looks alike does not hold it up any more."""
    confirmed_at = models.DateTimeField(null=True, blank=True)
    referrer_points = models.PositiveIntegerField(default=0)
    """What the referrer got."""
    referee_points = models.PositiveIntegerField(default=0)
    """What the invited customer got."""
    cap = models.CharField(max_length=8, blank=True, default="")
    """Which limit left the referrer without points: MONTH or ALL."""
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=16, choices=ReferralEnd.choices, blank=True, default="")

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(condition=~Q(referrer=models.F("referee")), name="loyalty_referral_of_two"),
            models.CheckConstraint(
                condition=~Q(state__in=["WAITING", "IN_REVIEW", "CONFIRMED", "REVERSED"])
                | Q(due_at__isnull=False, qualified_at__isnull=False) & ~Q(order_id=""),
                name="loyalty_referral_waits_for_an_order",
            ),
            models.CheckConstraint(
                condition=Q(referrer_points=0, referee_points=0) | Q(confirmed_at__isnull=False),
                name="loyalty_referral_pays_when_confirmed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["REJECTED", "CANCELED", "REVERSED"]) | Q(ended_at__isnull=False),
                name="loyalty_referral_ended_has_a_date",
            ),
        ]
        indexes = [
            models.Index(fields=["referrer", "id"], name="loyalty_referral_referrer_idx"),
            models.Index(fields=["program", "id"], name="loyalty_referral_program_idx"),
            models.Index(fields=["state", "id"], name="loyalty_referral_state_idx"),
            models.Index(
                fields=["next_step_at"], condition=Q(next_step_at__isnull=False), name="loyalty_referral_step_idx"
            ),
            models.Index(fields=["order_id"], condition=~Q(order_id=""), name="loyalty_referral_order_idx"),
        ]


class ReferralChange(models.Model):
    """What happened to a referral, who did it and why."""

    class Type(models.TextChoices):
        CLAIMED = "CLAIMED"
        ORDERED = "ORDERED"
        REOPENED = "REOPENED"
        """Its order ended before the trigger: another one may count."""
        QUALIFIED = "QUALIFIED"
        """Its order passed the trigger."""
        FLAGGED = "FLAGGED"
        APPROVED = "APPROVED"
        REJECTED = "REJECTED"
        CONFIRMED = "CONFIRMED"
        CANCELED = "CANCELED"
        REVERSED = "REVERSED"

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="changes", db_index=False)
    type = models.CharField(max_length=16, choices=Type.choices)
    reason = models.TextField(blank=True, default="")
    """In staff's words; erasable."""
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        indexes = [models.Index(fields=["referral", "id"], name="loyalty_referral_history_idx")]
