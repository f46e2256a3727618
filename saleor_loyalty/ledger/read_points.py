"""The read path: points of any number of accounts at a moment, in one statement and without a write.

It computes what ``bring_up_to_date`` would write, so it is right also when the sweeps are late: pending points that
have matured are available, lots past their date do not count, reservations past their deadline are free. The test
``test_read_points_equals_bringing_up_to_date`` and the state machine compare the two.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import connections

from ..models import Lot, LoyaltyAccount, Reservation
from .inputs import check_moment
from .results import AccountPoints

EXPIRING_SOON = datetime.timedelta(days=30)

_SQL = f"""
SELECT account.id, account.balance, account.debt,
       account.given, account.redeemed, account.expired, account.reversed, account.deducted,
       coalesce(lots.matured, 0), coalesce(lots.pending, 0),
       coalesce(lots.matured_due, 0), coalesce(lots.pending_due, 0),
       coalesce(lots.matured_soon, 0), coalesce(lots.pending_soon, 0),
       coalesce(reservations.points, 0)
FROM {LoyaltyAccount._meta.db_table} account
LEFT JOIN LATERAL (
    SELECT sum(remaining) FILTER (WHERE ripe) AS matured,
           sum(remaining) FILTER (WHERE NOT ripe) AS pending,
           sum(remaining) FILTER (WHERE ripe AND due) AS matured_due,
           sum(remaining) FILTER (WHERE NOT ripe AND due) AS pending_due,
           sum(remaining) FILTER (WHERE ripe AND soon) AS matured_soon,
           sum(remaining) FILTER (WHERE NOT ripe AND soon) AS pending_soon
    FROM (
        SELECT remaining,
               is_matured OR coalesce(available_at <= %(at)s, FALSE) AS ripe,
               coalesce(expires_at <= %(at)s, FALSE) AS due,
               coalesce(expires_at > %(at)s AND expires_at <= %(soon)s, FALSE) AS soon
        FROM {Lot._meta.db_table}
        WHERE account_id = account.id AND remaining > 0
    ) lot
) lots ON TRUE
LEFT JOIN LATERAL (
    SELECT sum(points) AS points
    FROM {Reservation._meta.db_table} reservation
    WHERE reservation.account_id = account.id AND reservation.status = 'RESERVED' AND reservation.expires_at > %(at)s
) reservations ON TRUE
WHERE account.id = ANY(%(account_ids)s)
"""


def read_points(
    accounts: Sequence[LoyaltyAccount], *, at: datetime.datetime, using: str = "default"
) -> dict[int, AccountPoints]:
    """Return the points of each account at ``at``, by account id. The instances serve as ids only: numbers are read.

    Cost: one statement for any number of accounts, none for no account; it reads the accounts' open lots and open
    reservations.
    """
    check_moment(at)
    account_ids = [account.pk for account in accounts]
    if not account_ids:
        return {}
    with connections[using].cursor() as cursor:
        cursor.execute(_SQL, {"at": at, "soon": at + EXPIRING_SOON, "account_ids": account_ids})
        return {row[0]: _points(*(int(number) for number in row[1:])) for row in cursor.fetchall()}


def _points(
    balance: int,
    debt: int,
    given: int,
    redeemed: int,
    expired: int,
    reversed: int,
    deducted: int,
    matured: int,
    pending: int,
    matured_due: int,
    pending_due: int,
    matured_soon: int,
    pending_soon: int,
    reserved: int,
) -> AccountPoints:
    # The order is that of bring_up_to_date: pay the debt soonest expiry first, then expire what is not set aside.
    paid = max(0, min(debt, matured - reserved))
    paid_from_due = min(paid, matured_due)
    paid_from_soon = min(paid - paid_from_due, matured_soon)
    matured_due -= paid_from_due
    lost = max(0, matured_due - reserved)
    return AccountPoints(
        balance=balance - lost - pending_due,
        available=matured - paid - lost - reserved,
        pending=pending - pending_due,
        reserved=reserved,
        debt=debt - paid,
        given=given,
        redeemed=redeemed,
        expired=expired + lost + pending_due,
        reversed=reversed,
        deducted=deducted,
        expiring_soon=matured_soon - paid_from_soon + pending_soon,
    )
