"""The sweeps: what time has changed of tiers, and what other published rules change of them.

Reads of a tier are right without the first; it is what writes the change, tells of it and keeps filters true. The
second walks all accounts of a program once for each set of tiers that was published, in batches, and remembers how far
it has come; killed, it goes on there. One account that fails is logged, does not stop the others, and is tried again
until it succeeds.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import json

from django.db.models import QuerySet

from ..models import ENDED_ACCOUNT_STATUSES, LoyaltyAccount, LoyaltyProgram, ProgramStatus, TierReview, TierStatus
from ..programs import load_version
from ..rules import ProgramRules, rules_to_data
from ..sweeping import keep_failed, retry_failed, sweep, try_alone
from .reassess_tier import RULES_CHANGED, reassess_tier

NAME = "tiers"
"""Of what failed, under other rules than an account was judged by before."""
COMPLAINT = "The tier of account %s could not be judged."
NO_TIERS_DIGEST = ""
"""Of rules without tiers: whoever never had any has nothing to look at."""


def review_due_tiers(*, at: datetime.datetime, limit: int) -> int:
    """Note what time has changed for at most ``limit`` accounts whose day has come. Returns for how many.

    Each account in a block of its own, under its lock. Accounts that fail are not counted: the next run tries them
    again. Closed accounts, and those of nobody, are left as they are. Idempotent.
    """
    act = functools.partial(reassess_tier, at=at)
    return sweep(due_for_review(at=at), "pk", act=act, limit=limit, complaint=COMPLAINT).done


def due_for_review(*, at: datetime.datetime) -> QuerySet[TierStatus]:
    """Return what time has changed by ``at`` and nobody has noted; without closed accounts and those of nobody."""
    due = TierStatus.objects.filter(next_review_at__lte=at, account__user__isnull=False)
    return due.exclude(account__status__in=ENDED_ACCOUNT_STATUSES)


def apply_tiers(*, at: datetime.datetime, limit: int) -> int:
    """Judge the next ``limit`` accounts of programs whose tiers were published anew since. Returns how many.

    As many of those that failed before are tried again first; they are not counted. 0: there is nothing left to do.
    Idempotent; two at once do everything twice, and change it once.
    """
    retry_failed(NAME, act=lambda account_id: _apply(account_id, at=at), limit=limit, at=at)
    left = limit
    for review in _open_reviews(at=at):
        while left > 0:
            account_ids = list(
                LoyaltyAccount.objects.filter(program_id=review.program_id, user__isnull=False, pk__gt=review.after_id)
                .order_by("pk")
                .values_list("pk", flat=True)[: min(left, 100)]
            )
            if not account_ids:
                _keep(review, finished_at=at, at=at)
                break
            for account_id in account_ids:
                if not _apply(account_id, at=at):
                    keep_failed(NAME, account_id, at=at)
            left -= len(account_ids)
            review.after_id = account_ids[-1]
            _keep(review, finished_at=None, at=at)
    return limit - left


def tiers_digest(rules: ProgramRules) -> str:
    """Return what tells one set of tiers from another; empty where there are none."""
    if not rules.tiers:
        return NO_TIERS_DIGEST
    data = rules_to_data(rules)
    text = json.dumps([data["tiers"], data["tierPolicy"]], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _open_reviews(*, at: datetime.datetime) -> list[TierReview]:
    """Return how far it is with the programs whose accounts are still to be looked at under their published tiers."""
    programs = LoyaltyProgram.objects.filter(published_version__isnull=False).exclude(status=ProgramStatus.ARCHIVED)
    versions = programs.order_by("pk").values_list("pk", "published_version_id")
    reviews = {review.program_id: review for review in TierReview.objects.all()}
    found = []
    for program_id, version_id in versions:
        digest = tiers_digest(load_version(version_id).rules)
        review = reviews.get(program_id)
        if review is None and digest != NO_TIERS_DIGEST:
            review = TierReview(program_id=program_id, digest=digest, updated_at=at)
        if review is not None and review.digest != digest:
            review.digest, review.after_id, review.finished_at = digest, 0, None
        if review is not None and review.finished_at is None:
            found.append(review)
    return found


def _keep(review: TierReview, *, finished_at: datetime.datetime | None, at: datetime.datetime) -> None:
    TierReview.objects.update_or_create(
        program_id=review.program_id,
        defaults={
            "digest": review.digest,
            "after_id": review.after_id,
            "finished_at": finished_at,
            "updated_at": at,
        },
    )


def _apply(account_id: int, *, at: datetime.datetime) -> bool:
    return try_alone(functools.partial(reassess_tier, at=at, cause=RULES_CHANGED), account_id, complaint=COMPLAINT)
