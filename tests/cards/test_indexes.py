"""The indexes that lists by label and searches of guests need: PostgreSQL can answer these from them alone."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import QuerySet

from saleor_loyalty.accounts import AccountFilter, LabelChoice, select_accounts
from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import AccountLabel, Label, LoyaltyAccount, LoyaltyProgram, Note

from .builders import NOW, assign, label

CROWD = 1_000


@pytest.fixture
def crowd(program: LoyaltyProgram) -> list[LoyaltyAccount]:
    """So many guests, each with a label of a crowd and a note, that the planner's choice is not left to chance."""
    guests = LoyaltyAccount.objects.bulk_create(
        LoyaltyAccount(program=program, email=f"{number:05}.guest@shop.example", created_at=NOW)
        for number in range(CROWD)
    )
    labels = [label(program, f"Crowd {number}") for number in range(20)]
    AccountLabel.objects.bulk_create(
        AccountLabel(account=guest, label=labels[number % 20], created_at=NOW) for number, guest in enumerate(guests)
    )
    Note.objects.bulk_create(
        Note(account=guests[number % 100], text="A note.", created_at=NOW, updated_at=NOW) for number in range(CROWD)
    )
    with connection.cursor() as cursor:
        for model in (LoyaltyAccount, AccountLabel, Note):
            cursor.execute(f"ANALYZE {model._meta.db_table}")
    return guests


def plan(queryset: QuerySet, *, without: tuple[str, ...] = ("seqscan",)) -> str:
    """Return the plan where these ways of reading, at least that of a whole table, are no choice."""
    with connection.cursor() as cursor:
        for way in without:
            cursor.execute(f"SET LOCAL enable_{way} = off")
    return queryset.explain()


def test_a_guest_s_email_is_found_by_any_part_of_it_in_whatever_case(program, crowd):
    guest = open_account(program, email="dana@example.com", at=NOW)
    assert list(select_accounts(AccountFilter(search="ANA@exam"))) == [guest]
    # A GIN index is only ever read as a bitmap; without plain index scans the primary key is no way around it.
    found = plan(LoyaltyAccount.objects.filter(email__icontains="ANA@exam"), without=("seqscan", "indexscan"))
    assert "loyalty_account_email_trgm_idx" in found


@pytest.mark.parametrize("kind", ["eq", "one_of", "not_one_of"])
def test_accounts_are_found_by_label_without_reading_every_assignment(program, account, crowd, kind):
    vip = label(program, "VIP")
    assign([account], [vip])
    labels = LabelChoice(**{kind: vip.pk if kind == "eq" else (vip.pk,)})

    found = plan(select_accounts(AccountFilter(labels=labels)))

    assert "loyalty_account_label_idx" in found or "loyalty_account_label_once" in found
    assert "Seq Scan" not in found


def test_the_labels_of_accounts_and_the_accounts_of_labels_come_from_an_index(account, crowd):
    assert "loyalty_account_label_once" in plan(AccountLabel.objects.filter(account_id=account.pk).order_by())
    assert "loyalty_account_label_idx" in plan(
        AccountLabel.objects.filter(label_id=Label.objects.earliest("pk").pk).order_by()
    )


def test_a_page_of_notes_comes_in_the_order_of_its_index(crowd):
    found = plan(Note.objects.filter(account_id=crowd[7].pk, pk__lt=2_000_000_000).order_by("-pk")[:3])
    assert "Index Scan" in found
    assert "Sort" not in found
