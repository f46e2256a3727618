"""The read path: points of any number of accounts at a moment, in one statement and without a write.

It computes what ``bring_up_to_date`` would write, so it is right also when the sweeps are late: pending points that
have matured are available, lots past their date do not count, reservations past their deadline are free. The test
``test_read_points_equals_bringing_up_to_date`` and the state machine compare the two.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

from django.db import connections

from ..models import Lot, LoyaltyAccount, Reservation
from .catching_up import Story, catch_up
from .inputs import check_moment
from .results import AccountPoints

EXPIRING_SOON = datetime.timedelta(days=30)

_SQL = f"""
SELECT account.id, account.balance, account.debt,
       account.given, account.redeemed, account.expired, account.reversed, account.deducted,
       coalesce(lots.matured, 0), coalesce(lots.pending, 0),
       coalesce(lots.matured_due, 0), coalesce(lots.pending_due, 0), coalesce(lots.soon, 0),
       coalesce(reservations.points, 0),
       story.lots, story.reservations
FROM {LoyaltyAccount._meta.db_table} account
LEFT JOIN LATERAL (
    SELECT sum(remaining) FILTER (WHERE ripe) AS matured,
           sum(remaining) FILTER (WHERE NOT ripe) AS pending,
           sum(remaining) FILTER (WHERE ripe AND due) AS matured_due,
           sum(remaining) FILTER (WHERE NOT ripe AND due) AS pending_due,
           sum(remaining) FILTER (WHERE soon) AS soon
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
LEFT JOIN LATERAL (
    SELECT (
        SELECT json_agg(json_build_array(remaining, is_matured, available_at, expires_at) ORDER BY expires_at, id)
        FROM {Lot._meta.db_table} WHERE account_id = account.id AND remaining > 0
    ) AS lots, (
        SELECT json_agg(json_build_array(points, expires_at))
        FROM {Reservation._meta.db_table} WHERE account_id = account.id AND status = 'RESERVED'
    ) AS reservations
) story ON account.debt > 0 AND account.next_due_at <= %(at)s
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
        rows = cursor.fetchall()
    points = {}
    for account_id, *columns in rows:
        *numbers, lots, reservations = columns
        points[account_id] = _points(*(int(number) for number in numbers))
        if lots is not None:
            # What is due meets a debt: the order of the moments decides who pays it, so they are gone through.
            story = catch_up(lots, reservations or [], debt=points[account_id].debt, at=at)
            points[account_id] = _told(points[account_id], story, expired_before=int(numbers[4]), at=at)
    return points


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
    soon: int,
    reserved: int,
) -> AccountPoints:
    # What is set aside stays, past its date too.
    lost = max(0, matured_due - reserved)
    return AccountPoints(
        balance=balance - lost - pending_due,
        available=matured - lost - reserved,
        pending=pending - pending_due,
        reserved=reserved,
        debt=debt,
        given=given,
        redeemed=redeemed,
        expired=expired + lost + pending_due,
        reversed=reversed,
        deducted=deducted,
        expiring_soon=soon,
    )


def _told(points: AccountPoints, story: Story, *, expired_before: int, at: datetime.datetime) -> AccountPoints:
    return replace(
        points,
        balance=story.matured + story.pending - story.debt,
        available=story.matured - story.reserved,
        pending=story.pending,
        reserved=story.reserved,
        debt=story.debt,
        expired=expired_before + story.expired,
        expiring_soon=story.expiring(after=at, until=at + EXPIRING_SOON),
    )
