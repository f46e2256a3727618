"""Adds our periodic tasks to Saleor's beat schedule at run time, without a change of its settings file.

Saleor's beat scheduler copies the schedule into the tables of django-celery-beat when it starts, and leaves rows
behind when an entry disappears: ``loyalty_uninstall`` removes ours.
"""

from __future__ import annotations

import datetime

from django.conf import settings

ENTRY_PREFIX = "loyalty-"

SCHEDULE: dict[str, tuple[str, datetime.timedelta]] = {
    "loyalty-expire-lots": ("saleor_loyalty.tasks.expire_lots_task", datetime.timedelta(hours=1)),
    "loyalty-release-reservations": (
        "saleor_loyalty.tasks.release_reservations_task",
        datetime.timedelta(minutes=10),
    ),
    "loyalty-send-expiry-notices": ("saleor_loyalty.tasks.send_expiry_notices_task", datetime.timedelta(hours=1)),
    "loyalty-add-up-account-counts": (
        "saleor_loyalty.tasks.add_up_account_counts_task",
        datetime.timedelta(hours=1),
    ),
    "loyalty-review-tiers": ("saleor_loyalty.tasks.review_tiers_task", datetime.timedelta(minutes=30)),
    "loyalty-end-rewards": ("saleor_loyalty.tasks.end_rewards_task", datetime.timedelta(hours=1)),
    "loyalty-erase-ownerless": ("saleor_loyalty.tasks.erase_ownerless_task", datetime.timedelta(hours=1)),
    "loyalty-erase-old-texts": ("saleor_loyalty.tasks.erase_old_texts_task", datetime.timedelta(days=1)),
    "loyalty-anonymize-inactive": ("saleor_loyalty.tasks.anonymize_inactive_task", datetime.timedelta(days=1)),
    "loyalty-detach-lost-users": ("saleor_loyalty.tasks.detach_lost_users_task", datetime.timedelta(days=1)),
    "loyalty-claim-waiting-points": (
        "saleor_loyalty.tasks.claim_waiting_points_task",
        datetime.timedelta(hours=1),
    ),
    "loyalty-follow-changed-customers": (
        "saleor_loyalty.tasks.follow_changed_customers_task",
        datetime.timedelta(minutes=15),
    ),
    "loyalty-award-activities": ("saleor_loyalty.tasks.award_activities_task", datetime.timedelta(hours=1)),
    "loyalty-reconcile-orders": ("saleor_loyalty.tasks.reconcile_orders_task", datetime.timedelta(minutes=15)),
    "loyalty-deliver-events": ("saleor_loyalty.tasks.deliver_events_task", datetime.timedelta(minutes=1)),
    "loyalty-delete-old-events": ("saleor_loyalty.tasks.delete_old_events_task", datetime.timedelta(hours=6)),
    "loyalty-roll-up-statistics": (
        "saleor_loyalty.tasks.roll_up_statistics_task",
        datetime.timedelta(minutes=10),
    ),
    "loyalty-follow-memberships": ("saleor_loyalty.tasks.follow_memberships_task", datetime.timedelta(hours=1)),
    "loyalty-step-referrals": ("saleor_loyalty.tasks.step_referrals_task", datetime.timedelta(minutes=15)),
    "loyalty-resume-batches": ("saleor_loyalty.tasks.resume_batches_task", datetime.timedelta(minutes=5)),
    "loyalty-audit-programs": ("saleor_loyalty.tasks.audit_programs_task", datetime.timedelta(hours=1)),
    "loyalty-resume-exports": ("saleor_loyalty.tasks.resume_exports_task", datetime.timedelta(minutes=2)),
}


def add_periodic_tasks() -> None:
    """Add the entries that are not there; an operator's own entry of the same name wins."""
    schedule = getattr(settings, "CELERY_BEAT_SCHEDULE", None)
    if schedule is None:
        schedule = settings.CELERY_BEAT_SCHEDULE = {}
    for name, (task, every) in SCHEDULE.items():
        schedule.setdefault(name, {"task": task, "schedule": every})
