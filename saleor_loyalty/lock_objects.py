"""The only place that takes row locks. Lock order, everywhere: the host's checkout or order row, then the order
record, then accounts by primary key, then the reservation, then lots; of customer cards, labels and notes come last.

The locks leave foreign key checks of other sessions alone (``no_key``): writing a row that refers to a locked account
does not wait for it. State is read after the lock: a verb works on what these querysets return, never on an instance
that was loaded before.
"""

from __future__ import annotations

from django.db.models import F, QuerySet

from .models import (
    Audience,
    Batch,
    CustomField,
    EventDelivery,
    EventEndpoint,
    ExpiryNotice,
    Label,
    Lot,
    LoyaltyAccount,
    LoyaltyProgram,
    Membership,
    MembershipNotice,
    MembershipPlan,
    Note,
    OrderRecord,
    ReconciliationState,
    Referral,
    Reservation,
    RetentionProgress,
    RewardIssue,
    StatisticsProgress,
)


def loyalty_program_qs_select_for_update() -> QuerySet[LoyaltyProgram]:
    """Taken by the verbs of ``programs/``, and by those of ``cards/`` that add to a program; before anything else."""
    return LoyaltyProgram.objects.order_by("pk").select_for_update(of=("self",), no_key=True)


def batch_qs_select_for_update(*, skip_locked: bool = False) -> QuerySet[Batch]:
    """Taken before the accounts that a chunk of the batch is about."""
    return Batch.objects.order_by("pk").select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)


def expiry_notice_qs_select_for_update(*, skip_locked: bool = False) -> QuerySet[ExpiryNotice]:
    """Taken alone, while its notice is sent."""
    return ExpiryNotice.objects.order_by("pk").select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)


def membership_notice_qs_select_for_update(*, skip_locked: bool = False) -> QuerySet[MembershipNotice]:
    """Taken alone, while it is sent."""
    notices = MembershipNotice.objects.order_by("pk")
    return notices.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)


def order_record_qs_select_for_update() -> QuerySet[OrderRecord]:
    return OrderRecord.objects.order_by("pk").select_for_update(of=("self",), no_key=True)


def loyalty_account_qs_select_for_update(*, skip_locked: bool = False) -> QuerySet[LoyaltyAccount]:
    """Accounts in the order of their primary keys, so that two sessions that lock the same ones cannot deadlock."""
    return LoyaltyAccount.objects.order_by("pk").select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)


def reservation_qs_select_for_update() -> QuerySet[Reservation]:
    """Lock the reservation's account first."""
    return Reservation.objects.order_by("pk").select_for_update(of=("self",), no_key=True)


def reservation_with_account_qs_select_for_update() -> QuerySet[Reservation]:
    """The latest first. In one statement, and still in order: PostgreSQL locks in the order that is named here, the
    account before its reservation, and returns both as they are once they are locked."""
    reservations = Reservation.objects.select_related("account").order_by("-pk")
    return reservations.select_for_update(of=("account", "self"), no_key=True)


def lot_qs_select_for_update() -> QuerySet[Lot]:
    """Soonest expiry first. Lock the lots' account first."""
    return Lot.objects.order_by(F("expires_at").asc(nulls_last=True), "pk").select_for_update(
        of=("self",), no_key=True
    )


def label_qs_select_for_update() -> QuerySet[Label]:
    """Labels in the order of their primary keys. Lock the accounts that get them first."""
    return Label.objects.order_by("pk").select_for_update(of=("self",), no_key=True)


def note_qs_select_for_update() -> QuerySet[Note]:
    return Note.objects.order_by("pk").select_for_update(of=("self",), no_key=True)


def custom_field_qs_select_for_update() -> QuerySet[CustomField]:
    return CustomField.objects.order_by("pk").select_for_update(of=("self",), no_key=True)


def membership_plan_qs_select_for_update() -> QuerySet[MembershipPlan]:
    """Lock the plan's program first."""
    return MembershipPlan.objects.order_by("pk").select_for_update(of=("self",), no_key=True)


def membership_qs_select_for_update() -> QuerySet[Membership]:
    """Lock the memberships' account first: it orders all that happens to the memberships of one customer."""
    return Membership.objects.order_by("pk").select_for_update(of=("self",), no_key=True)


def referral_qs_select_for_update() -> QuerySet[Referral]:
    """Lock the account of the invited customer first, and where points move both accounts, by primary key."""
    return Referral.objects.order_by("pk").select_for_update(of=("self",), no_key=True)


def reward_issue_qs_select_for_update() -> QuerySet[RewardIssue]:
    """Lock the account of the issues first; the host's rows of the real things before that."""
    return RewardIssue.objects.order_by("pk").select_for_update(of=("self",), no_key=True)


def statistics_progress_qs_select_for_update() -> QuerySet[StatisticsProgress]:
    """Alone: whoever takes it holds no other lock of ours."""
    return StatisticsProgress.objects.select_for_update(of=("self",), no_key=True)


def retention_progress_qs_select_for_update() -> QuerySet[RetentionProgress]:
    """Taken before the rows that are erased; whoever takes it holds no other lock of ours."""
    return RetentionProgress.objects.select_for_update(of=("self",), no_key=True)


def reconciliation_state_qs_select_for_update() -> QuerySet[ReconciliationState]:
    """Alone: whoever takes it holds no other lock of ours."""
    return ReconciliationState.objects.select_for_update(of=("self",), no_key=True)


def event_endpoint_qs_select_for_update() -> QuerySet[EventEndpoint]:
    return EventEndpoint.objects.order_by("pk").select_for_update(of=("self",), no_key=True)


def event_delivery_qs_select_for_update(*, skip_locked: bool = False) -> QuerySet[EventDelivery]:
    """Lock the deliveries' endpoint first, where both are needed."""
    return EventDelivery.objects.order_by("pk").select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)


def audience_qs_select_for_update() -> QuerySet[Audience]:
    """Alone: whoever takes it holds no other lock of ours."""
    return Audience.objects.select_for_update(of=("self",), no_key=True)
