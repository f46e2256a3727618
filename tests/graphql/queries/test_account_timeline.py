"""``LoyaltyAccount.timeline``: everything that happened with one customer, in one order, page by page."""

from __future__ import annotations

import datetime

import pytest

from saleor_loyalty import cards
from saleor_loyalty.accounts import AccountTarget, EventReport, delete_card, enroll_account, report_event
from saleor_loyalty.ledger import Actor, extend_expiry, give_points, open_account
from saleor_loyalty.memberships import PlanTerms, create_membership, create_plan
from saleor_loyalty.models import CustomField, Lot, LoyaltyAccount, LoyaltyProgram
from tests import club
from tests.graphql.api import Api, gid, nodes
from tests.graphql.test_query_counts import statements

NOON = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
STAFF = Actor("STAFF", 7)

PAGE = """query($id: ID!, $first: Int, $after: String, $last: Int, $before: String,
        $types: [LoyaltyTimelineTypeEnum!]) {
    loyaltyAccount(id: $id) { timeline(first: $first, after: $after, last: $last, before: $before, types: $types) {
        totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        edges { cursor node { type name createdAt } } } } }"""

NEWEST_FIRST = [
    ("ACCOUNT_CLOSED", None),
    ("MEMBERSHIP", "Yearly"),
    ("TRANSACTION", "GIVE"),
    ("NOTE", "call"),
    ("FIELD_CHANGED", "Company"),
    ("LABEL_UNASSIGNED", "VIP"),
    ("LABEL_ASSIGNED", "VIP"),
    ("EVENT", "app.opened"),
    ("ENROLLED", None),
    ("ACCOUNT_OPENED", None),
]


def hours(number: int) -> datetime.datetime:
    return NOON + datetime.timedelta(hours=number)


def live(program: LoyaltyProgram, email: str, *, at) -> LoyaltyAccount:
    """Let all kinds of things happen to a visitor; ``at`` says when the next one does."""
    account = open_account(program, email=email, at=at())
    enroll_account(AccountTarget(account_id=account.pk), at=at())
    report = EventReport(name="app.opened", account_id=account.pk)
    report_event(program.pk, report=report, idempotency_key=email, actor=Actor("APP", 1), at=at())
    label = cards.create_label(program.pk, name="VIP", at=NOON) if not program.labels.exists() else None
    label = label or program.labels.get(name="VIP")
    cards.assign_labels([account.pk], label_ids=[label.pk], actor=STAFF, at=at())
    cards.unassign_labels([account.pk], label_ids=[label.pk], actor=STAFF, at=at())
    company = CustomField.objects.get(program=program, key="company")
    entry = cards.FieldEntry(field_id=company.pk, value="Acme")
    cards.set_field_values(account.pk, values=[entry], actor=STAFF, at=at())
    cards.add_note(account.pk, text="Called us.", type="call", author=STAFF, at=at())
    give_points(account.pk, points=5, at=at(), idempotency_key=email)
    plan = program.membership_plans.first() or create_plan(
        program.pk, terms=PlanTerms(name="Yearly", duration_days=365), at=NOON
    )
    create_membership(
        account.pk, plan_id=plan.pk, actor=STAFF, at=(moment := at()), starts_on=moment.date() + datetime.timedelta(9)
    )
    LoyaltyAccount.objects.filter(pk=account.pk).update(status="CLOSED", closed_at=at())
    return account


def clock():
    ticks = iter(range(100))
    return lambda: hours(next(ticks))


def ask(api: Api, account: LoyaltyAccount, **variables):
    return api(PAGE, id=gid("LoyaltyAccount", account), **variables)["loyaltyAccount"]["timeline"]


def entries(page) -> list[tuple[str, str | None]]:
    return [(node["type"], node["name"]) for node in nodes(page)]


def test_everything_is_told_the_newest_first(staff: Api, program):
    account = live(program, "a@example.com", at=clock())

    page = ask(staff, account, first=50)

    assert entries(page) == [*NEWEST_FIRST[:2], *NEWEST_FIRST[2:]]
    assert page["totalCount"] == 10
    assert [node["createdAt"] for node in nodes(page)] == [hours(number).isoformat() for number in range(9, -1, -1)]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize("is_at_once", [True, False])
def test_pages_follow_each_other_without_gap_or_repetition_in_both_directions(staff: Api, program, size, is_at_once):
    # given two customers, with all that happened at one moment, or one after the other
    account, _ = (
        live(program, email, at=(lambda: NOON) if is_at_once else clock()) for email in ("a@b.com", "b@b.com")
    )
    whole = entries(ask(staff, account, first=50))
    assert sorted(whole, key=str) == sorted(NEWEST_FIRST, key=str)

    for sized, cursor, end, more in (
        ("first", "after", "endCursor", "hasNextPage"),
        ("last", "before", "startCursor", "hasPreviousPage"),
    ):
        # when
        found, arguments, goes_on = [], {}, True
        while goes_on:
            page = ask(staff, account, **{sized: size}, **arguments)
            found = [*found, *entries(page)] if sized == "first" else [*entries(page), *found]
            arguments, goes_on = {cursor: page["pageInfo"][end]}, page["pageInfo"][more]
            assert len(found) <= len(whole)

        # then
        assert found == whole


def test_only_some_kinds_are_asked_for(staff: Api, program):
    account = live(program, "a@example.com", at=clock())
    page = ask(staff, account, first=50, types=["NOTE", "LABEL_ASSIGNED", "ACCOUNT_OPENED"])
    assert entries(page) == [("NOTE", "call"), ("LABEL_ASSIGNED", "VIP"), ("ACCOUNT_OPENED", None)]
    assert page["totalCount"] == 3
    assert ask(staff, account, first=50, types=[])["totalCount"] == 0


def test_two_customers_pages_are_never_mixed(staff: Api, program):
    # given
    for name in ("a", "b"):
        live(program, f"{name}@example.com", at=lambda: NOON)
    open_account(program, email="c@example.com", at=NOON)

    # when
    document = """{ loyaltyAccounts(first: 10) { edges { node { email timeline(first: 3) {
        totalCount edges { node { type note { text } } } } } } } }"""
    found = {node["email"]: node["timeline"] for node in nodes(staff(document)["loyaltyAccounts"])}

    # then
    assert {email: timeline["totalCount"] for email, timeline in found.items()} == {
        "a@example.com": 10,
        "b@example.com": 10,
        "c@example.com": 1,
    }
    assert [len(timeline["edges"]) for timeline in found.values()] == [1, 3, 3]


def test_what_an_entry_is_about_is_read_with_it(staff: Api, app: Api, program, account):
    # given
    cards.add_note(account.pk, text="Prefers tea.", author=Actor("STAFF", staff.user.pk), at=club.now())
    report = EventReport(name="CONTACTED_ME", account_id=account.pk, external_reference="m-1", payload={"a": [1]})
    report_event(program.pk, report=report, idempotency_key="k", actor=Actor("APP", app.app.pk), at=club.now())
    document = """query($id: ID!) { loyaltyAccount(id: $id) { timeline(first: 10, types: [NOTE, EVENT, TRANSACTION]) {
        edges { node { type user { email } app { id } note { text } transaction { pointsChange }
            event { event externalReference payload } } } } } }"""

    # when
    event, note, given = nodes(staff(document, id=gid("LoyaltyAccount", account))["loyaltyAccount"]["timeline"])

    # then
    assert (note["user"], note["note"]) == ({"email": "staff@example.com"}, {"text": "Prefers tea."})
    assert event["event"] == {"event": "CONTACTED_ME", "externalReference": "m-1", "payload": '{"a": [1]}'}
    assert event["app"] is not None
    assert given["transaction"] == {"pointsChange": 1000}
    assert (event["note"], note["event"], given["note"]) == (None, None, None)


def test_a_deleted_card_keeps_only_the_books(staff: Api, program):
    account = open_account(program, email="a@example.com", at=NOON)
    cards.add_note(account.pk, text="x", author=STAFF, at=hours(1))
    give_points(account.pk, points=5, at=hours(2), idempotency_key="k")
    delete_card(account.pk, forfeits=True, actor=STAFF, at=hours(3))
    assert entries(ask(staff, account, first=9)) == [
        ("ACCOUNT_CLOSED", None),
        ("TRANSACTION", "DEDUCT"),
        ("TRANSACTION", "GIVE"),
        ("ACCOUNT_OPENED", None),
    ]


def test_cursors_and_pages_that_are_none_are_refused(staff: Api, account):
    document = """query($id: ID!, $first: Int, $after: String) { loyaltyAccount(id: $id) {
        timeline(first: $first, after: $after) { totalCount } } }"""
    for variables in ({}, {"first": 101}, {"first": -1}, {"first": 1, "after": "garbage"}):
        assert staff.error(document, id=gid("LoyaltyAccount", account), **variables)[0] == "GraphQLError"


def test_1_and_20_accounts_and_entries_take_the_same_number_of_statements(staff: Api, program):
    # given
    for number in range(20):
        live(program, f"guest{number:02}@example.com", at=lambda: NOON)
    document = """query($n: Int, $m: Int) { loyaltyAccounts(first: $n) { edges { node { timeline(first: $m) {
        totalCount edges { node { type name user { email } app { name } note { text user { email } }
            transaction { pointsChange } event { event } order { id } } } } } } } }"""
    staff(document, n=1, m=20)

    # when
    few = statements(lambda: staff(document, n=1, m=20))
    many = statements(lambda: staff(document, n=20, m=20))

    # then
    assert len(few) == len(many), "\n".join(many)
    assert len(many) <= 8


def test_an_extension_tells_who_let_points_last_longer_until_when_and_why(staff: Api, account):
    # given
    soon, later = (club.now() + datetime.timedelta(days=days) for days in (2, 9))
    actor = Actor("STAFF", staff.user.pk)
    Lot.objects.filter(account=account).update(expires_at=soon)
    [extension] = extend_expiry(account.pk, expires_at=later, at=club.now(), actor=actor, reason="Goodwill")
    document = """query($id: ID!) { loyaltyAccount(id: $id) { timeline(first: 9, types: [POINTS_EXTENDED]) { totalCount
        edges { node { type user { email } transaction { id }
            extension { points expiredAt expiresAt reason } } } } } }"""

    # when
    found = staff(document, id=gid("LoyaltyAccount", account))["loyaltyAccount"]["timeline"]

    # then
    assert found["totalCount"] == 1
    assert nodes(found) == [
        {
            "type": "POINTS_EXTENDED",
            "user": {"email": "staff@example.com"},
            "transaction": None,
            "extension": {
                "points": extension.points,
                "expiredAt": soon.isoformat(),
                "expiresAt": later.isoformat(),
                "reason": "Goodwill",
            },
        }
    ]


def test_the_last_activity_is_the_latest_of_login_order_and_transaction(staff: Api, account, customer, variant):
    document = "query($id: ID!) { loyaltyAccount(id: $id) { lastActivityAt } }"

    def last() -> datetime.datetime:
        found = staff(document, id=gid("LoyaltyAccount", account))["loyaltyAccount"]["lastActivityAt"]
        return datetime.datetime.fromisoformat(found)

    # given a transaction
    account.refresh_from_db()
    assert last() == account.last_transaction_at

    # when an order is made, which has not earned yet
    checkout = club.fill_cart(customer, variant)
    club.apply(checkout, 100)
    before = club.now()
    order = club.complete(checkout)
    club.settle(order)
    assert last() >= before

    # when the customer comes back
    customer.last_login = club.now() + datetime.timedelta(days=1)
    customer.save()
    assert last() == customer.last_login
