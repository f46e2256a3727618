import pytest
from django.contrib.auth import get_user_model

from saleor_loyalty import ledger
from saleor_loyalty.events.catalogue import ACCOUNT_CREATED
from saleor_loyalty.models import EventEndpoint, LoyaltyAccount, OutboxEvent

from .builders import DAY, NOW, columns, give, make_program
from .connections import second_while_first_is_uncommitted, together


def test_an_account_is_opened_once_for_a_user(program):
    first = ledger.open_account(program, user_id=7, at=NOW)
    second = ledger.open_account(program, user_id=7, at=NOW + DAY)

    assert first == second
    assert (first.user_id, first.email, first.status, first.created_at) == (7, None, "ACTIVE", NOW)
    assert second.created_at == NOW
    assert LoyaltyAccount.objects.count() == 1


def test_an_account_is_opened_once_for_an_email_whatever_its_case(program):
    first = ledger.open_account(program, email="Ann@Example.com ", at=NOW)
    second = ledger.open_account(program, email="ann@example.COM", at=NOW)

    assert first == second
    assert first.email == "ann@example.com"


def test_each_program_has_its_own_account(program):
    other = make_program("other")

    assert ledger.open_account(program, user_id=7, at=NOW) != ledger.open_account(other, user_id=7, at=NOW)


@pytest.mark.parametrize("owner", [{}, {"email": " "}, {"user_id": 7, "email": "ann@example.com"}])
def test_exactly_one_owner_is_named(program, owner):
    with pytest.raises(ValueError, match="either"):
        ledger.open_account(program, at=NOW, **owner)
    assert LoyaltyAccount.objects.count() == 0


def test_opening_costs_one_statement_where_the_account_exists(program, django_assert_num_queries):
    with django_assert_num_queries(2):
        opened = ledger.open_account(program, user_id=7, at=NOW)
    with django_assert_num_queries(1):
        found = ledger.open_account(program, user_id=7, at=NOW)
    columns = [field.attname for field in found._meta.concrete_fields]
    assert [getattr(opened, name) for name in columns] == [getattr(found, name) for name in columns]


def test_a_deleted_user_leaves_a_closed_account_and_its_ledger(program):
    user = get_user_model().objects.create(email="ann@example.com")
    account = ledger.open_account(program, user_id=user.pk, at=NOW)
    give(account, 10, actor=ledger.Actor("STAFF", user.pk))

    user.delete()

    account.refresh_from_db()
    assert (account.user_id, account.status) == (None, "CLOSED")
    assert columns(account) == (10, 10, 0, 0, 0)


def test_many_are_opened_in_one_statement_and_those_there_are_found(program, django_assert_num_queries):
    there = ledger.open_account(program, user_id=7, at=NOW)
    guest = ledger.open_account(program, email="ann@example.com", at=NOW)
    make_program("other")

    with django_assert_num_queries(1):
        opened = ledger.open_accounts(program, [4, "ben@example.com", 3], at=NOW + DAY)
    with django_assert_num_queries(2):
        found = ledger.open_accounts(program, ["ann@example.com", 3, 7, "ben@example.com", 5], at=NOW + DAY)
    with django_assert_num_queries(0):
        assert ledger.open_accounts(program, [], at=NOW) == {}

    assert opened[3] < opened[4] < opened["ben@example.com"]
    assert found == {
        "ann@example.com": guest.pk,
        3: opened[3],
        7: there.pk,
        "ben@example.com": opened["ben@example.com"],
        5: LoyaltyAccount.objects.get(user_id=5).pk,
    }
    one_by_one = ledger.open_account(program, user_id=8, at=NOW + DAY)
    together = LoyaltyAccount.objects.get(pk=opened[4])
    names = [field.attname for field in one_by_one._meta.concrete_fields if field.attname not in ("id", "user_id")]
    assert [getattr(together, name) for name in names] == [getattr(one_by_one, name) for name in names]
    assert (together.user_id, together.email) == (4, None)
    assert LoyaltyAccount.objects.get(pk=opened["ben@example.com"]).email == "ben@example.com"
    assert LoyaltyAccount.objects.count() == 7


def test_an_endpoint_is_told_of_those_that_were_opened_and_of_no_other(program):
    EventEndpoint.objects.create(
        program=program,
        url="https://example.com/",
        event_names=[ACCOUNT_CREATED],
        created_by_kind="STAFF",
        created_at=NOW,
        updated_at=NOW,
    )
    ledger.open_account(program, user_id=7, at=NOW)

    opened = ledger.open_accounts(program, [3, 7, "ben@example.com"], at=NOW)

    told = list(OutboxEvent.objects.order_by("pk").values_list("account_id", "name"))
    assert told == [(opened[owner], ACCOUNT_CREATED) for owner in (7, 3, "ben@example.com")]


def test_an_address_that_is_stored_in_another_case_is_found(program):
    stored = LoyaltyAccount.objects.create(program=program, email="Ann@Example.com", created_at=NOW)

    assert ledger.open_accounts(program, ["ann@example.com"], at=NOW) == {"ann@example.com": stored.pk}


@pytest.mark.django_db(transaction=True)
def test_two_sessions_open_the_same_accounts_once(program):
    first, second = second_while_first_is_uncommitted(
        lambda: ledger.open_accounts(program, [5, 10, 9], at=NOW),
        lambda: ledger.open_accounts(program, ["z@example.com", 10, 9, 5, 2], at=NOW),
    )

    assert {owner: second[owner] for owner in (5, 9, 10)} == first
    assert LoyaltyAccount.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_sessions_that_open_the_same_in_other_orders_wait_for_each_other_in_no_circle(program):
    owners = [f"{number}@example.com" for number in range(20)] + list(range(1, 40))

    def act(order):
        return lambda: ledger.open_accounts(program, order, at=NOW)

    first, second, third = together(act(owners), act(owners[::-1]), act(owners[::2] + owners[1::2]))

    assert first == second == third
    assert LoyaltyAccount.objects.count() == 59
