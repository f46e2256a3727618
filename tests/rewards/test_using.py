"""Using a voucher: the order says so, whenever and however often it is settled; and whose it is."""

import pytest

from playground import shop
from playground.models import Checkout, Order, Voucher
from playground.order_facts import read_order_facts
from saleor_loyalty.models import RewardIssue
from saleor_loyalty.orders import settle_order_now
from saleor_loyalty.rewards import RewardRefused, check_reward_code, settle_rewards
from tests import club

from .builders import everything_of_rewards, issue, publish_rewards, status_of, ten_off


def order_with(code, user, variant):
    """An order that carries the code, made without any hook."""
    order = club.order_of(user, variant)
    Order.objects.filter(pk=order.pk).update(voucher_code=code)
    Voucher.objects.filter(code=code).update(is_used=True)
    return order


def settle(order):
    return settle_order_now(str(order.pk), at=club.now())


def test_an_order_with_the_code_has_used_it(account, dana, variant):
    had = issue(account)
    order = order_with(had.code, dana, variant)
    settle(order)
    had.refresh_from_db()
    assert (had.status, had.order_id, had.ended_by_kind) == ("USED", str(order.pk), "SYSTEM")
    before = everything_of_rewards()
    settle(order)
    assert everything_of_rewards() == before


@pytest.mark.parametrize("status", ["CANCELED", "EXPIRED"])
def test_an_order_that_ended_gives_it_back_once(account, dana, variant, status):
    # given
    had = issue(account)
    order = order_with(had.code, dana, variant)
    settle(order)

    # when
    Order.objects.update(status=status)
    settle(order)

    # then
    had.refresh_from_db()
    assert (had.status, had.order_id, had.ended_at) == ("ISSUED", "", None)
    assert Voucher.objects.get().is_used is False
    # Its customer uses it in another order; the old one is settled again.
    other = order_with(had.code, dana, variant)
    settle(other)
    settle(order)
    assert status_of(had) == "USED"
    assert Voucher.objects.get().is_used is True


def test_an_order_that_ended_before_anybody_settled_it_changes_nothing(account, dana, variant):
    had = issue(account)
    order = order_with(had.code, dana, variant)
    Order.objects.update(status="CANCELED")
    settle(order)
    assert status_of(had) == "ISSUED"


def test_what_is_over_does_not_come_back_with_its_order(dana, variant):
    publish_rewards(ten_off(validDays=1))
    had = issue(club.give(dana, 100))
    order = order_with(had.code, dana, variant)
    settle(order)
    Order.objects.update(status="CANCELED")
    settle_order_now(str(order.pk), at=had.expires_at)
    assert status_of(had) == "USED"


def test_orders_without_a_reward_cost_at_most_one_look(account, dana, variant, django_assert_num_queries):
    plain = read_order_facts(str(club.order_of(dana, variant).pk))
    other = order_with("SUMMER", dana, variant)
    with django_assert_num_queries(0):
        assert settle_rewards(plain, at=club.now()) is None
    facts = read_order_facts(str(other.pk))
    with django_assert_num_queries(1):
        assert settle_rewards(facts, at=club.now()) is None


def test_a_code_counts_for_its_customer_only(account, dana):
    code = issue(account).code
    check_reward_code(code, user_id=dana.pk)
    check_reward_code("SUMMER", user_id=None)
    check_reward_code("", user_id=None)
    for stranger in (club.add_customer("noa@example.com").pk, None):
        with pytest.raises(RewardRefused) as refused:
            check_reward_code(code, user_id=stranger)
        assert refused.value.code == "REWARD_NOT_YOURS"


def test_what_an_order_used_counts_no_more_even_where_the_shop_takes_it_still(account, dana, variant):
    # given an order that the shop did not count: one that staff made, for example
    had = issue(account)
    order = order_with(had.code, dana, variant)
    Voucher.objects.update(is_used=False)
    settle(order)

    # when / then
    with pytest.raises(RewardRefused) as refused:
        check_reward_code(had.code, user_id=dana.pk)
    assert refused.value.code == "REWARD_USED"
    # The order is cancelled: its customer may use the code again.
    Order.objects.update(status="CANCELED")
    settle(order)
    check_reward_code(had.code, user_id=dana.pk)


def test_a_stranger_is_not_told_that_a_code_was_used(account, dana, variant):
    had = issue(account)
    settle(order_with(had.code, dana, variant))
    with pytest.raises(RewardRefused) as refused:
        check_reward_code(had.code, user_id=None)
    assert refused.value.code == "REWARD_NOT_YOURS"


def test_a_payment_under_way_when_its_time_ended_goes_on(account, dana):
    # given a code that the shop counts for a cart that is being paid, and the sweep found so
    had = issue(account)
    RewardIssue.objects.update(status="USED", ended_at=club.now())

    # when / then: no order has it yet
    check_reward_code(had.code, user_id=dana.pk)


def test_the_code_of_a_customer_who_is_gone_counts_for_nobody(account, dana):
    code = issue(account).code
    dana.delete()
    for user_id in (None, 0):
        with pytest.raises(RewardRefused):
            check_reward_code(code, user_id=user_id)


def test_the_shop_itself_refuses_a_strangers_cart_and_leaves_it(account, variant):
    code = issue(account).code
    noa = club.add_customer("noa@example.com")
    cart = club.fill_cart(noa, variant)
    with shop.changing(cart.pk) as checkout:
        shop.add_voucher(checkout, code)
    before = everything_of_rewards()
    with pytest.raises(RewardRefused):
        shop.complete_checkout(cart.pk, user=noa)
    assert everything_of_rewards() == before
    assert (Order.objects.count(), Checkout.objects.count()) == (0, 1)
    assert Voucher.objects.get().is_used is False
