"""One customer in one program, with the projections of the ledger.

The point columns are projections as of the last write. Only ``ledger/`` changes them, under the account's row lock:
    balance   = sum of the transactions' points = sum of the lots' remaining points - debt
    available = balance + debt - pending - reserved, never negative (check constraint)
    given = redeemed + expired + reversed + deducted + balance (lifetime sums, check constraint)
``next_due_at`` is at or before the earliest moment at which one of them changes by time alone (a lot matures or
expires, a reservation's deadline passes); before it the columns are exact as they stand.

Where a debt stands nothing is available: points that become free pay it first (check constraint). When the user of an
account is deleted and no e-mail takes its place, the account is CLOSED (database trigger): nobody owns it any more.
"""

from __future__ import annotations

import datetime

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Lower, Upper

from .program import LoyaltyProgram

BEGINNING_OF_TIME = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
"""Where an account without any transaction stands among the others by its last one."""


class AccountStatus(models.TextChoices):
    ACTIVE = "ACTIVE"
    FROZEN = "FROZEN"
    CLOSED = "CLOSED"
    ANONYMIZED = "ANONYMIZED"


ENDED_ACCOUNT_STATUSES = (AccountStatus.CLOSED, AccountStatus.ANONYMIZED)
"""Of accounts that are over: nothing new is posted to them, and nothing new comes on their cards."""


class LoyaltyAccount(models.Model):
    program = models.ForeignKey(
        LoyaltyProgram,
        on_delete=models.PROTECT,
        related_name="accounts",
        db_index=False,  # the unique constraint on (program, user) serves it
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        db_constraint=False,  # an uninstalled package must never block the deletion of a user
        related_name="loyalty_accounts",
    )
    email = models.EmailField(blank=True, null=True)
    """Only while ``user`` is NULL: the guest's e-mail, in lower case."""
    status = models.CharField(max_length=16, choices=AccountStatus.choices, default=AccountStatus.ACTIVE)

    balance = models.IntegerField(default=0)
    pending = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    debt = models.IntegerField(default=0)
    given = models.BigIntegerField(default=0)
    redeemed = models.BigIntegerField(default=0)
    expired = models.BigIntegerField(default=0)
    reversed = models.BigIntegerField(default=0)
    deducted = models.BigIntegerField(default=0)

    sequence = models.PositiveBigIntegerField(default=0)
    """The sequence number of the account's last transaction."""
    last_hash = models.CharField(max_length=64, blank=True, default="")
    revision = models.PositiveIntegerField(default=0)
    """Raised by one with each write to the account."""
    next_due_at = models.DateTimeField(null=True, blank=True)
    active_until = models.DateTimeField(null=True, blank=True)
    """Until when lots that last while the customer is active last, by the last activity under such a policy."""
    last_transaction_at = models.DateTimeField(null=True, blank=True)
    enrolled_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    tier_key = models.CharField(max_length=64, blank=True, default="", db_default="")
    """The key of the account's tier as of the last look at it; empty for none. Only ``tiers/`` writes it."""
    claimed_by = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        db_constraint=False,
        db_index=False,  # a partial index serves it
        related_name="claimed_guests",
    )
    """Of a guest's account: the member's that last claimed what was on it. They are the same person's."""
    erased_at = models.DateTimeField(null=True, blank=True)
    """Since when nothing on the card and no text names the customer any more."""
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["program", "user"], name="loyalty_account_one_per_user"),
            models.UniqueConstraint("program", Lower("email"), name="loyalty_account_one_per_email"),
            models.CheckConstraint(
                condition=Q(user__isnull=True) | Q(email__isnull=True), name="loyalty_account_email_only_without_user"
            ),
            # A backstop: the ledger refuses what would exceed LOYALTY_MAX_POINTS, which is at most this.
            models.CheckConstraint(
                condition=Q(balance__gte=-2_000_000_000, balance__lte=2_000_000_000),
                name="loyalty_account_balance_within_cap",
            ),
            models.CheckConstraint(condition=Q(pending__gte=0), name="loyalty_account_pending_non_negative"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="loyalty_account_reserved_non_negative"),
            models.CheckConstraint(condition=Q(debt__gte=0), name="loyalty_account_debt_non_negative"),
            models.CheckConstraint(
                condition=Q(balance__gte=F("pending") + F("reserved") - F("debt")),
                name="loyalty_account_available_non_negative",
            ),
            models.CheckConstraint(
                condition=Q(debt=0) | Q(balance=F("pending") + F("reserved") - F("debt")),
                name="loyalty_account_debt_is_paid_first",
            ),
            models.CheckConstraint(
                condition=Q(given=F("redeemed") + F("expired") + F("reversed") + F("deducted") + F("balance")),
                name="loyalty_account_sums_add_up",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "-balance", "-id"], name="loyalty_account_balance_idx"),
            models.Index(fields=["program", "-given", "-id"], name="loyalty_account_given_idx"),
            models.Index(
                F("program"),
                Coalesce("last_transaction_at", Value(BEGINNING_OF_TIME)),
                F("id"),
                name="loyalty_account_activity_idx",
            ),
            models.Index(fields=["program", "created_at", "id"], name="loyalty_account_created_idx"),
            models.Index(
                fields=["program", "status", "id"],
                condition=Q(status__in=("FROZEN", "CLOSED", "ANONYMIZED")),
                name="loyalty_account_stopped_idx",
            ),
            models.Index(
                fields=["program", "id"],
                condition=Q(user__isnull=True, email__isnull=True),
                name="loyalty_account_nobody_idx",
            ),
            models.Index(
                fields=["program", "tier_key", "id"], condition=~Q(tier_key=""), name="loyalty_account_tier_idx"
            ),
            # What is not simply available, to be summed without reading the others.
            models.Index(
                fields=["program"],
                include=["pending", "reserved", "debt"],
                condition=Q(pending__gt=0) | Q(reserved__gt=0) | Q(debt__gt=0),
                name="loyalty_account_parts_idx",
            ),
            models.Index(
                fields=["next_due_at"], condition=Q(next_due_at__isnull=False), name="loyalty_account_due_idx"
            ),
            # Accounts in which something may wait for a guest or a customer to join.
            models.Index(
                fields=["id"],
                condition=Q(user__isnull=True, email__isnull=False, status="ACTIVE", balance__gt=0)
                | Q(user__isnull=False, pending__gt=0),
                name="loyalty_account_waiting_idx",
            ),
            models.Index(
                fields=["claimed_by"], condition=Q(claimed_by__isnull=False), name="loyalty_account_claimed_idx"
            ),
            # Accounts that nobody owns any more and whose cards are still to be erased: normally none.
            models.Index(
                fields=["id"],
                condition=Q(user__isnull=True, email__isnull=True, erased_at__isnull=True),
                name="loyalty_account_to_erase_idx",
            ),
            # What contains a text, whatever its case: Django compares in upper case.
            GinIndex(
                OpClass(Upper("email"), name="gin_trgm_ops"),
                condition=Q(email__isnull=False),
                name="loyalty_account_email_trgm_idx",
            ),
        ]

    @property
    def available(self) -> int:
        """Points that can be spent, as of the last write."""
        return self.balance + self.debt - self.pending - self.reserved


class AccountCount(models.Model):
    """How many accounts were opened, and how many came to a status or left it: the sum of a program's rows is the
    number of its accounts in that status. Triggers on the accounts write it in the same transaction, so that it is
    exact; adding rows instead of changing one lets accounts be opened side by side. They are added up from time to
    time, which changes no sum."""

    id = models.BigAutoField(primary_key=True)
    program = models.ForeignKey(
        LoyaltyProgram, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    status = models.CharField(max_length=16, choices=AccountStatus.choices)
    accounts = models.BigIntegerField()

    class Meta:
        ordering = ("pk",)
