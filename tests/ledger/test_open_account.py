import pytest
from django.contrib.auth import get_user_model

from saleor_loyalty import ledger
from saleor_loyalty.models import LoyaltyAccount

from .builders import DAY, NOW, columns, give, make_program


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
