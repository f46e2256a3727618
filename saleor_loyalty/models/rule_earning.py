"""What one rule gave one customer for one event or one order: what caps are counted from.

Written under the account's lock, in the atomic block of the award (or of the judgement of the order), so that two
sessions at once cannot pass a cap. A rule gives for an event once, for an order once, and for what events are about
(their reference) once in its program: unique constraints. Points that are taken back later stay counted: whoever
writes and deletes reviews does not get round a cap. Only ``activities/`` and ``orders/`` write here.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .account import LoyaltyAccount
from .program import LoyaltyProgram
from .reported_event import ReportedEvent
from .transaction import LoyaltyTransaction


class RuleEarning(models.Model):
    id = models.BigAutoField(primary_key=True)
    program = models.ForeignKey(LoyaltyProgram, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(
        LoyaltyAccount,
        on_delete=models.CASCADE,
        related_name="rule_earnings",
        db_index=False,  # the index on (account, rule_key, occurred_at) serves it
    )
    rule_key = models.CharField(max_length=64)
    points = models.IntegerField()
    occurred_at = models.DateTimeField()
    """When the event happened or the order was made: the moment whose day, week, month and year count."""
    event = models.ForeignKey(
        ReportedEvent,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="earnings",
        db_index=False,  # the unique constraint on (event, rule_key) serves it
    )
    order_id = models.CharField(max_length=64, blank=True, default="")
    transaction = models.ForeignKey(
        LoyaltyTransaction, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """Of an event: the award. An order is awarded in parts, when it is paid or delivered."""
    reference_digest = models.CharField(max_length=64, blank=True, default="")
    """Of what the event is about, where the rule gives for that only once; emptied when the customer is erased."""
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["event", "rule_key"],
                condition=Q(event__isnull=False),
                name="loyalty_rule_earning_once_per_event",
            ),
            models.UniqueConstraint(
                fields=["order_id", "rule_key", "program"],
                condition=~Q(order_id=""),
                name="loyalty_rule_earning_once_per_order",
            ),
            models.UniqueConstraint(
                fields=["program", "rule_key", "reference_digest"],
                condition=~Q(reference_digest=""),
                name="loyalty_rule_earning_once_per_reference",
            ),
            models.CheckConstraint(condition=Q(points__gt=0), name="loyalty_rule_earning_points_positive"),
            models.CheckConstraint(
                condition=Q(event__isnull=False, order_id="") | (Q(event__isnull=True) & ~Q(order_id="")),
                name="loyalty_rule_earning_of_event_or_order",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "rule_key", "occurred_at"], name="loyalty_rule_earning_idx"),
        ]
