"""Rewards that were had: how many of each stand, and what became of each one.

What a reward is stands in the rules; these rows say which version's. Only ``rewards/`` writes them. A RewardIssue
belongs to the ledger row that took its points, and to the real thing that the host made for it, by id and code: they
are written in one transaction, so that none is ever without the others. An issue ends once: USED, REVERSED, EXPIRED or
CANCELED; only one that was used by an order which then ended goes back to ISSUED.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .account import LoyaltyAccount
from .program import LoyaltyProgram
from .transaction import ActorKind, LoyaltyTransaction


class RewardType(models.TextChoices):
    VOUCHER = "VOUCHER"
    GIFT_PRODUCT = "GIFT_PRODUCT"
    FREE_SHIPPING = "FREE_SHIPPING"
    GIFT_CARD = "GIFT_CARD"
    EVENT_ACCESS = "EVENT_ACCESS"


class RewardIssueStatus(models.TextChoices):
    ISSUED = "ISSUED"
    """It can be used."""
    USED = "USED"
    REVERSED = "REVERSED"
    """Given back unused; so are its points."""
    EXPIRED = "EXPIRED"
    """Not used in time."""
    CANCELED = "CANCELED"
    """Its account was closed, or its customer erased."""


NO_LONGER_COUNTED = (RewardIssueStatus.REVERSED, RewardIssueStatus.CANCELED)
"""Of issues that count neither against the stock nor against what one customer can have."""


class RewardStock(models.Model):
    """How many of a reward stand, counted over all versions of the rules. The row is locked last, by the statement
    that counts."""

    program = models.ForeignKey(LoyaltyProgram, on_delete=models.CASCADE, related_name="+", db_index=False)
    reward_key = models.CharField(max_length=64)
    issued = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["program", "reward_key"], name="loyalty_reward_stock_one_per_reward")
        ]


class RewardIssue(models.Model):
    """One reward that a customer had."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(LoyaltyAccount, on_delete=models.PROTECT, related_name="rewards", db_index=False)
    program_version = models.ForeignKey("ProgramVersion", on_delete=models.PROTECT, related_name="+", db_index=False)
    reward_key = models.CharField(max_length=64)
    type = models.CharField(max_length=16, choices=RewardType.choices)
    channel_slug = models.CharField(max_length=255)
    """Where it was had."""
    points = models.PositiveIntegerField()
    transaction = models.OneToOneField(LoyaltyTransaction, on_delete=models.PROTECT, related_name="+")
    """What took its points."""
    return_transaction = models.OneToOneField(
        LoyaltyTransaction, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    """What gave them back."""

    status = models.CharField(max_length=16, choices=RewardIssueStatus.choices, default=RewardIssueStatus.ISSUED)
    reference = models.CharField(max_length=64, blank=True, default="")
    """The host's id of the real thing; empty for access to an event, which is nothing of the host's."""
    code = models.CharField(max_length=64, blank=True, default="")
    """What its customer shows or enters; empty once the customer is erased."""
    order_id = models.CharField(max_length=64, blank=True, default="")
    """The order that used it, where one did."""
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField()
    """When the host was last asked whether it was used, of what no order tells."""

    actor_kind = models.CharField(max_length=16, choices=ActorKind.choices)
    actor_id = models.BigIntegerField(null=True, blank=True)
    """Who had it issued."""
    ended_by_kind = models.CharField(max_length=16, choices=ActorKind.choices, blank=True, default="")
    ended_by_id = models.BigIntegerField(null=True, blank=True)
    idempotency_key = models.CharField(max_length=250)
    request_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["account", "idempotency_key"], name="loyalty_reward_issue_once_per_key"),
            models.UniqueConstraint(
                fields=["code"], condition=~Q(code=""), name="loyalty_reward_issue_code_is_of_one"
            ),
            models.CheckConstraint(condition=Q(points__gt=0), name="loyalty_reward_issue_costs_points"),
            models.CheckConstraint(
                condition=Q(status="ISSUED", ended_at__isnull=True)
                | (~Q(status="ISSUED") & Q(ended_at__isnull=False)),
                name="loyalty_reward_issue_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(return_transaction__isnull=True) | Q(status__in=("REVERSED", "EXPIRED")),
                name="loyalty_reward_issue_points_or_use",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "id"], name="loyalty_reward_account_idx"),
            models.Index(fields=["reward_key", "id"], name="loyalty_reward_key_idx"),
            models.Index(
                fields=["expires_at"],
                condition=Q(status="ISSUED", expires_at__isnull=False),
                name="loyalty_reward_due_idx",
            ),
            models.Index(
                fields=["checked_at"], condition=Q(status="ISSUED", type="GIFT_CARD"), name="loyalty_reward_cards_idx"
            ),
        ]
