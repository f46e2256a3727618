"""Background work. Each task takes the clock here, at the edge, and writes inside of the host's write context.

Tasks carry ids, never rows, and every one may run twice, late or never: the next run finds the same work. Those about
customers and their accounts are in ``customer_tasks``.
"""

from __future__ import annotations

import logging
import time

from celery import shared_task
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from .analytics import RolledUp, note_failure, roll_up
from .auditing import (
    ORDERS_LOOK_BACK,
    claim_audit,
    due_audits,
    find_stalled_audits,
    find_stalled_healings,
    heal_batch,
    release_audit,
    start_audit,
    step_audit,
)
from .batches import forget_names, stalled_batches, step_batch
from .customer_tasks import (  # noqa: F401  (Celery finds tasks in this module alone)
    RETENTION_LIMIT,
    SWEEP_LIMIT,
    add_up_account_counts_task,
    anonymize_inactive_task,
    award_activities_task,
    claim_waiting_points_task,
    clear_facts_task,
    detach_lost_users_task,
    erase_old_texts_task,
    erase_ownerless_task,
    follow_changed_customers_task,
    follow_customer_task,
    schedule_erasing,
    schedule_following,
    schedule_order_cards,
    settle_order_cards_task,
    tell_reversal_task,
)
from .deliveries import delete_old_events, deliver_due_events
from .exports import (
    Progress,
    claim_export,
    delete_expired_files,
    find_stalled_exports,
    release_claim,
    write_part,
)
from .facts import mirror_facts
from .host import get_host
from .ledger import expire_due_lots, release_dead_reservations
from .memberships import follow_memberships
from .models import LoyaltyProgram
from .notices import note_expiring_memberships, note_expiring_points, send_notices
from .on_commit import send_once_on_commit
from .orders import claim_reconciliation, reconcile_batch, settle_order_by_id
from .referrals import step_due_referrals
from .rewards import expire_rewards, follow_rewards
from .tiers import apply_tiers, review_due_tiers

logger = logging.getLogger(__name__)

REWARD_CARDS_LIMIT = 500
"""Gift cards that one run asks the shop about; the next run asks about the next ones."""
NOTICES_LIMIT = 200
"""Notices noted for each number of days, and sent, in one run; it sends the next run itself."""
REFERRALS_LIMIT = 200
"""Referrals in one run; it sends the next run itself."""
RECONCILE_LIMIT = 200
"""Orders in one run of the reconciliation; it sends the next run itself."""
ROLL_UP_LIMIT = 20_000
"""Transactions of each program in one run of the roll-up; it sends the next run itself."""


EXPORT_PARTS_LIMIT = 100
"""Parts of an export in one run of its task; it sends the next run itself."""
BATCH_STEPS = 200
"""Chunks of a batch in one run of its task; it sends the next run itself."""
BATCHES_LIMIT = 20
"""Batches in one run of the task that looks for stalled ones."""
EXPORTS_LIMIT = 50
"""Exports that one run of the periodic task takes up, and whose files it deletes."""
AUDIT_STEPS = 50
"""Steps of an audit in one run of its task; it sends the next run itself."""
AUDITS_LIMIT = 20
HEALING_LIMIT = 100
"""Steps of a healing in one run of its task; it sends the next run itself."""
EXPORT_WAITS_MAX = 10
EXPORT_WAIT_SECONDS = 0.3


@shared_task
def settle_order_task(order_id: str) -> None:
    """Settle one order. A failure is recorded on the order's record."""
    with get_host().write_context():
        settle_order_by_id(order_id, at=timezone.now())


@shared_task
def roll_up_statistics_task(limit: int = ROLL_UP_LIMIT) -> int:
    """Count new transactions into the statistics of every program, in batches. Returns how many were counted.

    Reports are exact without it; it keeps them fast. A program that fails is noted, and tried again by the next run;
    the others go on.
    """
    with get_host().write_context():
        runs = [
            _roll_up_program(program_id, limit=limit)
            for program_id in LoyaltyProgram.objects.order_by("pk").values_list("pk", flat=True)
        ]
    if any(not run.is_complete for run in runs):
        roll_up_statistics_task.delay(limit=limit)
    return sum(run.transactions for run in runs)


def _roll_up_program(program_id: int, *, limit: int) -> RolledUp:
    """Return what was counted; of a program that failed nothing was, and there is nothing to go on with at once."""
    try:
        return roll_up(program_id, at=timezone.now(), limit=limit)
    except Exception as error:
        # Whatever it was, it must not stop the programs after this one.
        logger.exception("The statistics of program %s could not be rolled up.", program_id)
        note_failure(program_id, failure=f"{type(error).__name__}: {error}", at=timezone.now())
        return RolledUp(transactions=0, is_complete=True)


@shared_task
def expire_lots_task(limit: int = SWEEP_LIMIT) -> int:
    """Mature and expire what is due, in batches until nothing is due. Returns how many accounts were touched."""
    with get_host().write_context():
        count = expire_due_lots(at=timezone.now(), limit=limit)
    if count >= limit:
        expire_lots_task.delay(limit=limit)
    return count


@shared_task
def send_expiry_notices_task(limit: int = NOTICES_LIMIT) -> int:
    """Tell customers that points expire and memberships end soon, in batches until everybody is told. Returns how many
    were told."""
    with get_host().write_context():
        noted = [note(at=timezone.now(), limit=limit) for note in (note_expiring_points, note_expiring_memberships)]
        sent = send_notices(at=timezone.now(), limit=limit)
    if max(*noted, sent) >= limit:
        send_expiry_notices_task.delay(limit=limit)
    return sent


@shared_task
def release_reservations_task(limit: int = SWEEP_LIMIT) -> int:
    """Free reservations past their deadline, in batches. Returns how many were freed."""
    with get_host().write_context():
        count = release_dead_reservations(at=timezone.now(), limit=limit)
    if count >= limit:
        release_reservations_task.delay(limit=limit)
    return count


@shared_task
def end_rewards_task(limit: int = SWEEP_LIMIT) -> int:
    """End rewards that were not used in time, in batches until none is due, and look which gift cards were used.
    Returns how many ended. In the shop they are over without it."""
    with get_host().write_context():
        count = expire_rewards(at=timezone.now(), limit=limit)
        used = follow_rewards(at=timezone.now(), limit=REWARD_CARDS_LIMIT)
    if count >= limit:
        end_rewards_task.delay(limit=limit)
    return count + used


@shared_task
def follow_memberships_task(limit: int = SWEEP_LIMIT) -> int:
    """Give and take the labels and points of memberships that began or ended, in batches until nothing is due.
    Returns how many accounts were touched. Statuses and dates are right without it."""
    with get_host().write_context():
        count = follow_memberships(at=timezone.now(), limit=limit)
    if count >= limit:
        follow_memberships_task.delay(limit=limit)
    return count


@shared_task
def review_tiers_task(limit: int = SWEEP_LIMIT) -> int:
    """Note what time and newly published rules change of tiers, in batches until nothing is left. Returns how many
    accounts were looked at."""
    with get_host().write_context():
        reviewed = review_due_tiers(at=timezone.now(), limit=limit)
        applied = apply_tiers(at=timezone.now(), limit=limit)
    if reviewed >= limit or applied >= limit:
        review_tiers_task.delay(limit=limit)
    return reviewed + applied


@shared_task
def step_referrals_task(limit: int = REFERRALS_LIMIT) -> int:
    """Compare the referrals whose orders passed the trigger, and pay those whose refund window is over, in batches
    until nothing is due. Returns how many were looked at."""
    with get_host().write_context():
        count = step_due_referrals(at=timezone.now(), limit=limit)
    if count >= limit:
        step_referrals_task.delay(limit=limit)
    return count


@shared_task
def reconcile_orders_task(claim: str = "", limit: int = RECONCILE_LIMIT) -> int:
    """Settle the orders whose settlement failed and those that changed since the last walk, one batch a run.

    A full batch sends the next run, with the ``claim`` of this walk; without one a walk begins, unless another is
    under way. Returns how many orders were looked at. Settling an order that is settled writes nothing.
    """
    now = timezone.now()
    with get_host().write_context():
        taken = claim_reconciliation(at=now, key=claim)
        if taken is None:
            return 0
        batch = reconcile_batch(taken, limit=limit, at=now)
    if batch.has_more:
        reconcile_orders_task.delay(claim=taken.key, limit=limit)
    return batch.orders


@shared_task
def run_audit_task(run_id: int, claim: str = "") -> int:
    """Go on with an audit, so many steps in a run; it sends the next run itself. Returns the number of steps."""
    with get_host().write_context():
        key = claim_audit(run_id, at=timezone.now(), key=claim)
        if key is None:
            return 0
        try:
            for count in range(1, AUDIT_STEPS + 1):
                if step_audit(run_id, claim=key, at=timezone.now()).is_last:
                    return count
        except Exception:
            release_audit(run_id, key=key)
            raise
    run_audit_task.delay(run_id, claim=key)
    return AUDIT_STEPS


@shared_task
def heal_audit_task(run_id: int, skip: int = 0, limit: int = HEALING_LIMIT) -> None:
    """Mend what an audit found, so many steps in a run; it sends the next run itself."""
    with get_host().write_context():
        has_more = heal_batch(run_id, skip=skip, limit=limit, at=timezone.now())
    if has_more:
        heal_audit_task.delay(run_id, skip=skip + limit, limit=limit)


@shared_task
def audit_programs_task(limit: int = AUDITS_LIMIT) -> int:
    """Audit each program once a day, and go on with audits and healings that nobody works on. Returns how many audits
    began."""
    now = timezone.now()
    with get_host().write_context():
        run_ids = find_stalled_audits(at=now, limit=limit)
        healing_ids = find_stalled_healings(at=now, limit=limit)
        due = due_audits(at=now)
        for program_id in due:
            start_audit(program_id, at=now, orders_since=now - ORDERS_LOOK_BACK)
    for run_id in run_ids:
        run_audit_task.delay(run_id)
    for run_id in healing_ids:
        heal_audit_task.delay(run_id)
    return len(due)


@shared_task
def write_export_task(export_id: int, claim: str = "") -> int:
    """Write the parts of an export, so many in a run; it sends the next run itself. Returns the number of parts.

    Without ``claim`` it begins or takes up an export that nobody writes.
    """
    parts = waits = 0
    with get_host().write_context():
        key = claim_export(export_id, at=timezone.now(), key=claim)
        if key is None:
            return 0
        try:
            while parts < EXPORT_PARTS_LIMIT:
                progress = write_part(export_id, claim=key, at=timezone.now())
                if progress is Progress.WAITING and waits < EXPORT_WAITS_MAX:
                    waits += 1
                    time.sleep(EXPORT_WAIT_SECONDS)
                    continue
                if progress is Progress.WAITING:
                    # The periodic task comes back to it.
                    release_claim(export_id, key=key, is_attempt=False)
                if progress is not Progress.MORE:
                    return parts + (progress is Progress.READY)
                parts += 1
        except Exception:
            release_claim(export_id, key=key)
            raise
    write_export_task.delay(export_id, claim=key)
    return parts


@shared_task
def resume_exports_task(limit: int = EXPORTS_LIMIT) -> int:
    """Send the task of each export that nobody writes, and delete files whose time is over. Returns how many exports
    were looked at."""
    with get_host().write_context():
        export_ids = find_stalled_exports(at=timezone.now(), limit=limit)
        deleted = delete_expired_files(at=timezone.now(), limit=limit)
    for export_id in export_ids:
        write_export_task.delay(export_id)
    return len(export_ids) + deleted


@shared_task
def deliver_events_task() -> int:
    """Send what is due to the endpoints outside, in batches, for a bounded time. Returns how many were delivered."""
    with get_host().write_context():
        run = deliver_due_events(clock=timezone.now)
    if run.has_more:
        deliver_events_task.delay()
    return run.delivered


@shared_task
def delete_old_events_task() -> int:
    """Delete delivered events past their retention, in batches, and events of which no delivery is left. Returns how
    many were deleted of the kind of which it was more."""
    with get_host().write_context():
        count = delete_old_events(at=timezone.now(), limit=RETENTION_LIMIT)
    if count >= RETENTION_LIMIT:
        delete_old_events_task.delay()
    return count


def schedule_deliveries(*, using: str = DEFAULT_DB_ALIAS) -> None:
    """Send ``deliver_events_task`` when the running transaction commits, at most once. Never raises."""
    send_once_on_commit("deliver events", lambda _: deliver_events_task.delay(), using=using)


@shared_task
def mirror_facts_task(account_id: int, order_ids: list[str]) -> None:
    """Copy what has changed to the shop's own customer and orders."""
    with get_host().write_context():
        mirror_facts(account_id, order_ids=order_ids, at=timezone.now())


def schedule_mirroring(account_id: int, order_ids: set[str], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Send ``mirror_facts_task`` when the running transaction commits, once for each account. Never raises."""
    send_once_on_commit(
        ("mirror the facts of account", account_id),
        lambda orders: mirror_facts_task.delay(account_id, orders),
        parts=order_ids,
        using=using,
    )


def schedule_settlement(order_id: str, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Send ``settle_order_task`` when the running transaction commits, at most once for each order. Never raises."""
    send_once_on_commit(("settle order", order_id), lambda _: settle_order_task.delay(order_id), using=using)


@shared_task
def run_batch_task(batch_id: int, steps: int = BATCH_STEPS) -> int:
    """Go on with a batch, so many chunks in a run; it sends the next run itself. Returns how many chunks it did."""
    for count in range(steps):
        with get_host().write_context():
            if not step_batch(batch_id, at=timezone.now()):
                return count
    run_batch_task.delay(batch_id, steps=steps)
    return steps


@shared_task
def resume_batches_task(limit: int = BATCHES_LIMIT) -> int:
    """Send the task of each batch that nobody works on, and forget whom old batches named. Returns how many batches
    are gone on with."""
    with get_host().write_context():
        batch_ids = stalled_batches(at=timezone.now(), limit=limit)
        forget_names(at=timezone.now(), limit=limit)
    for batch_id in batch_ids:
        run_batch_task.delay(batch_id)
    return len(batch_ids)
