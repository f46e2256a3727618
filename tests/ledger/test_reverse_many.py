"""Taking many gifts back at once does what taking back each of them does, in a constant number of statements."""

import contextlib
import datetime
import threading
import time

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_loyalty import ledger
from saleor_loyalty.errors import LoyaltyException
from saleor_loyalty.ledger import Actor, Correction, ReversalResult, reverse_many, reverse_transaction
from saleor_loyalty.ledger.account_rows import lock_account, lock_accounts
from saleor_loyalty.models import Lot, LotUse, LoyaltyAccount, LoyaltyTransaction

from .builders import (
    DAY,
    HOUR,
    NOW,
    award,
    columns,
    deduct,
    everything,
    findings,
    give,
    make_program,
    new_key,
    reloaded,
    remaining,
    reserve,
    reverse,
    rows,
    sums,
)
from .connections import is_waiting_for_a_lock, second_while_first_is_uncommitted, together

STAFF = Actor("STAFF", 7)


def correction(posting, **values):
    return Correction(
        transaction_id=posting.transaction.pk, idempotency_key=values.pop("key", None) or new_key(), **values
    )


def undo(*corrections, at=NOW, **values):
    return reverse_many(corrections, at=at, actor=STAFF, **values)


def told(outcomes):
    """What became of each: the points that came back and those that did not, or the code of the refusal."""
    return [
        (outcome.reversed_points, outcome.unrecovered_points) if isinstance(outcome, ReversalResult) else outcome.code
        for outcome in outcomes
    ]


def test_whole_gifts_are_taken_back(account_factory):
    first, second, frozen = (account_factory() for _ in range(3))
    gifts = [
        give(first, 10),
        give(second, 20, available_at=NOW + DAY, expires_at=NOW + 9 * DAY, source="VIP"),
        give(frozen, 30, reason="Sorry"),
    ]
    LoyaltyAccount.objects.filter(pk=frozen.pk).update(status="FROZEN")

    outcomes = undo(*(correction(gift, reason="Mistake") for gift in reversed(gifts)), internal_note="wrong file")

    assert told(outcomes) == [(30, 0), (20, 0), (10, 0)]
    assert [outcome.posting.transaction.reverses_id for outcome in outcomes] == [
        gift.transaction.pk for gift in reversed(gifts)
    ]
    assert rows(second) == [("GIVE", 20, 20), ("REVERSE", -20, 0)]
    assert (columns(first), columns(second), columns(frozen)) == ((0,) * 5, (0,) * 5, (0,) * 5)
    assert (sums(second), remaining(second)) == ((20, 0, 0, 20, 0), [0])
    last = LoyaltyTransaction.objects.select_related("text").get(pk=outcomes[1].posting.transaction.pk)
    assert (last.source, last.actor_kind, last.actor_id) == ("VIP", "STAFF", 7)
    assert (last.text.reason, last.text.internal_note) == ("Mistake", "wrong file")
    assert last.receipt == {
        "kind": "REVERSE",
        "points": -20,
        "lines": [{"code": "CORRECTED", "points": -20, "detail": "GIVE"}],
    }
    assert [use.points for use in LotUse.objects.filter(transaction=last)] == [20]
    assert findings() == []


def test_of_what_is_spent_the_rest_is_taken_back_and_the_others_stand(account_factory):
    spent, gone, partly, closed = (account_factory() for _ in range(4))
    gifts = [give(spent, 50), give(gone, 50), give(partly, 50), give(closed, 50)]
    deduct(spent, 20)
    deduct(gone, 50)
    LoyaltyAccount.objects.filter(pk=closed.pk).update(status="CLOSED")
    taken = deduct(partly, 1)

    outcomes = undo(
        *(correction(gift) for gift in gifts), correction(taken), Correction(transaction_id=987, idempotency_key="k")
    )

    assert told(outcomes) == [(30, 20), (0, 50), (49, 1), "ACCOUNT_FROZEN", (1, 0), "NOT_FOUND"]
    assert [rows(closed), rows(gone)] == [[("GIVE", 50, 50)], [("GIVE", 50, 50), ("DEDUCT", -50, 0)]]
    assert findings() == []


def test_the_same_again_is_answered_as_it_stands_and_something_else_refused(account_factory):
    first, second = give(account_factory(), 10), give(account_factory(), 20)
    asked = [correction(first, key="a"), correction(second, key="b")]
    stored = [outcome.posting.transaction.pk for outcome in undo(*asked)]
    before = everything()

    again = undo(*asked)

    assert [outcome.posting.transaction.pk for outcome in again] == stored
    assert [outcome.posting.is_new for outcome in again] == [False, False]
    assert told(undo(correction(first), correction(second, key="b", reason="Other"))) == [
        "ALREADY_REVERSED",
        "IDEMPOTENCY_KEY_REUSED",
    ]
    assert everything() == before
    assert undo() == []


def test_gifts_of_two_programs_are_refused(account):
    other = ledger.open_account(make_program("other"), email="x@example.com", at=NOW)
    gifts = [give(account, 1), give(other, 1)]
    before = everything()

    with pytest.raises(ValueError, match="several programs"):
        undo(*(correction(gift) for gift in gifts))

    assert everything() == before


def test_what_a_reservation_keeps_past_its_date_stays(account):
    gift = give(account, 30, expires_at=NOW + HOUR)
    reserve(account, 30, lasts=2 * DAY)
    ledger.refresh_account(account.pk, at=NOW + DAY)

    assert told(undo(correction(gift), at=NOW + DAY)) == [(0, 30)]
    assert columns(account) == (30, 0, 0, 30, 0)


def test_beside_it_other_points_are_taken(account):
    gift = give(account, 30, expires_at=NOW + HOUR)
    reserve(account, 30, lasts=2 * DAY)
    give(account, 40)
    ledger.refresh_account(account.pk, at=NOW + DAY)

    assert told(undo(correction(gift), at=NOW + DAY)) == [(30, 0)]
    assert remaining(account) == [30, 10]


def test_what_is_due_comes_first(account):
    give(account, 10, expires_at=NOW + 4 * HOUR)
    gift = give(account, 20)

    assert told(undo(correction(gift), at=NOW + DAY)) == [(20, 0)]
    assert rows(account) == [("GIVE", 10, 10), ("GIVE", 20, 30), ("EXPIRE", -10, 20), ("REVERSE", -20, 0)]


def test_a_gift_that_was_taken_back_and_is_whole_again_is_not_taken_twice(account):
    gift = give(account, 10)
    spent = deduct(account, 10)
    give(account, 10)
    for number, posting in enumerate((gift, spent)):
        reverse_transaction(posting.transaction.pk, at=NOW, idempotency_key=f"by hand {number}")
    assert remaining(account) == [10, 0]
    before = everything()

    assert told(undo(correction(gift))) == ["ALREADY_REVERSED"]
    assert everything() == before


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ({"key": "a\x00b"}, "INVALID"),
        ({"key": "a\ud800"}, "INVALID"),
        ({"reason": "x" * 10_001}, "INVALID"),
    ],
)
def test_what_makes_no_sense_is_refused_and_the_others_stand(account_factory, bad, code):
    first, second = account_factory(), account_factory()
    order = award(account_factory(), 10)

    outcomes = undo(correction(give(first, 10), **bad), correction(give(second, 10)), correction(order))

    assert told(outcomes) == [code, (10, 0), "INVALID"]
    assert (columns(first), columns(second)) == ((10, 10, 0, 0, 0), (0,) * 5)
    assert rows(order.account) == [("EARN", 10, 10)]


def test_of_an_account_that_holds_too_much_by_now_nothing_is_taken_and_the_others_stand(account_factory, settings):
    full, other = account_factory(), account_factory()
    gifts = [give(full, 1000), give(other, 10)]
    give(full, 1000)
    settings.LOYALTY_MAX_POINTS = 500

    assert told(undo(*(correction(gift) for gift in gifts))) == ["INVALID", (10, 0)]
    assert (columns(full), columns(other)) == ((2000, 2000, 0, 0, 0), (0,) * 5)


def test_the_note_is_kept_where_it_is_taken_back_by_itself(account):
    gift = give(account, 10)
    deduct(account, 1)

    (outcome,) = undo(correction(gift, reason="Mistake"), internal_note="wrong file")

    text = LoyaltyTransaction.objects.get(pk=outcome.posting.transaction.pk).text
    assert (text.reason, text.internal_note) == ("Mistake", "wrong file")


@pytest.mark.django_db(transaction=True)
def test_a_key_that_another_account_takes_meanwhile_is_refused_and_the_others_stand(account_factory):
    first, second, third = (account_factory() for _ in range(3))
    gifts = [give(first, 5), give(second, 6)]

    outcomes = second_while_first_is_uncommitted(
        lambda: give(third, 1, idempotency_key="k"),
        lambda: told(undo(correction(gifts[0], key="k"), correction(gifts[1]))),
    )

    assert outcomes[1] == ["IDEMPOTENCY_KEY_REUSED", (6, 0)]
    assert findings() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_moved", [True, False])
def test_whoever_locks_both_accounts_waits_in_no_circle(account_factory, has_moved):
    """Points that moved from the second to the first; and a deduction from the first beside a gift to the second."""
    guest = account_factory()
    first = ledger.open_account(guest.program, user_id=7, at=NOW)
    second = account_factory()
    gift = give(second, 10)
    corrections = [correction(gift)]
    if has_moved:
        ledger.transfer_guest_points(second.pk, to_account_id=first.pk, since=NOW - DAY, order_ids=set(), at=NOW)
    else:
        give(first, 10)
        corrections.append(correction(deduct(first, 5)))
    is_held, pids = threading.Event(), {}

    def wait_until_waiting(name):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if name in pids and is_waiting_for_a_lock(pids[name]):
                return
            time.sleep(0.01)
        raise AssertionError(f"{name} waited for nothing")

    def hold_the_first():
        with transaction.atomic():
            lock_account(first.pk)
            is_held.set()
            wait_until_waiting("undo")

    def lock_both():
        assert is_held.wait(10)
        pids["both"] = connection.connection.info.backend_pid
        with transaction.atomic():
            return sorted(lock_accounts({first.pk, second.pk}))

    def undo_them():
        wait_until_waiting("both")
        pids["undo"] = connection.connection.info.backend_pid
        return told(undo(*corrections))

    outcomes = together(hold_the_first, lock_both, undo_them)

    assert outcomes == [None, [first.pk, second.pk], [(10, 0)] if has_moved else [(10, 0), (5, 0)]]
    assert findings() == []


def test_it_takes_as_many_statements_for_twenty_as_for_two(account_factory):
    def statements(count):
        asked = [correction(give(account_factory(), 5)) for _ in range(count)]
        with CaptureQueriesContext(connection) as queries:
            undo(*asked)
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    assert (statements(2), statements(20)) == (12, 12)


LATER = {
    "nothing": lambda account: None,
    "more": lambda account: give(account, 7),
    "spent": lambda account: deduct(account, 5),
    "set aside": lambda account: reserve(account, 6, checkout_id=f"checkout-{account.pk}", lasts=3 * DAY),
    "owing": lambda account: (award(account, 50), deduct(account, 60), reverse(account, 50, policy="ALLOW_NEGATIVE")),
    "frozen": lambda account: LoyaltyAccount.objects.filter(pk=account.pk).update(status="FROZEN"),
    "closed": lambda account: LoyaltyAccount.objects.filter(pk=account.pk).update(status="CLOSED"),
}
GIFTS = st.fixed_dictionaries(
    {
        "account": st.integers(0, 3),
        "points": st.integers(10, 30),
        "available_in": st.sampled_from([None, None, HOUR, 2 * DAY]),
        "lasts": st.sampled_from([None, None, 4 * HOUR, 30 * DAY]),
    }
)


@pytest.mark.django_db(transaction=True)
@settings(max_examples=60, deadline=None)
@given(
    gifts=st.lists(GIFTS, min_size=1, max_size=6),
    later=st.lists(st.sampled_from(sorted(LATER)), min_size=4, max_size=4),
    asked=st.lists(st.tuples(st.integers(0, 5), st.integers(1, 6)), max_size=8),
    wait=st.sampled_from([datetime.timedelta(0), HOUR, DAY]),
)
def test_it_does_what_taking_back_one_after_the_other_does(gifts, later, asked, wait):
    def live(slug, act):
        with transaction.atomic():
            program = make_program(slug)
            accounts = [ledger.open_account(program, email=f"{slug}-{n}@example.com", at=NOW) for n in range(4)]
            postings = [
                give(
                    accounts[gift["account"]],
                    gift["points"],
                    available_at=gift["available_in"] and NOW + gift["available_in"],
                    expires_at=gift["lasts"] and NOW + (gift["available_in"] or 0 * DAY) + gift["lasts"],
                )
                for gift in gifts
            ]
            for account, what in zip(accounts, later, strict=True):
                with contextlib.suppress(LoyaltyException):
                    LATER[what](account)
            corrections = [
                correction(postings[number], key=f"correction-{key}")
                for number, key in asked
                if number < len(postings)
            ]
            outcomes = told(act(corrections, NOW + wait))
            found = [
                (rows(one), columns(one), sums(one), remaining(one), reloaded(one).revision, uses(one))
                for one in accounts
            ]
            assert findings(at=NOW + wait) == []
            transaction.set_rollback(True)
        return outcomes, found

    def one_after_the_other(corrections, at):
        outcomes = []
        for one in corrections:
            try:
                outcomes.append(
                    reverse_transaction(one.transaction_id, at=at, idempotency_key=one.idempotency_key, actor=STAFF)
                )
            except LoyaltyException as refusal:
                outcomes.append(refusal)
        return outcomes

    assert live("many", lambda corrections, at: undo(*corrections, at=at)) == live("single", one_after_the_other)


def uses(account):
    lots = list(Lot.objects.filter(account=account).order_by("pk").values_list("pk", flat=True))
    found = LotUse.objects.filter(lot__in=lots).order_by("pk").values_list("lot", "points", "created_at")
    return [(lots.index(lot), points, at) for lot, points, at in found]


@pytest.mark.django_db(transaction=True)
def test_two_sessions_in_other_orders_take_back_once_and_do_not_block_each_other(account_factory):
    gifts = [give(account_factory(), 5) for _ in range(20)]

    def act(order):
        return lambda: told(undo(*(correction(gift) for gift in order)))

    outcomes = together(act(gifts), act(gifts[::-1]))

    assert sorted(outcomes, key=str) == [["ALREADY_REVERSED"] * 20, [(5, 0)] * 20]
    assert {columns(gift.account) for gift in gifts} == {(0, 0, 0, 0, 0)}
    assert findings() == []


@pytest.mark.django_db(transaction=True)
def test_points_that_are_spent_meanwhile_are_not_taken_back(account_factory):
    spender, other = account_factory(), account_factory()
    gifts = [give(spender, 50), give(other, 50)]

    outcomes = second_while_first_is_uncommitted(
        lambda: deduct(spender, 30), lambda: told(undo(*(correction(gift) for gift in gifts)))
    )

    assert outcomes[1] == [(20, 30), (50, 0)]
    assert (columns(spender), columns(other)) == ((0,) * 5, (0,) * 5)
    assert findings() == []
