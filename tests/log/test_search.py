"""What a search of the log finds, and over which indexes."""

from __future__ import annotations

import pytest
from django.db import connection

from saleor_loyalty.log import TransactionFilter
from saleor_loyalty.models import LoyaltyTransaction, OrderRecord, TransactionText
from tests.ledger.builders import NOW

from .test_transaction_filter import found


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("", [100, 50, -30, 80, 1]),
        ("   ", [100, 50, -30, 80, 1]),
        ("BIRTHDAY", [100, 1]),
        ("irth", [100, 1]),
        ("  birthday too ", [1]),
        ("bi", []),
        ("dana-1", [100]),
        ("dana-", []),
        ("crm-42", [1]),
        ("crm-4", []),
        ("order-1", [50]),
        ("%_o", [-30]),
        ("%%%", []),
        ("off\\d", [-30]),
        ("' OR 1=1 --", []),
        ("x\x00birthday", []),
        ("\x00birthday", [100, 1]),
        ("q" * 10_000, []),
        ("Levi", []),
        ("guest@", []),
    ],
)
def test_a_text_is_found_where_it_stands(dana, guest, text, points):
    assert found(search=text) == points


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("Levi", [100, 50, -30, 80]),
        ("dana@exam", [100, 50, -30, 80]),
        ("GUEST@", [1]),
        ("example.com", [100, 50, -30, 80, 1]),
        ("birthday", [100, 1]),
        ("le", []),
    ],
)
def test_people_are_found_only_by_those_who_may_know_them(dana, guest, text, points):
    assert found(search=text, search_customers=True) == points


def test_an_order_is_found_by_its_number_with_or_without_its_sign(program, dana, guest):
    OrderRecord.objects.create(
        program=program,
        program_version=program.published_version,
        order_id="order-1",
        order_number="1001",
        channel_slug="shop",
        currency="ILS",
        created_at=NOW,
        updated_at=NOW,
    )
    assert found(search="1001") == found(search="#1001") == [50]
    assert found(search="100") == []


def plan(queryset, *, without=("seqscan",)) -> str:
    """Return the plan where these ways of reading are no choice."""
    with connection.cursor() as cursor:
        for way in without:
            cursor.execute(f"SET LOCAL enable_{way} = off")
    return queryset.explain()


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (TransactionText.objects.filter(reason__icontains="birthday").exclude(reason=""), "loyalty_reason_trgm_idx"),
        (OrderRecord.objects.filter(order_number="1001").exclude(order_number=""), "loyalty_order_record_numb_idx"),
        (
            LoyaltyTransaction.objects.filter(external_reference="crm").exclude(external_reference=""),
            "loyalty_transaction_extern_idx",
        ),
        (LoyaltyTransaction.objects.filter(type__in=["SET"]), "loyalty_transaction_type_idx"),
        (LoyaltyTransaction.objects.filter(source__in=["VIP"]), "loyalty_transaction_source_idx"),
        (
            LoyaltyTransaction.objects.filter(TransactionFilter(app_ids=(9,))._actors()),
            "loyalty_transaction_actor_idx",
        ),
    ],
)
def test_each_way_of_looking_has_its_index(dana, guest, rows, index):
    assert index in plan(rows.order_by(), without=("seqscan", "indexscan", "indexonlyscan"))


def test_a_search_reads_no_table_as_a_whole(dana, guest):
    condition = TransactionFilter(search="birthday").condition()
    assert "Seq Scan on saleor_loyalty_loyaltytransaction" not in plan(LoyaltyTransaction.objects.filter(condition))
