"""The append-only points ledger: transactions and the texts that belong to them.

A transaction is never updated or deleted: PostgreSQL triggers refuse it, also to raw SQL (see migrations). A
correction is a new row that names the one it corrects. Texts that may name a person live in the erasable side row;
the chained row holds only a salted digest of them, so that erasing a text leaves the chain whole.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex, GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from .account import LoyaltyAccount
from .program import LoyaltyProgram


class TransactionType(models.TextChoices):
    EARN = "EARN"
    GIVE = "GIVE"
    DEDUCT = "DEDUCT"
    SET = "SET"
    REDEEM = "REDEEM"
    RETURN = "RETURN"
    REVERSE = "REVERSE"
    EXPIRE = "EXPIRE"
    IMPORT = "IMPORT"
    MERGE_IN = "MERGE_IN"
    MERGE_OUT = "MERGE_OUT"


class Source(models.TextChoices):
    ORDER = "ORDER"
    PRODUCT = "PRODUCT"
    CATEGORY = "CATEGORY"
    ACCOUNT = "ACCOUNT"
    REVIEW = "REVIEW"
    COMMENT = "COMMENT"
    FEEDBACK = "FEEDBACK"
    SOCIAL = "SOCIAL"
    REFERRAL = "REFERRAL"
    BIRTHDAY = "BIRTHDAY"
    PROMOTION = "PROMOTION"
    MANUAL = "MANUAL"
    OFFLINE = "OFFLINE"
    VIP = "VIP"
    THANK_YOU = "THANK_YOU"
    SIGN_UP = "SIGN_UP"
    IMPORT = "IMPORT"
    TIER = "TIER"
    PLAN = "PLAN"
    REWARD = "REWARD"
    CUSTOM = "CUSTOM"


class ActorKind(models.TextChoices):
    SYSTEM = "SYSTEM"
    CUSTOMER = "CUSTOMER"
    STAFF = "STAFF"
    APP = "APP"


class LoyaltyTransaction(models.Model):
    id = models.BigAutoField(primary_key=True)
    # The unique constraints below begin with these two, and a version is never deleted: no further indexes.
    program = models.ForeignKey(LoyaltyProgram, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(LoyaltyAccount, on_delete=models.PROTECT, related_name="transactions", db_index=False)
    sequence = models.PositiveBigIntegerField()
    type = models.CharField(max_length=16, choices=TransactionType.choices)
    source = models.CharField(max_length=16, choices=Source.choices)
    points = models.IntegerField()
    """Signed: credits are positive."""
    balance_after = models.IntegerField()
    occurred_at = models.DateTimeField()
    created_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16, choices=ActorKind.choices, default=ActorKind.SYSTEM)
    actor_id = models.BigIntegerField(null=True, blank=True)
    order_id = models.CharField(max_length=64, blank=True, default="")
    checkout_id = models.CharField(max_length=64, blank=True, default="")
    channel_slug = models.CharField(max_length=255, blank=True, default="")
    program_version = models.ForeignKey(
        "ProgramVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reverses = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by", db_index=False
    )
    """The transaction that this one corrects: a REVERSE its EARN, a RETURN its REDEEM."""
    receipt = models.JSONField(null=True, blank=True)
    """The stored explanation; holds no personal data."""
    is_shortfall = models.BooleanField(default=False)
    """A redemption that had to record a debt because its reservation was gone when the order was made."""
    external_reference = models.CharField(max_length=250, blank=True, default="")
    batch_id = models.BigIntegerField(null=True, blank=True)
    """The batch that it was posted by. Not a foreign key: a large table gets a column, and no lock for a check."""
    idempotency_key = models.CharField(max_length=250)
    request_hash = models.CharField(max_length=64)
    text_digest = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["account", "sequence"], name="loyalty_transaction_sequence_unique"),
            models.UniqueConstraint(fields=["program", "idempotency_key"], name="loyalty_transaction_once_per_key"),
            models.CheckConstraint(
                condition=~Q(points=0) | Q(type=TransactionType.SET), name="loyalty_transaction_moves_points"
            ),
            models.CheckConstraint(
                condition=(
                    Q(type__in=["EARN", "GIVE", "RETURN", "IMPORT", "MERGE_IN"], points__gt=0)
                    | Q(type__in=["DEDUCT", "REDEEM", "EXPIRE", "MERGE_OUT"], points__lt=0)
                    | Q(type__in=["SET", "REVERSE"])
                ),
                name="loyalty_transaction_sign_fits_type",
            ),
        ]
        indexes = [
            models.Index(fields=["order_id"], condition=~Q(order_id=""), name="loyalty_transaction_order_idx"),
            models.Index(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="loyalty_transaction_revers_idx"
            ),
            models.Index(
                fields=["batch_id"], condition=Q(batch_id__isnull=False), name="loyalty_transaction_batch_idx"
            ),
            BrinIndex(fields=["created_at"], name="loyalty_transaction_brin"),
            BrinIndex(fields=["occurred_at"], name="loyalty_transaction_occur_brin"),
            # What some accounts were given on some days, without reading the rows themselves.
            models.Index(
                fields=["account", "occurred_at"],
                include=["points", "type", "channel_slug", "program", "id"],
                name="loyalty_transaction_moment_idx",
            ),
            # The log's filters, each with its newest first: rare types and sources, and what somebody did.
            models.Index(fields=["type", "id"], name="loyalty_transaction_type_idx"),
            models.Index(fields=["source", "id"], name="loyalty_transaction_source_idx"),
            models.Index(
                fields=["actor_id", "actor_kind", "id"],
                condition=Q(actor_id__isnull=False),
                name="loyalty_transaction_actor_idx",
            ),
            models.Index(
                fields=["external_reference"],
                condition=~Q(external_reference=""),
                name="loyalty_transaction_extern_idx",
            ),
        ]


class TransactionText(models.Model):
    """The erasable side row of a transaction; every transaction has one.

    Anonymizing empties the texts and the salt; a database trigger refuses any other change. ``salt`` is empty in
    an erased row and nowhere else.
    """

    transaction = models.OneToOneField(
        LoyaltyTransaction, primary_key=True, on_delete=models.PROTECT, related_name="text"
    )
    reason = models.TextField(blank=True)
    """Shown to the customer."""
    internal_note = models.TextField(blank=True)
    """For staff only."""
    salt = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            # What contains a text, whatever its case: Django compares in upper case.
            GinIndex(
                OpClass(Upper("reason"), name="gin_trgm_ops"), condition=~Q(reason=""), name="loyalty_reason_trgm_idx"
            ),
        ]
