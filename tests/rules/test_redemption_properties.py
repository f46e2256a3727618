from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.host import Ceiling
from saleor_loyalty.rules import SplitLine, quote_redemption, split_discount

from .builders import AT
from .strategies import baskets_with_rules

requests = st.none() | st.integers(-5, 30_000)
balances = st.integers(0, 20_000)


@given(pair=baskets_with_rules(), requested=requests, available=balances, ceiling=st.none() | st.integers(0, 500))
def test_no_quote_goes_above_any_limit(pair, requested, available, ceiling):
    # given
    cart, document = pair
    rule = document.redemption[0]
    limit = None if ceiling is None else Ceiling(value=Decimal(ceiling))
    # when
    found = quote_redemption(cart, rules=document, available=available, requested=requested, at=AT, ceiling=limit)
    # then
    for points in (found.max_points, found.applied_points):
        worth = Decimal(points) * found.rate_value / found.rate_points
        assert 0 <= points <= available
        assert points % found.step == 0
        assert points == 0 or points >= found.min_points
        assert worth <= found.eligible_base
        assert rule.max_points is None or points <= rule.max_points
        assert rule.max_percent is None or worth <= found.eligible_base * rule.max_percent / 100
        assert ceiling is None or worth <= ceiling
    assert found.applied_value == Decimal(found.applied_points) * found.rate_value / found.rate_points
    assert found.receipt.points == found.applied_points == sum(found.receipt.line_points.values())


@given(pair=baskets_with_rules(), requested=requests, available=balances)
def test_a_quote_either_applies_or_says_why_not(pair, requested, available):
    cart, document = pair
    found = quote_redemption(cart, rules=document, available=available, requested=requested, at=AT)
    if requested is None:
        assert found.applied_points == 0
        assert (found.blocked_code is None) == (found.max_points > 0)
    elif found.blocked_code is None:
        assert found.applied_points == requested or document.redemption[0].over_limit == "CLAMP"
        assert found.applied_points > 0
    else:
        assert found.applied_points == 0


@given(pair=baskets_with_rules(), available=balances)
def test_asking_for_the_maximum_is_granted(pair, available):
    cart, document = pair
    offer = quote_redemption(cart, rules=document, available=available, requested=None, at=AT)
    if offer.max_points:
        found = quote_redemption(cart, rules=document, available=available, requested=offer.max_points, at=AT)
        assert (found.blocked_code, found.applied_points) == (None, offer.max_points)


@given(pair=baskets_with_rules(), available=balances, more=st.integers(1, 5_000))
def test_more_points_never_lower_the_maximum(pair, available, more):
    cart, document = pair
    before = quote_redemption(cart, rules=document, available=available, requested=None, at=AT)
    after = quote_redemption(cart, rules=document, available=available + more, requested=None, at=AT)
    assert after.max_points >= before.max_points


@given(pair=baskets_with_rules(), available=balances)
def test_what_is_applied_can_be_split_over_the_eligible_lines(pair, available):
    # given
    cart, document = pair
    offer = quote_redemption(cart, rules=document, available=available, requested=None, at=AT)
    found = quote_redemption(cart, rules=document, available=available, requested=offer.max_points, at=AT)
    lines = [
        SplitLine(id=line_id, total=base, quantity=next(line.quantity for line in cart.lines if line.id == line_id))
        for line_id, base in found.receipt.line_bases.items()
    ]
    # when
    shares = split_discount(found.applied_value, lines=lines, currency=cart.currency)
    # then
    assert sum(shares.values(), Decimal(0)) == found.applied_value
    assert tuple(shares) == found.eligible_line_ids
