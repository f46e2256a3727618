"""Whose a reward's code is and how often it counts, where a real Saleor asks or counts less than it could."""

from __future__ import annotations

import pytest
from django.utils import timezone
from saleor.checkout.models import Checkout
from saleor.discount.models import VoucherCode
from saleor.order.models import Order

from saleor_loyalty.accounts import erase_account
from saleor_loyalty.adapter.host_rewards import refuse_foreign_code
from saleor_loyalty.models import RewardIssue
from saleor_loyalty.orders import settle_order_now
from tests.scenarios.reward_documents import mine, redeem, reverse
from tests.scenarios.stories import DANA, NOA, buy, open_club

from .test_hooks import _permissions, pk_of

FROM_CHECKOUT = """mutation($id: ID!, $removes: Boolean!) {
    orderCreateFromCheckout(id: $id, removeCheckout: $removes) {
    order { id } errors { field code } } }"""
REWARD = {"key": "percent", "type": "VOUCHER", "name": "20 %", "requiredPoints": 100, "voucher": {"percent": 20}}
REFUSED = {"order": None, "errors": [{"field": None, "code": "VOUCHER_NOT_APPLICABLE"}]}


@pytest.fixture
def code(shop):
    """Dana's."""
    open_club(shop, rewards=[REWARD])
    shop.add_customer(NOA)
    return redeem(shop, "percent", by=DANA, channel=shop.channel, key="")["rewardIssue"]["code"]


@pytest.fixture
def make_order(shop, app_api_client, app):
    """Make an order of a checkout as an app does. Return the payload."""
    app.permissions.set(_permissions("HANDLE_CHECKOUTS", "HANDLE_PAYMENTS", "MANAGE_ORDERS", "MANAGE_USERS"))
    shop.row.allow_unpaid_orders = True
    shop.row.save()

    def make(checkout, *, removes=True):
        answer = app_api_client.post_graphql(FROM_CHECKOUT, {"id": checkout, "removes": removes}).json()
        return answer["data"]["orderCreateFromCheckout"]

    return make


def cart_with(shop, code, *, by):
    checkout = shop.start_checkout({"EYELINER": 1}, by=by)
    assert shop.add_promo_code(checkout, code, by=by).errors == ()
    return checkout


def used_by():
    return list(RewardIssue.objects.values_list("status", "order_id"))


def test_an_app_cannot_make_a_strangers_order_with_the_code_but_its_customers(shop, code, make_order):
    foreign, own = cart_with(shop, code, by=NOA), cart_with(shop, code, by=DANA)

    assert make_order(foreign) == REFUSED
    assert (VoucherCode.objects.get().used, used_by()) == (0, [("ISSUED", "")])

    made = make_order(own)
    assert made["errors"] == []
    assert used_by() == [("USED", pk_of(made["order"]["id"]))]


def test_a_kept_checkout_uses_the_code_once(shop, code, make_order):
    # given
    kept = cart_with(shop, code, by=DANA)
    first = make_order(kept, removes=False)
    assert first["errors"] == []

    # when / then
    assert make_order(kept, removes=False) == REFUSED
    assert Order.objects.count() == 1
    assert used_by() == [("USED", pk_of(first["order"]["id"]))]


def test_a_code_that_a_draft_order_used_is_used_up(shop, code):
    # given an order that has the code, as staff make it: Saleor does not count that one
    assert shop.row.include_draft_order_in_voucher_usage is False
    cart = cart_with(shop, code, by=DANA)
    order = Order.objects.get(pk=pk_of(buy(shop, shop.start_checkout({"EYELINER": 1}, by=DANA))))
    order.voucher_code = code
    order.save()
    settle_order_now(str(order.pk), at=timezone.now())
    assert VoucherCode.objects.get().used == 0

    # when
    refused = shop.complete(cart, by=DANA, is_paid=True)

    # then
    assert (refused.order, refused.codes) == (None, ("VOUCHER_NOT_APPLICABLE",))
    assert used_by() == [("USED", str(order.pk))]


def test_what_stands_on_an_order_that_staff_still_write_is_not_given_back(shop, code):
    # given: Saleor would complete it with the discount even after the code was switched off
    order = Order.objects.get(pk=pk_of(buy(shop, shop.start_checkout({"EYELINER": 1}, by=DANA))))
    Order.objects.filter(pk=order.pk).update(status="draft", voucher_code=code)
    available = shop.read_account(DANA).available
    (had,) = mine(shop, by=DANA)

    # when
    refused = reverse(shop, had["id"])

    # then
    assert refused["errors"] == [{"field": "id", "code": "REWARD_USED"}]
    assert (VoucherCode.objects.get().is_active, used_by()) == (True, [("ISSUED", "")])
    assert shop.read_account(DANA).available == available
    # Staff take it off again.
    Order.objects.filter(pk=order.pk).update(voucher_code=None)
    assert reverse(shop, had["id"])["errors"] == []
    assert (VoucherCode.objects.get().is_active, used_by()) == (False, [("REVERSED", "")])
    assert shop.read_account(DANA).available == available + 100


@pytest.mark.parametrize("is_paid", [True, False])
def test_while_codes_cannot_be_checked_the_shops_own_sell_and_rewards_are_refused(shop, code, monkeypatch, is_paid):
    # given
    shop.add_voucher("SUMMER", percent=10)
    foreign, stolen = cart_with(shop, "SUMMER", by=NOA), cart_with(shop, code, by=NOA)

    def fails(*_args, **_values):
        raise RuntimeError("broken")

    monkeypatch.setattr("saleor_loyalty.rewards.check_reward_code", fails)

    # when
    sold, refused = (shop.complete(cart, by=NOA, is_paid=is_paid) for cart in (foreign, stolen))

    # then
    assert (sold.errors, refused.order, refused.codes) == ((), None, ("VOUCHER_NOT_APPLICABLE",))
    assert list(Order.objects.values_list("voucher_code", flat=True)) == ["SUMMER"]
    assert (VoucherCode.objects.get(code=code).used, used_by()) == (0, [("ISSUED", "")])


def test_an_order_with_a_code_of_the_shops_own_asks_nothing_of_rewards(shop, code, django_assert_max_num_queries):
    shop.add_voucher("SUMMER", percent=10)
    own = Checkout.objects.get(pk=pk_of(cart_with(shop, "SUMMER", by=DANA)))
    with django_assert_max_num_queries(0):
        refuse_foreign_code(own)


def test_what_stands_on_a_draft_order_was_used_also_where_its_customer_is_erased(shop, code):
    order = Order.objects.get(pk=pk_of(buy(shop, shop.start_checkout({"EYELINER": 1}, by=DANA))))
    Order.objects.filter(pk=order.pk).update(status="draft", voucher_code=code)
    had = RewardIssue.objects.get()

    erase_account(had.account_id, at=timezone.now())

    had.refresh_from_db()
    assert (had.status, had.code, VoucherCode.objects.get().is_active) == ("USED", "", False)
