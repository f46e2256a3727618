from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.rules import (
    award_share,
    evaluate_earning,
    minor_unit,
    parse_rules,
    receipt_holds,
    recount_points,
    rules_to_data,
)

from .builders import AT
from .strategies import baskets_with_rules


@given(pair=baskets_with_rules())
def test_every_receipt_adds_up_and_re_evaluates(pair):
    # given
    cart, document = pair
    # when
    receipt = evaluate_earning(cart, rules=document, at=AT)
    # then
    assert receipt.points >= 0
    assert sum(receipt.line_points.values()) == receipt.points
    assert sum(entry.points for entry in receipt.lines if entry.code == "RULE_APPLIED") == receipt.points
    assert all(points >= 0 for points in receipt.line_points.values())
    assert recount_points(receipt) == receipt.points
    assert receipt.lines
    reread = parse_rules(rules_to_data(document))
    assert receipt_holds(receipt, basket=cart, rules=reread, at=AT)


@given(pair=baskets_with_rules())
def test_each_line_of_the_basket_is_explained_where_the_program_is_open(pair):
    cart, document = pair
    receipt = evaluate_earning(cart, rules=document, at=AT)
    if receipt.lines[0].code != "GUEST_NOT_ELIGIBLE":
        assert {line.id for line in cart.lines} <= {entry.order_line_id for entry in receipt.lines}


@given(pair=baskets_with_rules(), more=st.integers(1, 100_000))
def test_paying_more_never_earns_less(pair, more):
    # given
    cart, document = pair
    if not cart.lines:
        return
    extra = more * minor_unit(cart.currency)
    dearer = replace(cart.lines[0], net=cart.lines[0].net + extra, gross=cart.lines[0].gross + extra)
    # when
    before = evaluate_earning(cart, rules=document, at=AT)
    after = evaluate_earning(replace(cart, lines=(dearer, *cart.lines[1:])), rules=document, at=AT)
    # then
    assert after.points >= before.points


@given(pair=baskets_with_rules(), data=st.data())
def test_the_share_of_an_evaluated_award_grows_and_ends_exactly(pair, data):
    # given
    cart, document = pair
    receipt = evaluate_earning(cart, rules=document, at=AT)
    ordered = {line.id: line.quantity for line in cart.lines}
    part = {line_id: data.draw(st.integers(0, quantity)) for line_id, quantity in ordered.items()}
    # when
    share = award_share(receipt, fulfilled=part, ordered=ordered)
    # then
    assert 0 <= share <= receipt.points
    assert award_share(receipt, fulfilled=ordered, ordered=ordered) == receipt.points
    assert award_share(receipt, fulfilled={}, ordered=ordered) == 0
