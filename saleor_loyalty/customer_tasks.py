"""Background work on customers and their accounts: joining, claiming, activities, rewards, erasing. As ``tasks``,
which Celery looks into and which therefore has them all; their names are those of that module.
"""

from __future__ import annotations

from celery import shared_task
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from . import app_settings
from .accounts import (
    anonymize_inactive,
    claim_waiting_points,
    detach_lost_users,
    erase_old_texts,
    erase_ownerless,
    follow_changed_customers,
    follow_customer,
)
from .accounts.account_counts import add_up_account_counts
from .activities import award_birthdays, award_earlier_customers, judge_waiting_events
from .facts import clear_facts
from .host import get_host
from .notices import tell_reversal
from .on_commit import send_once_on_commit
from .rewards import settle_order_cards

SWEEP_LIMIT = 500
"""Accounts or reservations in one run of a sweep."""
LOST_USERS_LIMIT = 20_000
"""Accounts that one run compares with the host's users; it sends the next run itself."""
CUSTOMERS_LIMIT = 200
"""Customers in one run of the walk over those that changed; it sends the next run itself."""
RETENTION_LIMIT = 5_000
"""Rows in one run of a retention; it sends the next run itself."""


@shared_task(name="saleor_loyalty.tasks.erase_ownerless_task")
def erase_ownerless_task(limit: int = SWEEP_LIMIT) -> int:
    """Erase what accounts say of customers whom the host has deleted, in batches. Returns how many accounts."""
    with get_host().write_context():
        count = erase_ownerless(at=timezone.now(), limit=limit)
    if count >= limit:
        erase_ownerless_task.delay(limit=limit)
    return count


@shared_task(name="saleor_loyalty.tasks.erase_old_texts_task")
def erase_old_texts_task(limit: int = RETENTION_LIMIT) -> int:
    """Erase texts older than LOYALTY_TEXT_RETENTION_MONTHS, in batches until none is left. Returns how many rows were
    done; 0 where the setting is off."""
    months = app_settings.TEXT_RETENTION_MONTHS
    if months is None:
        return 0
    with get_host().write_context():
        count = erase_old_texts(months=months, at=timezone.now(), limit=limit)
    if count >= limit:
        erase_old_texts_task.delay(limit=limit)
    return count


@shared_task(name="saleor_loyalty.tasks.anonymize_inactive_task")
def anonymize_inactive_task(after_id: int = 0, limit: int = LOST_USERS_LIMIT) -> int:
    """Anonymize accounts that nobody has used for LOYALTY_INACTIVE_ACCOUNT_MONTHS and that hold nothing, a window of
    accounts after the other. Returns how many; 0 where the setting is off."""
    months = app_settings.INACTIVE_ACCOUNT_MONTHS
    if months is None:
        return 0
    with get_host().write_context():
        count, last_id = anonymize_inactive(months=months, after_id=after_id, at=timezone.now(), limit=limit)
    if last_id is not None:
        anonymize_inactive_task.delay(after_id=last_id, limit=limit)
    return count


@shared_task(name="saleor_loyalty.tasks.detach_lost_users_task")
def detach_lost_users_task(after_id: int = 0, limit: int = LOST_USERS_LIMIT) -> None:
    """Close the accounts of users who are gone without anybody noticing, in batches; the erasing finds them then."""
    with get_host().write_context():
        last_id = detach_lost_users(after_id=after_id, limit=limit)
    if last_id is not None:
        detach_lost_users_task.delay(after_id=last_id, limit=limit)


@shared_task(name="saleor_loyalty.tasks.follow_customer_task")
def follow_customer_task(user_id: int) -> int:
    """Do what follows from a customer's being registered or confirmed. Returns how much of it failed."""
    with get_host().write_context():
        return follow_customer(user_id, at=timezone.now())


@shared_task(name="saleor_loyalty.tasks.follow_changed_customers_task")
def follow_changed_customers_task(limit: int = CUSTOMERS_LIMIT) -> None:
    """Do the same for every customer that changed, told of or not, in batches until all were looked at."""
    with get_host().write_context():
        has_more = follow_changed_customers(at=timezone.now(), limit=limit)
    if has_more:
        follow_changed_customers_task.delay(limit=limit)


@shared_task(name="saleor_loyalty.tasks.claim_waiting_points_task")
def claim_waiting_points_task(after_id: int = 0, limit: int = SWEEP_LIMIT) -> None:
    """Let customers claim what waits for them of whom no hook told, in batches until every account was looked at."""
    with get_host().write_context():
        last_id = claim_waiting_points(after_id=after_id, limit=limit, at=timezone.now())
    if last_id is not None:
        claim_waiting_points_task.delay(after_id=last_id, limit=limit)


@shared_task(name="saleor_loyalty.tasks.award_activities_task")
def award_activities_task(after_id: int = 0, limit: int = SWEEP_LIMIT) -> int:
    """Award birthdays, customers from before the rules, and events that came while the plugin was off, in batches.
    Returns how many birthdays and customers were looked at."""
    with get_host().write_context():
        looked_at = [step(at=timezone.now(), limit=limit) for step in (award_birthdays, award_earlier_customers)]
        last_id = judge_waiting_events(after_id=after_id, limit=limit, at=timezone.now())
    if last_id is not None or any(count >= limit for count in looked_at):
        award_activities_task.delay(after_id=last_id or 0, limit=limit)
    return sum(looked_at)


@shared_task(name="saleor_loyalty.tasks.add_up_account_counts_task")
def add_up_account_counts_task() -> None:
    """Add up how many accounts there are, so that the counters stay few."""
    with get_host().write_context():
        add_up_account_counts()


@shared_task(name="saleor_loyalty.tasks.settle_order_cards_task")
def settle_order_cards_task(order_id: str) -> int:
    """Mark the rewards as used whose gift cards the order was paid with. Returns how many."""
    with get_host().write_context():
        return settle_order_cards(order_id, at=timezone.now())


def schedule_order_cards(order_id: str, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Send ``settle_order_cards_task`` when the running transaction commits, once for each order. Never raises."""
    send_once_on_commit(("cards of order", order_id), lambda _: settle_order_cards_task.delay(order_id), using=using)


@shared_task(name="saleor_loyalty.tasks.tell_reversal_task")
def tell_reversal_task(transaction_id: int) -> bool:
    """Tell a customer that points were taken back. Returns whether anybody was told."""
    with get_host().write_context():
        return tell_reversal(transaction_id)


@shared_task(name="saleor_loyalty.tasks.clear_facts_task")
def clear_facts_task(user_id: int, program_id: int) -> None:
    """Take back what was copied to a customer who has no account any more."""
    with get_host().write_context():
        clear_facts(user_id, program_id=program_id, at=timezone.now())


def schedule_clearing(user_id: int, program_id: int, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Send ``clear_facts_task`` when the running transaction commits, once for each customer. Never raises."""
    key = ("clear the facts of customer", user_id, program_id)
    send_once_on_commit(key, lambda _: clear_facts_task.delay(user_id, program_id), using=using)


def schedule_erasing(*, using: str = DEFAULT_DB_ALIAS) -> None:
    """Send ``erase_ownerless_task`` when the running transaction commits, once for all it deletes. Never raises."""
    send_once_on_commit("erase deleted customers", lambda _: erase_ownerless_task.delay(), using=using)


def schedule_following(user_id: int, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Send ``follow_customer_task`` when the running transaction commits, once for each customer. Never raises."""
    send_once_on_commit(("follow customer", user_id), lambda _: follow_customer_task.delay(user_id), using=using)
