"""A database session that dies in the middle of a verb, after each of its statements in turn.

Nothing may be half done, and the same call again (the same key) must do it all.
"""

import itertools
from contextlib import suppress

import pytest
from django.db import OperationalError, connection

from saleor_loyalty import ledger

from .builders import (
    DAY,
    HOUR,
    NOW,
    award,
    columns,
    commit,
    deduct,
    everything,
    findings,
    give,
    reloaded,
    reserve,
    return_points,
    reverse,
    set_available,
    spend,
)
from .connections import killed_after

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + DAY


def prepare(account):
    """Points of every kind, with something due at ``LATER``: a maturing lot, a dying lot, a dead reservation."""
    award(account, 50, order_id=f"order-{account.pk}")
    give(account, 30, expires_at=NOW + HOUR)
    give(account, 20, available_at=NOW + HOUR)
    give(account, 100)
    spend(account, 40, order_id=f"order-of-{account.pk}")
    reserve(account, 10, checkout_id=f"dead-{account.pk}")
    reserve(account, 25, checkout_id=f"live-{account.pk}", lasts=9 * DAY)


def update(account):
    reservation = ledger.open_reservation(f"live-{account.pk}")
    return ledger.update_reservation(
        reservation.pk, points=5, value=reservation.value, rows=reservation.rows, expires_at=LATER + DAY, at=LATER
    )


def renew(account):
    reservation = ledger.open_reservation(f"live-{account.pk}")
    return ledger.renew_reservation(reservation.pk, expires_at=LATER + DAY, at=LATER)


def release(account):
    reservation = ledger.open_reservation(f"live-{account.pk}")
    return ledger.release_reservation(reservation.pk, at=LATER)


VERBS = {
    "give": lambda account, key: give(account, 7, at=LATER, idempotency_key=key),
    "deduct": lambda account, key: deduct(account, 7, at=LATER, idempotency_key=key),
    "set": lambda account, key: set_available(account, 7, at=LATER, idempotency_key=key),
    "award": lambda account, key: award(account, 7, at=LATER, available_at=LATER, idempotency_key=key),
    "reverse": lambda account, key: reverse(
        account, 50, at=LATER, order_id=f"order-{account.pk}", idempotency_key=key
    ),
    "return": lambda account, key: return_points(
        account, 40, at=LATER, order_id=f"order-of-{account.pk}", idempotency_key=key
    ),
    "commit": lambda account, key: commit(
        account, 20, at=LATER, checkout_id=f"live-{account.pk}", order_id=f"order-{key}", idempotency_key=key
    ),
    "reserve": lambda account, key: reserve(
        account, 7, at=LATER, checkout_id=f"live-{account.pk}", idempotency_key=key
    ),
    "update": lambda account, key: update(account),
    "renew": lambda account, key: renew(account),
    "release": lambda account, key: release(account),
    "expire": lambda account, key: ledger.expire_due_lots(at=LATER, limit=10),
    "release dead": lambda account, key: ledger.release_dead_reservations(at=LATER, limit=10),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_whose_connection_dies_leaves_nothing_half_done_and_can_be_called_again(verb, account_factory):
    # given: what the verb does when nothing happens to it, and another account in the same state
    act = VERBS[verb]
    sound, account = account_factory(), account_factory()
    prepare(sound)
    act(sound, "sound")
    prepare(account)
    before = everything()

    for statement_number in itertools.count(1):
        # when
        # the sweeps log the error and go on; the other verbs raise it
        with killed_after(statement_number) as killer, suppress(OperationalError):
            act(account, "key")
        if not killer.is_done:
            break
        connection.close()

        # then
        assert everything() == before

    # then: the call that was not disturbed, with the key of those that were, did it all
    assert statement_number > 3
    assert columns(account) == columns(sound)
    assert reloaded(account).revision == reloaded(sound).revision
    assert findings(account, at=LATER) == []
