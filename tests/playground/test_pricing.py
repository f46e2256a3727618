"""What a cart costs, and what points can take off it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.pricing import PricedLine, Terms, effect_of_rows, order_discount, price_cart, rows_for_value

D = Decimal


def line(key: str, price: str, quantity: int = 1, **values: object) -> PricedLine:
    return PricedLine(id=key, quantity=quantity, list_price=D(price), price=D(price), **values)


def test_gross_entry_works_the_net_out_of_the_gross():
    totals = price_cart([line("a", "12.30", 2)], Terms(currency="USD", tax_rate=D("0.23"), shipping_price=D(10)))
    assert (totals.lines["a"].net, totals.lines["a"].gross) == (D("20.00"), D("24.60"))
    assert (totals.shipping_net, totals.shipping_gross) == (D("8.13"), D("10.00"))


def test_net_entry_works_the_gross_out_of_the_net():
    terms = Terms(currency="USD", tax_rate=D("0.23"), prices_entered_with_tax=False)
    totals = price_cart([line("a", "10")], terms)
    assert (totals.lines["a"].net, totals.lines["a"].gross) == (D("10.00"), D("12.30"))


def test_points_come_before_a_percentage():
    terms = Terms(currency="USD", percent=D(10), is_voucher=True)
    totals = price_cart([line("a", "30"), line("b", "20")], terms, rows={"a": D(7)})
    assert (totals.subtotal, totals.order_discount) == (D(43), D("4.30"))
    assert [found.gross for found in totals.lines.values()] == [D("20.70"), D("18.00")]


def test_a_gift_is_free_and_a_row_above_its_line_takes_no_more_than_the_line():
    totals = price_cart([line("a", "5"), line("g", "9", is_gift=True)], Terms(currency="USD"), rows={"a": D(6)})
    assert [found.gross for found in totals.lines.values()] == [D("0.00"), D("0.00")]


def test_yen_have_no_minor_unit():
    totals = price_cart([line("a", "999")], Terms(currency="JPY", percent=D("12.5")))
    assert (totals.order_discount, totals.lines["a"].gross) == (D(125), D(874))


@pytest.mark.parametrize(
    ("terms", "subtotal", "expected"),
    [
        (Terms(currency="USD", amount=D(10)), "50", "10"),
        (Terms(currency="USD", amount=D(10)), "4", "4"),
        (Terms(currency="USD", amount=D(10), threshold=D(50)), "49.99", "0"),
        (Terms(currency="USD", amount=D(10), threshold=D(50)), "50", "10"),
        (Terms(currency="USD", percent=D(25)), "33", "8.25"),
        (Terms(currency="USD"), "33", "0"),
    ],
)
def test_the_discount_on_the_order(terms, subtotal, expected):
    assert order_discount(D(subtotal), terms) == D(expected)


def test_rows_are_raised_until_the_total_falls_by_the_value():
    terms = Terms(currency="USD", percent=D(10), is_voucher=True)
    rows = rows_for_value(D(7), subtotal=D(50), limit=D(50), terms=terms)
    assert (rows, effect_of_rows(rows, subtotal=D(50), terms=terms)) == (D("7.78"), D("7.00"))


cents = st.integers(min_value=1, max_value=100_000).map(lambda number: D(number) / 100)


@given(st.lists(cents, min_size=1, max_size=6), st.integers(0, 90), st.data())
def test_every_value_up_to_the_effect_of_the_limit_is_reached_exactly(prices, percent, data):
    terms = Terms(currency="USD", percent=D(percent))
    subtotal = sum(prices)
    limit = data.draw(cents.filter(lambda amount: amount <= subtotal) if subtotal > D("0.01") else st.just(subtotal))
    top = effect_of_rows(limit, subtotal=subtotal, terms=terms)
    value = data.draw(st.integers(0, int(top * 100))) / D(100)
    rows = rows_for_value(value, subtotal=subtotal, limit=limit, terms=terms)
    assert rows <= limit
    assert effect_of_rows(rows, subtotal=subtotal, terms=terms) == value


@given(st.lists(st.tuples(cents, st.integers(1, 5)), min_size=1, max_size=6), st.integers(0, 100), cents)
def test_lines_sum_up_to_the_base_total_and_none_is_negative(parts, percent, row):
    lines = [line(str(number), str(price), quantity) for number, (price, quantity) in enumerate(parts)]
    totals = price_cart(lines, Terms(currency="USD", percent=D(percent)), rows={"0": row})
    assert totals.subtotal_gross == totals.subtotal - totals.order_discount
    assert min(found.gross for found in totals.lines.values()) >= 0
