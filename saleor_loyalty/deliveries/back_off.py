"""When to try again, and when no more. Pure: the same delivery and attempt give the same moment in every process."""

from __future__ import annotations

import datetime
import hashlib

FIRST = datetime.timedelta(seconds=30)
LONGEST = datetime.timedelta(hours=6)
ENDPOINT_LONGEST = datetime.timedelta(hours=1)
FAILURES_BEFORE_PAUSE = 3
"""So many failures in a row, over all accounts, and the endpoint as a whole is left alone for a while."""


def wait_of_delivery(delivery_id: int, *, attempts: int) -> datetime.timedelta:
    """Return how long a delivery waits after so many failed attempts: 30 s, 1 min, 2 min … at most 6 hours, each with
    up to a quarter more, by a hash of the delivery and the attempt, so that many do not come back at one moment."""
    return _with_jitter(_doubled(attempts, LONGEST), f"delivery:{delivery_id}:{attempts}")


def wait_of_endpoint(endpoint_id: int, *, failures: int) -> datetime.timedelta | None:
    """Return how long an endpoint is left alone after so many failures in a row; None where it is not yet. At most an
    hour, so that what has come back is noticed."""
    if failures < FAILURES_BEFORE_PAUSE:
        return None
    wait = _doubled(failures - FAILURES_BEFORE_PAUSE + 1, ENDPOINT_LONGEST)
    return _with_jitter(wait, f"endpoint:{endpoint_id}:{failures}")


def _doubled(times: int, longest: datetime.timedelta) -> datetime.timedelta:
    # Two to the power of 16 half minutes is longer than any wait.
    return min(FIRST * 2 ** min(max(times - 1, 0), 16), longest)


def _with_jitter(wait: datetime.timedelta, key: str) -> datetime.timedelta:
    share = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big")
    # Counted in microseconds: a wait of hours times the share is more days than a timedelta can have.
    microseconds = wait // datetime.timedelta(microseconds=1) * share // (4 * 2**32)
    return wait + datetime.timedelta(microseconds=microseconds)
