"""Which transactions a filter means, and its round trip through JSON."""

from __future__ import annotations

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.log import TransactionFilter
from saleor_loyalty.models import LoyaltyTransaction, OrderRecord
from tests.cards.builders import assign, label
from tests.ledger.builders import DAY, NOW


def found(**parts) -> list[int]:
    """Return the points of what is found, in the order of writing."""
    condition = TransactionFilter(**parts).condition()
    return list(LoyaltyTransaction.objects.filter(condition).order_by("pk").values_list("points", flat=True))


@pytest.mark.parametrize(
    ("parts", "points"),
    [
        ({}, [100, 50, -30, 80, 1]),
        ({"types": ("GIVE", "DEDUCT")}, [100, -30, 1]),
        ({"types": ()}, []),
        ({"sources": ("VIP",)}, [100]),
        ({"created_from": NOW + DAY}, [50, -30, 80]),
        ({"created_from": NOW + DAY, "created_to": NOW + DAY}, [50]),
        ({"occurred_to": NOW}, [100, 1]),
        ({"occurred_from": NOW + 9 * DAY}, []),
        ({"points_from": 1}, [100, 50, 80, 1]),
        ({"points_to": -1}, [-30]),
        ({"points_from": 50, "points_to": 80}, [50, 80]),
        ({"points_from": 80, "points_to": 50}, []),
        ({"user_ids": (7,)}, [100, 1]),
        ({"app_ids": (9,)}, [-30]),
        ({"app_ids": (7,)}, []),
        ({"user_ids": (8,), "app_ids": (9,)}, [-30, 80]),
        ({"actor_kinds": ("STAFF",)}, [100, 80]),
        ({"channel_slugs": ("default",)}, [50]),
        ({"channel_slugs": ("",)}, [100, -30, 80, 1]),
        ({"order_ids": ("order-1",)}, [50]),
        ({"order_ids": ("",)}, []),
        ({"batch_ids": (1,)}, []),
        ({"program_ids": (0,)}, []),
    ],
)
def test_all_parts_of_a_filter_hold(dana, guest, parts, points):
    assert found(**parts) == points


def test_one_account_s_rows_are_found(dana, guest):
    assert found(account_ids=(guest.pk,)) == [1]


def test_rows_are_found_by_the_number_of_their_order(program, dana, guest):
    version = program.published_version
    for order_id, number in (("order-1", "1001"), ("order-2", "")):
        OrderRecord.objects.create(
            program=program,
            program_version=version,
            order_id=order_id,
            order_number=number,
            channel_slug="shop",
            currency="ILS",
            created_at=NOW,
            updated_at=NOW,
        )
    assert found(order_numbers=("1001", "77")) == [50]
    assert found(order_numbers=("",)) == []


def test_rows_are_found_by_the_labels_of_their_accounts(program, dana, guest):
    vip, early = label(program, "VIP"), label(program, "Early")
    assign([dana], [vip])
    assign([guest], [early])
    assert found(label_id=vip.pk) == [100, 50, -30, 80]
    assert found(label_ids=(vip.pk, early.pk)) == [100, 50, -30, 80, 1]
    assert found(without_label_ids=(vip.pk,)) == [1]
    assert found(label_id=vip.pk, without_label_ids=(vip.pk,)) == []
    assert found(label_id=vip.pk, label_ids=(early.pk,)) == []


_MOMENTS = st.datetimes(timezones=st.just(datetime.UTC))
_KEYS = st.lists(st.integers(1, 2**63 - 1), max_size=3).map(tuple)
_TEXTS = st.lists(st.text(max_size=10), max_size=3).map(tuple)


@given(
    st.builds(
        TransactionFilter,
        types=st.none() | _TEXTS,
        created_from=st.none() | _MOMENTS,
        occurred_to=st.none() | _MOMENTS,
        points_from=st.none() | st.integers(),
        user_ids=st.none() | _KEYS,
        channel_slugs=st.none() | _TEXTS,
        label_id=st.none() | st.integers(0, 9),
        search=st.text(max_size=10),
        search_customers=st.booleans(),
    )
)
def test_a_filter_comes_back_from_json_as_it_was(wanted):
    assert TransactionFilter.from_json(json.loads(json.dumps(wanted.to_json()))) == wanted


def test_an_unknown_part_is_refused():
    with pytest.raises(TypeError):
        TransactionFilter.from_json({"colour": "red"})
