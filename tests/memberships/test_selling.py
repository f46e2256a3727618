"""What an order sells: how many units of a line stand and may begin, and which plan a line's variant sells."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.basket import Basket, BasketLine
from saleor_loyalty.host import OrderFacts, RefundFacts
from saleor_loyalty.memberships import PlanTerms, SoldBy, archive_plan, create_plan, sells_memberships, update_plan
from saleor_loyalty.memberships.selling import SoldUnits, count_units, plans_of_lines
from saleor_loyalty.models import PlanStart
from tests import club

from .builders import NOW, a_plan

AT = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
PAID, DELIVERED = PlanStart.ORDER_PAID, PlanStart.ORDER_FULFILLED


def a_line(key: str = "a", *, variant_id: str = "", sku: str = "") -> BasketLine:
    money = Decimal(100)
    return BasketLine(
        id=key,
        product_id="1",
        variant_id=variant_id,
        variant_sku=sku,
        quantity=3,
        unit_price=money,
        net=money,
        gross=money,
    )


def an_order(*lines: BasketLine, **facts: Any) -> OrderFacts:
    """Three units of line a, confirmed, neither paid nor delivered."""
    basket = Basket(currency="ILS", channel="shop", lines=lines or (a_line(),), at=AT)
    return OrderFacts(
        **{
            "id": "1",
            "number": "1",
            "checkout_id": None,
            "channel": "shop",
            "currency": "ILS",
            "status": "CONFIRMED",
            "created_at": AT,
            "basket": basket,
            "ordered": {"a": 3},
            **facts,
        }
    )


def counted(starts_when: str, **facts: Any) -> tuple[int, int]:
    units = count_units(an_order(**facts), "a", starts_when=starts_when)
    return units.sold, units.released


# --- how many ---


def test_all_is_sold_and_waits_until_it_is_paid_or_delivered():
    assert counted(PAID) == (3, 0)
    assert counted(PAID, fulfilled={"a": 3}) == (3, 0)
    assert counted(PAID, is_charged_in_full=True) == (3, 3)
    assert counted(DELIVERED, is_charged_in_full=True) == (3, 0)
    assert counted(DELIVERED, fulfilled={"a": 2}) == (3, 2)
    assert counted(DELIVERED, fulfilled={"b": 2}) == (3, 0)


def test_units_that_went_back_are_neither_sold_nor_begin():
    one_back = RefundFacts(units={"a": 1})

    assert counted(PAID, is_charged_in_full=True, refunds=one_back) == (2, 2)
    assert counted(DELIVERED, fulfilled={"a": 3}, refunds=one_back) == (2, 2)
    assert counted(PAID, is_charged_in_full=True, refunds=RefundFacts(units={"a": 5})) == (0, 0)
    assert counted(PAID, is_charged_in_full=True, refunds=RefundFacts(units={"b": 1})) == (3, 3)


@pytest.mark.parametrize("status", ["CANCELED", "EXPIRED"])
def test_an_order_that_has_ended_sells_nothing(status):
    assert counted(PAID, status=status, is_charged_in_full=True) == (0, 0)
    assert counted(DELIVERED, status=status, fulfilled={"a": 3}) == (0, 0)


@pytest.mark.parametrize(
    ("money", "charged", "sold"),
    [("0", "0", 3), ("99.99", "100", 3), ("100", "100", 0), ("100.01", "100", 0), ("5", "0", 0)],
)
def test_all_of_the_money_has_to_go_back_for_nothing_to_be_sold(money, charged, sold):
    refunds = RefundFacts(money=Decimal(money), charged=Decimal(charged))

    assert counted(PAID, is_charged_in_full=True, refunds=refunds) == (sold, sold)


def test_a_line_that_the_order_does_not_have_sells_nothing():
    assert count_units(an_order(), "z", starts_when=PAID) == SoldUnits(sold=0, released=0)


@given(
    st.integers(0, 9),
    st.integers(0, 12),
    st.integers(0, 12),
    st.booleans(),
    st.sampled_from(PlanStart.values),
    st.sampled_from(["CONFIRMED", "UNCONFIRMED", "CANCELED", "EXPIRED"]),
)
def test_never_more_begin_than_are_sold_nor_are_sold_than_ordered(ordered, back, delivered, is_paid, when, status):
    sold, released = counted(
        when,
        status=status,
        ordered={"a": ordered},
        fulfilled={"a": delivered},
        is_charged_in_full=is_paid,
        refunds=RefundFacts(units={"a": back}),
    )

    assert 0 <= released <= sold <= ordered


# --- which plan ---


def sold_by(program, name: str, *variants: SoldBy):
    return create_plan(program.pk, terms=PlanTerms(name=name, duration_months=1), variants=variants, at=NOW)


@pytest.mark.django_db
def test_a_line_sells_the_plan_of_its_variant_and_others_sell_none(program, django_assert_num_queries):
    gold = sold_by(program, "Gold", SoldBy(variant_id="7"))
    silver = sold_by(program, "Silver", SoldBy(sku="SILVER"))
    lines = [a_line("a", variant_id="7"), a_line("b", variant_id="8", sku="SILVER"), a_line("c", variant_id="9")]

    with django_assert_num_queries(1):
        found = plans_of_lines(program.pk, lines)

    assert found == {"a": gold, "b": silver}


@pytest.mark.django_db
def test_the_id_counts_before_the_sku(program):
    gold = sold_by(program, "Gold", SoldBy(variant_id="7"))
    sold_by(program, "Silver", SoldBy(sku="SET"))

    assert plans_of_lines(program.pk, [a_line(variant_id="7", sku="SET")]) == {"a": gold}


@pytest.mark.django_db
def test_a_line_without_id_and_sku_sells_nothing(program):
    sold_by(program, "Gold", SoldBy(variant_id="7"))
    sold_by(program, "Silver", SoldBy(sku="SET"))

    assert plans_of_lines(program.pk, [a_line()]) == {}


@pytest.mark.django_db
def test_what_is_sold_no_more_and_what_another_program_sells_is_not_found(program):
    inactive = sold_by(program, "Off", SoldBy(variant_id="1"))
    update_plan(inactive.pk, changes={"is_active": False}, at=NOW)
    archive_plan(sold_by(program, "Old", SoldBy(variant_id="2")).pk, at=NOW)
    listing = {"channel": "eu", "key": "eu", "currency": "EUR"}
    other = club.publish(slug="other", data=club.rules(listing=listing))
    sold_by(other, "Foreign", SoldBy(variant_id="3"))

    lines = [a_line(key, variant_id=key) for key in ("1", "2", "3")]

    assert plans_of_lines(program.pk, lines) == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("origin", "sells", "statements"),
    [("CHECKOUT", True, 1), ("DRAFT", True, 1), ("REISSUE", False, 0), ("IMPORT", False, 0)],
)
def test_a_replacement_and_the_past_sell_none_whatever_their_lines(
    program, origin, sells, statements, django_assert_num_queries
):
    a_plan(program, None)
    sold_by(program, "Silver", SoldBy(sku="SILVER"))
    order = an_order(a_line(sku="SILVER"), origin=origin)

    with django_assert_num_queries(statements):
        assert sells_memberships(order, program_id=program.pk) is sells


@pytest.mark.django_db
def test_an_order_without_a_plan_sells_none(program):
    sold_by(program, "Silver", SoldBy(sku="SILVER"))

    assert not sells_memberships(an_order(a_line(sku="SHOE")), program_id=program.pk)
