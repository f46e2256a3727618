"""The customer card: labels, notes and fields of an account. Staff only; customers never see any of it.

Names of labels are unique in their program whatever their case; an account has a label once, and one value for each
field (unique constraints). Values are stored as the canonical text of their field's type. Only ``cards/`` writes here.
Notes and values may name people: unlike the ledger, all of it can be changed and deleted. What was done to labels and
fields is kept as ``CardChange`` until the card is erased.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.db.models import Count, Q, Subquery, Value
from django.db.models.functions import Lower, Substr
from django.db.models.lookups import Exact

from .account import LoyaltyAccount
from .program import LoyaltyProgram

LABEL_NAME_MAX = 250
CARD_KEY_MAX = 100
NOTE_TYPE_MAX = 50
NOTE_TEXT_MAX = 10_000
FIELD_NAME_MAX = 250


class Label(models.Model):
    """A group of a program's accounts, named by staff, or by the program itself (``is_automatic``)."""

    id = models.BigAutoField(primary_key=True)
    program = models.ForeignKey(LoyaltyProgram, on_delete=models.CASCADE, related_name="labels", db_index=False)
    name = models.CharField(max_length=LABEL_NAME_MAX)
    key = models.CharField(max_length=CARD_KEY_MAX)
    """Stays when the name changes."""
    is_automatic = models.BooleanField(default=False)
    """Made by the program: nobody renames, merges or deletes it by hand."""
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint("program", Lower("name"), name="loyalty_label_one_per_name"),
            models.UniqueConstraint(fields=["program", "key"], name="loyalty_label_one_per_key"),
        ]

    @staticmethod
    def all_exist(label_ids: Collection[int]) -> Q:
        """Return the condition that all of these labels exist. It does not depend on the row: it is asked once.

        A filter that excludes labels needs it. Of a label that was deleted nobody can say any more whose it was: the
        filter then matches nobody, instead of those whom it was to keep out.
        """
        wanted = set(label_ids)
        labels = Label.objects.filter(pk__in=wanted).order_by()
        found = labels.annotate(together=Value(1)).values("together").annotate(number=Count("pk")).values("number")
        return Q(Exact(Subquery(found), Value(len(wanted))))


class AccountLabel(models.Model):
    """That an account has a label."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(
        LoyaltyAccount,
        on_delete=models.CASCADE,
        related_name="label_assignments",
        db_index=False,  # the unique constraint on (account, label) serves it
    )
    label = models.ForeignKey(
        Label,
        on_delete=models.CASCADE,
        related_name="assignments",
        db_index=False,  # the index on (label, account) serves it
    )
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["account", "label"], name="loyalty_account_label_once"),
        ]
        indexes = [
            models.Index(fields=["label", "account"], name="loyalty_account_label_idx"),
        ]


class Note(models.Model):
    """What staff wrote down about a customer."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(LoyaltyAccount, on_delete=models.CASCADE, related_name="notes", db_index=False)
    type = models.CharField(max_length=NOTE_TYPE_MAX, blank=True, default="")
    text = models.TextField()
    author_kind = models.CharField(max_length=16)
    author_id = models.BigIntegerField(null=True, blank=True)
    idempotency_key = models.CharField(max_length=250, blank=True, default="")
    request_hash = models.CharField(max_length=64, blank=True, default="")
    """Of the request that added it, where that had a key."""
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["account", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="loyalty_note_once_per_key",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="loyalty_note_has_text"),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="loyalty_note_account_idx"),
        ]


class CustomFieldType(models.TextChoices):
    TEXT = "TEXT"
    NUMBER = "NUMBER"
    DATE = "DATE"
    BOOLEAN = "BOOLEAN"
    CHOICE = "CHOICE"
    EMAIL = "EMAIL"
    PHONE = "PHONE"


class CustomField(models.Model):
    """A field of the cards of a program: one of the ready-made ones, or one that suits the business."""

    id = models.BigAutoField(primary_key=True)
    program = models.ForeignKey(LoyaltyProgram, on_delete=models.CASCADE, related_name="custom_fields", db_index=False)
    key = models.CharField(max_length=CARD_KEY_MAX)
    """Stays when the name changes."""
    name = models.CharField(max_length=FIELD_NAME_MAX)
    type = models.CharField(max_length=16, choices=CustomFieldType.choices)
    options = models.JSONField(default=list, blank=True)
    """The allowed texts of a CHOICE, in the order to show them; empty for all other types."""
    is_ready_made = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    """Since when it takes no new values; those it has stay."""
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["program", "key"], name="loyalty_custom_field_one_per_key"),
            models.UniqueConstraint("program", Lower("name"), name="loyalty_custom_field_one_per_name"),
        ]


class CustomFieldValue(models.Model):
    """What an account's card says in a field. No row: nothing."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(
        LoyaltyAccount,
        on_delete=models.CASCADE,
        related_name="field_values",
        db_index=False,  # the unique constraint on (account, field) serves it
    )
    field = models.ForeignKey(CustomField, on_delete=models.CASCADE, related_name="values")
    value = models.TextField()
    """NUMBER: plain decimal digits; DATE: ISO 8601; BOOLEAN: true or false; else the text itself."""
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["account", "field"], name="loyalty_custom_field_value_once"),
            models.CheckConstraint(condition=~Q(value=""), name="loyalty_custom_field_value_says_something"),
        ]
        indexes = [
            # Month and day of dates: whose birthday it is.
            models.Index("field", Substr("value", 6, 5), name="loyalty_field_value_day_idx"),
        ]


class CardChangeKind(models.TextChoices):
    LABEL_ASSIGNED = "LABEL_ASSIGNED"
    LABEL_UNASSIGNED = "LABEL_UNASSIGNED"
    FIELD_CHANGED = "FIELD_CHANGED"


class CardChange(models.Model):
    """That a label was put on a card or taken off, or that a field says something else; not what it says."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(LoyaltyAccount, on_delete=models.CASCADE, related_name="card_changes", db_index=False)
    kind = models.CharField(max_length=16, choices=CardChangeKind.choices)
    name = models.CharField(max_length=max(LABEL_NAME_MAX, FIELD_NAME_MAX))
    """What the label or the field was called then."""
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        indexes = [
            models.Index(fields=["account", "-created_at", "-id"], name="loyalty_card_change_idx"),
        ]
