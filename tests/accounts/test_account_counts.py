"""How many accounts there are, by triggers: exact after whatever happens to accounts."""

from __future__ import annotations

from django.db import connection
from django.db.models import Count, Sum

from saleor_loyalty.accounts.account_counts import add_up_account_counts
from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import AccountCount, LoyaltyAccount
from saleor_loyalty.programs import create_program
from tests import club


def kept() -> dict[tuple[int, str], int]:
    rows = AccountCount.objects.values_list("program_id", "status").annotate(total=Sum("accounts")).order_by()
    return {(program, status): total for program, status, total in rows if total}


def counted() -> dict[tuple[int, str], int]:
    rows = LoyaltyAccount.objects.values_list("program_id", "status").annotate(total=Count("pk")).order_by()
    return {(program, status): total for program, status, total in rows}


def test_accounts_are_counted_whatever_happens_to_them(program):
    # given
    other = create_program(name="Other", slug="other", at=club.now())
    dana = club.add_customer()

    # when / then
    account = open_account(program, user_id=dana.pk, at=club.now())
    assert kept() == counted() == {(program.pk, "ACTIVE"): 1}
    open_account(program, user_id=dana.pk, at=club.now())
    guests = [open_account(other, email=f"{number}@example.com", at=club.now()) for number in range(3)]
    assert kept() == counted() == {(program.pk, "ACTIVE"): 1, (other.pk, "ACTIVE"): 3}
    LoyaltyAccount.objects.filter(program=other).exclude(pk=guests[0].pk).update(status="FROZEN")
    assert kept() == counted() == {(program.pk, "ACTIVE"): 1, (other.pk, "ACTIVE"): 1, (other.pk, "FROZEN"): 2}
    dana.delete()
    assert kept() == counted()
    assert kept()[(program.pk, "CLOSED")] == 1
    guests[0].delete()
    LoyaltyAccount.objects.bulk_create(
        LoyaltyAccount(program=program, email=f"bulk{number}@example.com", created_at=club.now())
        for number in range(5)
    )
    assert kept() == counted()
    assert kept()[(program.pk, "ACTIVE")] == 5
    assert account.pk in set(LoyaltyAccount.objects.values_list("pk", flat=True))


def test_adding_up_changes_no_sum_and_leaves_a_row_for_each_status(program):
    for number in range(4):
        open_account(program, email=f"{number}@example.com", at=club.now())
    LoyaltyAccount.objects.filter(email="0@example.com").update(status="FROZEN")
    LoyaltyAccount.objects.filter(email="0@example.com").update(status="CLOSED")
    before = kept()
    assert AccountCount.objects.count() == 8

    for _ in range(2):
        add_up_account_counts()
        assert kept() == counted() == before
        assert AccountCount.objects.count() == 2


def test_no_account_is_left_where_all_are_truncated(program):
    open_account(program, email="a@example.com", at=club.now())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL saleor_loyalty.allow_truncate = 'on'")
        cursor.execute("TRUNCATE saleor_loyalty_loyaltyaccount CASCADE")
    assert kept() == {}
