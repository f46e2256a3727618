import json
from dataclasses import replace

import pytest
from hypothesis import given

from saleor_loyalty.basket import basket_from_json, basket_to_json

from .builders import basket, line
from .strategies import baskets


@given(cart=baskets())
def test_a_basket_round_trips_through_json(cart):
    again = basket_from_json(json.loads(json.dumps(basket_to_json(cart))))
    assert again == cart
    assert [str(entry.gross) for entry in again.lines] == [str(entry.gross) for entry in cart.lines]


def test_lines_with_the_same_id_are_refused():
    with pytest.raises(ValueError, match="distinct ids"):
        basket(line("1"), line("1"))


def test_a_moment_without_time_zone_is_refused():
    cart = basket(line("1"))
    with pytest.raises(ValueError, match="time-zone aware"):
        replace(cart, at=cart.at.replace(tzinfo=None))


def test_foreign_data_is_not_a_basket():
    with pytest.raises(KeyError):
        basket_from_json({"currency": "ILS"})
