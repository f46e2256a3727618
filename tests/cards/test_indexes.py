"""The indexes that lists by label and searches of guests need: PostgreSQL can answer these from them alone."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import QuerySet

from saleor_loyalty.graphql.filters import account_condition
from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import AccountLabel, LoyaltyAccount, Note
from saleor_loyalty.selectors import accounts_page
from tests.graphql.api import gid

from .builders import NOW, assign, label


def plan(queryset: QuerySet) -> str:
    """Return the plan where reading a whole table is no choice."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    return queryset.explain()


def test_a_guest_s_email_is_found_by_any_part_of_it_in_whatever_case(program, account):
    guest = open_account(program, email="dana@example.com", at=NOW)
    assert list(accounts_page(search="ANA@exam")) == [guest]
    assert "loyalty_account_email_trgm_idx" in plan(LoyaltyAccount.objects.filter(email__icontains="ANA@exam"))


@pytest.mark.parametrize("kind", ["eq", "one_of", "not_one_of"])
def test_accounts_are_found_by_label_without_reading_every_assignment(program, account, kind):
    vip = label(program, "VIP")
    assign([account], [vip])
    wanted = gid("LoyaltyLabel", vip)
    condition = account_condition({"labels": {kind: wanted if kind == "eq" else [wanted]}})

    found = plan(LoyaltyAccount.objects.filter(condition))

    assert "loyalty_account_label_idx" in found or "loyalty_account_label_once" in found
    assert "Seq Scan" not in found


def test_the_labels_of_accounts_and_the_accounts_of_labels_come_from_an_index(account):
    assert "loyalty_account_label_once" in plan(AccountLabel.objects.filter(account_id=account.pk).order_by())
    assert "loyalty_account_label_idx" in plan(AccountLabel.objects.filter(label_id=1).order_by())


def test_a_page_of_notes_comes_in_the_order_of_its_index(account):
    found = plan(Note.objects.filter(account_id=account.pk, pk__lt=10).order_by("-pk")[:3])
    assert "Index Scan" in found
    assert "Sort" not in found
