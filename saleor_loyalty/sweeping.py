"""Doing the same with one customer or account after the other, each alone: one that fails stops no other.

A sweep over what is due finds again by itself what failed. A walk that goes on keeps it as ``FailedWork``, and tries
it again until it succeeds, however long that takes. Enforced by ``tests/test_sweeping.py``.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import QuerySet

from .models import FailedWork

logger = logging.getLogger(__name__)

RETRY_AFTER = datetime.timedelta(minutes=10)
"""What failed is left alone for so long, so that a walk of many runs does not try it in each."""


class Swept(NamedTuple):
    done: int
    failed: int


def try_alone(act: Callable[[int], object], item_id: int, *, complaint: str) -> bool:
    """Do it with one of them; log what fails, under ``complaint`` with a place for the id. Returns whether it was
    done."""
    try:
        act(item_id)
    except Exception:
        # Whatever it was, it must not stop those that come after it.
        logger.exception(complaint, item_id)
        return False
    return True


def sweep(rows: QuerySet[Any], column: str, *, act: Callable[[int], object], limit: int, complaint: str) -> Swept:
    """Do it with those whose ids stand in the ``column`` of ``rows``, until it was done with ``limit`` of them.

    Those that fail take nobody's place. ``rows`` must not name again in this sweep what it was done with.
    Cost: one statement for each window, at most ``limit`` ids in memory.
    """
    ids = rows.order_by(column).values_list(column, flat=True)
    done = failed = last_id = 0
    while done < limit:
        window = list(ids.filter(**{f"{column}__gt": last_id})[: limit - done])
        if not window:
            break
        succeeded = sum(try_alone(act, item_id, complaint=complaint) for item_id in window)
        done, failed = done + succeeded, failed + len(window) - succeeded
        last_id = window[-1]
    return Swept(done, failed)


def keep_failed(name: str, item_id: int, *, at: datetime.datetime) -> None:
    """Keep that it failed with this one, so that ``retry_failed`` tries it again. Idempotent."""
    FailedWork.objects.update_or_create(name=name, item_id=item_id, defaults={"failed_at": at})


def retry_failed(name: str, *, act: Callable[[int], bool], limit: int, at: datetime.datetime) -> int:
    """Try at most ``limit`` again of those that failed, the longest ago first. Returns with how many it was done.

    Args:
        act: returns whether it was done, and raises nothing; what was not is kept for later.

    Two at once do the same twice.
    """
    failed = FailedWork.objects.filter(name=name, failed_at__lte=at - RETRY_AFTER).order_by("failed_at", "pk")
    done = 0
    for work in list(failed[:limit]):
        if act(work.item_id):
            # If it has failed elsewhere in the meantime, it stays.
            FailedWork.objects.filter(pk=work.pk, failed_at=work.failed_at).delete()
            done += 1
        else:
            keep_failed(name, work.item_id, at=at)
    return done
