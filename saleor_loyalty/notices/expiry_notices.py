"""Finding who is to be told that points expire, and noting that they were.

The program's published policy says how many days before (``expiry.noticeDays``). A customer is told of a date once for
each of them; where several have come at once (the policy is new, or nobody ran this for a while) only the shortest.
Guests are not told, for there is nobody to tell; nor are customers who are not confirmed or active by the time of
sending (``send_notices``).
"""

from __future__ import annotations

import datetime

from django.db import connection, transaction

from ..events import POINTS_EXPIRING, Fact, emit_all
from ..models import AccountStatus, ExpiryNotice, Lot, LoyaltyAccount, LoyaltyProgram, ProgramStatus
from ..programs import load_version

_FIND = f"""
INSERT INTO {ExpiryNotice._meta.db_table} (account_id, expires_at, days, points, created_at)
SELECT lot.account_id, lot.expires_at, %(days)s, sum(lot.remaining), %(at)s
FROM {Lot._meta.db_table} lot
JOIN {LoyaltyAccount._meta.db_table} account ON account.id = lot.account_id
WHERE lot.remaining > 0 AND lot.expires_at > %(at)s AND lot.expires_at <= %(until)s
  AND (lot.is_matured OR lot.available_at <= %(at)s)
  AND account.program_id = %(program_id)s AND account.user_id IS NOT NULL AND account.status = '{AccountStatus.ACTIVE}'
  AND NOT EXISTS (
      SELECT FROM {ExpiryNotice._meta.db_table} notice
      WHERE notice.account_id = lot.account_id AND notice.expires_at = lot.expires_at AND notice.days <= %(days)s
  )
GROUP BY lot.account_id, lot.expires_at
ORDER BY lot.expires_at, lot.account_id
LIMIT %(limit)s
ON CONFLICT DO NOTHING
RETURNING account_id, expires_at, points
"""


def note_expiring_points(*, at: datetime.datetime, limit: int) -> int:
    """Note at most ``limit`` notices for each number of days of each program, and emit their events.

    Returns how many were noted, for ``send_notices`` to send. Two runs at the same time never note the same.
    Writes: one atomic block for each program and number of days. Cost: a constant number of statements for each.
    """
    count = 0
    programs = LoyaltyProgram.objects.filter(status=ProgramStatus.ACTIVE, published_version__isnull=False)
    for program_id, version_id in list(programs.order_by("pk").values_list("pk", "published_version_id")):
        # The shortest first: whoever is told now is not told by the longer ones any more.
        for days in sorted(load_version(version_id).rules.expiry.notice_days):
            count += _note(program_id, days=days, at=at, limit=limit)
    return count


def _note(program_id: int, *, days: int, at: datetime.datetime, limit: int) -> int:
    until = at + datetime.timedelta(days=days)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_FIND, {"program_id": program_id, "days": days, "at": at, "until": until, "limit": limit})
            rows = cursor.fetchall()
        if not rows:
            return 0
        accounts = LoyaltyAccount.objects.filter(pk__in=[account_id for account_id, *_ in rows])
        users: dict[int, int | None] = dict(accounts.values_list("pk", "user_id"))
        facts = [
            Fact(
                account_id=account_id,
                payload={
                    "account": account_id,
                    "user": users.get(account_id),
                    "points": points,
                    "expiresAt": expires_at,
                    "days": days,
                },
                occurred_at=at,
            )
            for account_id, expires_at, points in rows
        ]
        emit_all(POINTS_EXPIRING, facts, program_id=program_id, at=at)
    return len(rows)
