"""Plans and packages that the shop sells as ordinary variants, and the memberships that were sold.

What was sold is frozen on the membership: a later change of the plan changes nothing of it. Dates are days in the
membership's own time zone; ``starts_on`` is the first day, ``ends_on`` the first day on which it is over, and both are
empty while nobody can know them (it waits for its order, it queues behind an open freeze, it never ends, it is frozen
until further notice). Together with the freeze in force and the cancellation they give the status at any moment:
``memberships/status.py`` says how. Only ``memberships/`` writes here, and ``notices/`` what customers were told.

An order line sells each of its units once: a unique constraint. A variant sells one plan of a program at most.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from .account import LoyaltyAccount
from .card import CARD_KEY_MAX, Label
from .program import LoyaltyProgram

PLAN_NAME_MAX = 200


class PlanKind(models.TextChoices):
    SUBSCRIPTION = "SUBSCRIPTION"
    """For a period."""
    PACKAGE = "PACKAGE"
    """A fixed package: for a period, or without an end."""


class PlanStart(models.TextChoices):
    ORDER_PAID = "ORDER_PAID"
    ORDER_FULFILLED = "ORDER_FULFILLED"


class PlanStacking(models.TextChoices):
    """What a second purchase does while the first one still runs."""

    QUEUE = "QUEUE"
    """It begins when the first one is over."""
    OVERLAP = "OVERLAP"
    """It begins at once."""


class MembershipPlan(models.Model):
    program = models.ForeignKey(
        LoyaltyProgram, on_delete=models.CASCADE, related_name="membership_plans", db_index=False
    )
    key = models.CharField(max_length=CARD_KEY_MAX)
    """Stays when the name changes: the rules name plans by it."""
    name = models.CharField(max_length=PLAN_NAME_MAX)
    kind = models.CharField(max_length=16, choices=PlanKind.choices, default=PlanKind.SUBSCRIPTION)
    duration_months = models.PositiveSmallIntegerField(null=True, blank=True)
    duration_days = models.PositiveSmallIntegerField(null=True, blank=True)
    starts_when = models.CharField(max_length=16, choices=PlanStart.choices, default=PlanStart.ORDER_PAID)
    stacking = models.CharField(max_length=16, choices=PlanStacking.choices, default=PlanStacking.QUEUE)
    label = models.ForeignKey(Label, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    """The automatic label that its members have."""
    start_points = models.PositiveIntegerField(default=0)
    """Points given when a membership begins."""
    is_active = models.BooleanField(default=True)
    """Whether its variants sell it now."""
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["program", "key"], name="loyalty_plan_one_per_key"),
            models.CheckConstraint(
                condition=Q(duration_months__isnull=True) | Q(duration_days__isnull=True),
                name="loyalty_plan_has_one_duration",
            ),
            models.CheckConstraint(
                condition=~Q(kind=PlanKind.SUBSCRIPTION)
                | Q(duration_months__isnull=False)
                | Q(duration_days__isnull=False),
                name="loyalty_plan_subscription_has_a_duration",
            ),
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True) | Q(is_active=False), name="loyalty_plan_archived_is_inactive"
            ),
        ]


class PlanVariant(models.Model):
    """A variant of the host that sells a plan: by its id, by its SKU, or by both."""

    plan = models.ForeignKey(MembershipPlan, on_delete=models.CASCADE, related_name="variants")
    program = models.ForeignKey(LoyaltyProgram, on_delete=models.CASCADE, related_name="+", db_index=False)
    variant_id = models.CharField(max_length=64, blank=True, default="")
    sku = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["program", "variant_id"], condition=~Q(variant_id=""), name="loyalty_plan_variant_sells_one"
            ),
            models.UniqueConstraint(
                fields=["program", "sku"], condition=~Q(sku=""), name="loyalty_plan_sku_sells_one"
            ),
            models.CheckConstraint(condition=~Q(variant_id="") | ~Q(sku=""), name="loyalty_plan_variant_is_named"),
        ]


class MembershipPayment(models.TextChoices):
    UNPAID = "UNPAID"
    PAID = "PAID"
    REFUNDED = "REFUNDED"
    OFFLINE = "OFFLINE"
    """Sold and paid outside of the shop."""


class Membership(models.Model):
    account = models.ForeignKey(LoyaltyAccount, on_delete=models.PROTECT, related_name="memberships", db_index=False)
    plan = models.ForeignKey(MembershipPlan, on_delete=models.PROTECT, related_name="memberships", db_index=False)

    order_id = models.CharField(max_length=64, blank=True, default="")
    """Empty where it was sold by hand."""
    order_line_id = models.CharField(max_length=64, blank=True, default="")
    unit = models.PositiveIntegerField(default=0)
    """Which of the line's pieces it is, from 0."""
    idempotency_key = models.CharField(max_length=250, blank=True, default="")
    request_hash = models.CharField(max_length=64, blank=True, default="")
    """Of the request that made it by hand, where that had a key."""

    # What was sold, frozen.
    plan_name = models.CharField(max_length=PLAN_NAME_MAX)
    duration_months = models.PositiveSmallIntegerField(null=True, blank=True)
    duration_days = models.PositiveSmallIntegerField(null=True, blank=True)
    starts_when = models.CharField(max_length=16, choices=PlanStart.choices)
    stacking = models.CharField(max_length=16, choices=PlanStacking.choices)
    start_points = models.PositiveIntegerField(default=0)
    label = models.ForeignKey(Label, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    channel_slug = models.CharField(max_length=255, blank=True, default="")
    time_zone = models.CharField(max_length=64, default="UTC")
    price_amount = models.DecimalField(max_digits=20, decimal_places=3, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")

    payment_status = models.CharField(max_length=16, choices=MembershipPayment.choices)
    is_marked_as_paid = models.BooleanField(default=False)
    """Staff said so: the order need not."""
    released_on = models.DateField(null=True, blank=True)
    """The day from which it may begin; empty while it waits for its order."""
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    extension_days = models.PositiveIntegerField(default=0)
    frozen_from = models.DateField(null=True, blank=True)
    """Of the latest freeze: its first day."""
    frozen_until = models.DateField(null=True, blank=True)
    """Of the latest freeze: the day on which it runs again; empty: until further notice."""
    canceled_at = models.DateTimeField(null=True, blank=True)
    is_canceled_by_order = models.BooleanField(default=False)
    """Its order took it back; it stands again if the order does."""

    # How far time has been followed: labels, points and history.
    followed_status = models.CharField(max_length=16, blank=True, default="")
    next_change_on = models.DateField(null=True, blank=True)
    """The next day on which its status changes by time alone."""
    points_given = models.PositiveIntegerField(default=0)
    """Of the points at its start, what stands in the ledger."""
    points_round = models.PositiveSmallIntegerField(default=0)
    """How often they were given; part of the idempotency keys."""
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["order_id", "order_line_id", "unit"],
                condition=~Q(order_id=""),
                name="loyalty_membership_once_per_unit",
            ),
            models.UniqueConstraint(
                fields=["account", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="loyalty_membership_once_per_key",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=False, ends_on__gte=F("starts_on")),
                name="loyalty_membership_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(frozen_until__isnull=True)
                | Q(frozen_from__isnull=False, frozen_until__gte=F("frozen_from")),
                name="loyalty_membership_freeze_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(is_canceled_by_order=False) | Q(canceled_at__isnull=False),
                name="loyalty_membership_canceled_by_order_is_canceled",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "id"], name="loyalty_membership_account_idx"),
            models.Index(fields=["plan", "ends_on", "id"], name="loyalty_membership_plan_idx"),
            models.Index(
                fields=["ends_on", "id"],
                condition=Q(canceled_at__isnull=True),
                name="loyalty_membership_ends_idx",
            ),
            models.Index(
                fields=["next_change_on"],
                condition=Q(next_change_on__isnull=False),
                name="loyalty_membership_change_idx",
            ),
        ]


class MembershipFreeze(models.Model):
    """Days that do not count. Of one membership no two overlap; only the latest can be without an end."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="freezes", db_index=False)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    """The day on which it runs again."""
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["membership"], condition=Q(until_on__isnull=True), name="loyalty_freeze_one_without_end"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="loyalty_freeze_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["membership", "id"], name="loyalty_freeze_membership_idx")]


class MembershipChange(models.Model):
    """What happened to a membership, who did it and why."""

    class Type(models.TextChoices):
        SOLD = "SOLD"
        CREATED = "CREATED"
        """By hand."""
        RELEASED = "RELEASED"
        """Its order is paid, or delivered: it may begin."""
        SUSPENDED = "SUSPENDED"
        """Its order is no longer paid, or delivered: it waits again."""
        STARTED = "STARTED"
        ENDED = "ENDED"
        PAID = "PAID"
        EXTENDED = "EXTENDED"
        FROZEN = "FROZEN"
        UNFROZEN = "UNFROZEN"
        CANCELED = "CANCELED"
        REINSTATED = "REINSTATED"
        """Its order stands again."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="changes", db_index=False)
    type = models.CharField(max_length=16, choices=Type.choices)
    on = models.DateField(null=True, blank=True)
    """The day that it is about: of the start, of the end, until when it is frozen or extended."""
    reason = models.TextField(blank=True, default="")
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        indexes = [models.Index(fields=["membership", "id"], name="loyalty_membership_history_idx")]


class MembershipNotice(models.Model):
    """That a customer was told of the day on which a membership ends, so many days before."""

    id = models.BigAutoField(primary_key=True)
    membership = models.ForeignKey(
        Membership,
        on_delete=models.CASCADE,
        related_name="notices",
        db_index=False,  # the unique constraint serves it
    )
    ends_on = models.DateField()
    """The end that was told: another one is told anew."""
    days = models.PositiveSmallIntegerField()
    """Which of the rules' notices it is: so many days before, or fewer where nobody told it before."""
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    """How often sending it failed."""

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["membership", "ends_on", "days"], name="loyalty_membership_notice_once"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(sent_at__isnull=True), name="loyalty_membership_unsent"),
        ]
