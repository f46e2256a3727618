"""Giving to many accounts at once does what giving to each of them does, in a constant number of statements."""

import datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_loyalty import ledger
from saleor_loyalty.errors import LoyaltyException
from saleor_loyalty.events.catalogue import TRANSACTION_CREATED
from saleor_loyalty.ledger import Actor, Lasting, Posting, check_gift, give_to_many
from saleor_loyalty.ledger.give_points import give_checked
from saleor_loyalty.models import EventDelivery, EventEndpoint, Lot, LoyaltyAccount, LoyaltyTransaction, OutboxEvent

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
from .connections import second_while_first_is_uncommitted, together


def gift(account, points, *, at=NOW, **arguments):
    arguments.setdefault("idempotency_key", new_key())
    return check_gift(account.pk, points=points, at=at, **arguments)


def codes(outcomes):
    """What became of each gift: whether its posting is new, or the code of the refusal."""
    return [outcome.is_new if isinstance(outcome, Posting) else outcome.code for outcome in outcomes]


def test_each_account_is_given_its_points(account_factory):
    first, second, third = (account_factory() for _ in range(3))
    give(second, 5)

    outcomes = give_to_many(
        [
            gift(second, 20, expires_at=NOW + DAY, reason="Sorry", internal_note="late"),
            gift(first, 10, actor=Actor("STAFF", 7), source="THANK_YOU", external_reference="till 4", batch_id=None),
            gift(third, 30, available_at=NOW + HOUR, lasting=Lasting(until=NOW + 9 * DAY, while_active=True)),
        ]
    )

    assert codes(outcomes) == [True, True, True]
    assert [outcome.transaction.account_id for outcome in outcomes] == [second.pk, first.pk, third.pk]
    assert (rows(first), rows(second)) == ([("GIVE", 10, 10)], [("GIVE", 5, 5), ("GIVE", 20, 25)])
    assert (columns(first), columns(second), columns(third)) == (
        (10, 10, 0, 0, 0),
        (25, 25, 0, 0, 0),
        (30, 0, 30, 0, 0),
    )
    assert [reloaded(one).next_due_at for one in (first, second, third)] == [None, NOW + DAY, NOW + HOUR]
    assert [outcome.account.revision for outcome in outcomes] == [2, 1, 1]
    thanks = outcomes[1].transaction
    assert (thanks.source, thanks.actor_kind, thanks.actor_id) == ("THANK_YOU", "STAFF", 7)
    assert thanks.external_reference == "till 4"
    sorry = LoyaltyTransaction.objects.select_related("text").get(pk=outcomes[0].transaction.pk)
    assert (sorry.text.reason, sorry.text.internal_note, sorry.sequence) == ("Sorry", "late", 2)
    lot = Lot.objects.get(account=third)
    assert (lot.issued, lot.is_matured, lot.expires_at, lot.lasts_while_active) == (30, False, NOW + 9 * DAY, True)
    assert findings() == []


def test_a_refused_gift_writes_nothing_and_the_others_stand(account_factory):
    frozen, full, closed, other = (
        account_factory(status="FROZEN"),
        account_factory(),
        account_factory(),
        account_factory(),
    )
    LoyaltyAccount.objects.filter(pk=closed.pk).update(status="CLOSED")
    give(full, 1_999_999_999)
    missing = LoyaltyAccount(pk=987_654_321)
    gifts = [
        gift(frozen, 1),
        gift(full, 2),
        gift(closed, 3),
        gift(missing, 4),
        gift(other, 6, limit=5),
    ]
    before = everything()

    outcomes = give_to_many(gifts)

    assert codes(outcomes) == [
        "ACCOUNT_FROZEN",
        "INVALID",
        "ACCOUNT_FROZEN",
        "NOT_FOUND",
        "LIMIT_REACHED",
    ]
    assert everything() == before
    assert codes(give_to_many([*gifts[:4], gift(other, 5, limit=5)]))[-1] is True
    assert columns(other) == (5, 5, 0, 0, 0)
    assert findings() == []


def test_what_was_given_before_is_answered_as_it_stands(account_factory):
    first, second = account_factory(), account_factory()
    given = [gift(first, 10, idempotency_key="a"), gift(second, 20, idempotency_key="b")]
    stored = [outcome.transaction.pk for outcome in give_to_many(given)]
    before = everything()

    assert [outcome.transaction.pk for outcome in give_to_many(given)] == stored
    assert codes(give_to_many(given)) == [False, False]
    assert codes(give_to_many([gift(first, 11, idempotency_key="a"), gift(second, 20, idempotency_key="b")])) == [
        "IDEMPOTENCY_KEY_REUSED",
        False,
    ]
    assert everything() == before


def test_an_account_that_is_named_twice_is_given_both(account):
    outcomes = give_to_many([gift(account, 10), gift(account, 20), gift(account, 10, idempotency_key="k")])

    assert codes(outcomes) == [True, True, True]
    assert rows(account) == [("GIVE", 10, 10), ("GIVE", 20, 30), ("GIVE", 10, 40)]
    assert findings() == []


def test_a_debt_is_paid_and_what_is_due_expires_first(account_factory):
    owing, due = account_factory(), account_factory()
    award(owing, 50)
    deduct(owing, 50)
    reverse(owing, 50, policy="ALLOW_NEGATIVE")
    assert columns(owing) == (-50, 0, 0, 0, 50)
    give(due, 30, expires_at=NOW + HOUR)

    outcomes = give_to_many([gift(owing, 70, at=NOW + DAY), gift(due, 5, at=NOW + DAY)])

    assert codes(outcomes) == [True, True]
    assert (columns(owing), columns(due)) == ((20, 20, 0, 0, 0), (5, 5, 0, 0, 0))
    assert [type_ for type_, _, _ in rows(due)] == ["GIVE", "EXPIRE", "GIVE"]
    assert findings(at=NOW + DAY) == []


def test_accounts_of_two_programs_and_gifts_of_two_moments_are_refused(account, account_factory):
    other, second = ledger.open_account(make_program("other"), email="x@example.com", at=NOW), account_factory()
    before = everything()

    with pytest.raises(ValueError, match="several programs"):
        give_to_many([gift(account, 1), gift(other, 1)])
    with pytest.raises(ValueError, match="several moments"):
        give_to_many([gift(account, 1), gift(second, 1, at=NOW + HOUR)])

    assert everything() == before
    assert give_to_many([]) == []


def test_endpoints_are_told_of_each(account_factory):
    first, second = account_factory(), account_factory()
    EventEndpoint.objects.create(
        program=first.program,
        url="https://example.com/",
        event_names=[TRANSACTION_CREATED],
        created_at=NOW,
        updated_at=NOW,
    )

    give_to_many([gift(second, 20), gift(first, 10), gift(account_factory(status="FROZEN"), 1)])

    told = OutboxEvent.objects.filter(name=TRANSACTION_CREATED).order_by("pk")
    assert [(event.account_id, event.payload["points"], event.payload["sequence"]) for event in told] == [
        (second.pk, 20, 1),
        (first.pk, 10, 1),
    ]
    assert EventDelivery.objects.count() == 2


def test_it_takes_as_many_statements_for_twenty_as_for_two(account_factory):
    def statements(count):
        gifts = [gift(account_factory(), 5) for _ in range(count)]
        with CaptureQueriesContext(connection) as queries:
            give_to_many(gifts)
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    assert (statements(2), statements(20)) == (7, 7)


HISTORIES = {
    "new": lambda account: None,
    "given": lambda account: give(account, 40),
    "due": lambda account: give(account, 40, expires_at=NOW + HOUR),
    "matures": lambda account: give(account, 40, available_at=NOW + HOUR, expires_at=NOW + 3 * DAY),
    "owing": lambda account: (award(account, 50), deduct(account, 50), reverse(account, 50, policy="ALLOW_NEGATIVE")),
    "set aside": lambda account: (give(account, 40), reserve(account, 30, checkout_id=f"checkout-{account.pk}")),
    "full": lambda account: give(account, 1_999_999_990),
    "frozen": lambda account: LoyaltyAccount.objects.filter(pk=account.pk).update(status="FROZEN"),
    "closed": lambda account: LoyaltyAccount.objects.filter(pk=account.pk).update(status="CLOSED"),
}
GIFTS = st.fixed_dictionaries(
    {
        "account": st.integers(0, 4),
        "points": st.integers(1, 30),
        "key": st.integers(1, 8),
        "limit": st.sampled_from([None, None, 10]),
        "available_in": st.sampled_from([None, datetime.timedelta(0), HOUR]),
        "lasts": st.sampled_from([None, DAY, 30 * DAY]),
        "happened": st.sampled_from([None, -3 * DAY, HOUR]),
        "reason": st.sampled_from(["", "Thanks"]),
    }
)


@pytest.mark.django_db(transaction=True)
@settings(max_examples=60, deadline=None)
@given(
    histories=st.lists(st.sampled_from(sorted(HISTORIES)), min_size=5, max_size=5), wishes=st.lists(GIFTS, max_size=9)
)
def test_it_does_what_giving_one_after_the_other_does(histories, wishes):
    at = NOW + DAY

    def live(slug, act):
        with transaction.atomic():
            program = make_program(slug)
            accounts = [ledger.open_account(program, email=f"{slug}-{n}@example.com", at=NOW) for n in range(5)]
            for account, history in zip(accounts, histories, strict=True):
                HISTORIES[history](account)
            gifts = [
                check_gift(
                    accounts[wish["account"]].pk,
                    points=wish["points"],
                    at=at,
                    idempotency_key=f"wish-{wish['key']}",
                    limit=wish["limit"],
                    available_at=None if wish["available_in"] is None else at + wish["available_in"],
                    expires_at=None if wish["lasts"] is None else at + wish["lasts"],
                    occurred_at=None if wish["happened"] is None else at + wish["happened"],
                    reason=wish["reason"],
                )
                for wish in wishes
            ]
            outcomes = codes(act(gifts))
            found = [
                (
                    rows(one),
                    moments(one),
                    columns(one),
                    sums(one),
                    remaining(one),
                    reloaded(one).next_due_at,
                    reloaded(one).revision,
                )
                for one in accounts
            ]
            assert findings(at=at) == []
            transaction.set_rollback(True)
        return outcomes, found

    assert live("many", give_to_many) == live("single", one_after_the_other)


def moments(account):
    lots = Lot.objects.filter(account=account).order_by("pk")
    return (
        list(LoyaltyTransaction.objects.filter(account=account).order_by("sequence").values_list("occurred_at")),
        list(lots.values_list("available_at", "expires_at", "is_matured")),
    )


def one_after_the_other(gifts):
    outcomes = []
    for wished in gifts:
        try:
            outcomes.append(give_checked(wished))
        except LoyaltyException as refusal:
            outcomes.append(refusal)
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_two_sessions_with_the_same_accounts_in_other_orders_do_not_block_each_other(account_factory):
    accounts = [account_factory() for _ in range(20)]

    def act(order):
        return lambda: [codes(give_to_many([gift(one, 5) for one in order])) for _ in range(5)]

    outcomes = together(act(accounts), act(accounts[::-1]), act(accounts[::2] + accounts[1::2]))

    assert outcomes == [[[True] * 20] * 5] * 3
    assert {columns(one) for one in accounts} == {(75, 75, 0, 0, 0)}
    assert findings() == []


@pytest.mark.django_db(transaction=True)
def test_the_same_request_in_two_sessions_gives_once(account_factory):
    accounts = [account_factory() for _ in range(3)]

    def act():
        return codes(give_to_many([gift(one, 5, idempotency_key=f"k-{one.pk}") for one in accounts]))

    assert second_while_first_is_uncommitted(act, act) == [[True] * 3, [False] * 3]
    assert [columns(one) for one in accounts] == [(5, 5, 0, 0, 0)] * 3


@pytest.mark.django_db(transaction=True)
def test_a_key_that_another_account_takes_meanwhile_is_refused_and_the_others_stand(account_factory):
    first, second, third = (account_factory() for _ in range(3))

    outcomes = second_while_first_is_uncommitted(
        lambda: give(third, 5, idempotency_key="k"),
        lambda: codes(give_to_many([gift(first, 5), gift(second, 5, idempotency_key="k"), gift(first, 6)])),
    )

    # What was to be written after the others is so still: one after the other means in their order.
    assert outcomes[1] == [True, "IDEMPOTENCY_KEY_REUSED", True]
    assert (columns(first), columns(second), columns(third)) == ((11, 11, 0, 0, 0), (0,) * 5, (5, 5, 0, 0, 0))
    assert rows(first) == [("GIVE", 5, 5), ("GIVE", 6, 11)]
    assert findings() == []
