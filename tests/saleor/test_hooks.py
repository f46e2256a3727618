"""What Saleor calls on us and when, with real commits: completions in each flow, faults, deletions."""

from __future__ import annotations

import pytest
from django.db import connection
from saleor.channel.models import Channel
from saleor.checkout.models import Checkout
from saleor.order.models import Order
from saleor.plugins.manager import get_plugins_manager

from saleor_loyalty.adapter.plugin import LoyaltyPlugin
from saleor_loyalty.models import LoyaltyTransaction, OrderRecord, Reservation
from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.stories import DANA, club_rules, moves, numbers, open_club

FROM_CHECKOUT = """mutation($id: ID!) { orderCreateFromCheckout(id: $id) {
    order { id loyalty { pending } } errors { field code message } } }"""


@pytest.fixture
def sent(monkeypatch):
    """The ids of the orders for which a settlement task was sent."""
    from saleor_loyalty.tasks import settle_order_task

    ids: list[str] = []
    delay = settle_order_task.delay
    monkeypatch.setattr(settle_order_task, "delay", lambda order_id: (ids.append(order_id), delay(order_id)))
    return ids


def start(shop, lines=None, *, points=800):
    checkout = shop.start_checkout(lines or {"EYELINER": 4}, by=DANA)
    if points:
        assert shop.apply_points(checkout, points, by=DANA).errors == ()
    return checkout


def complete_by(shop, flow, checkout):
    """Complete a paid checkout in one of Saleor's flows."""
    amount = shop.read_total(checkout, by=DANA)
    shop.row.allow_unpaid_orders = False
    shop.row.save()
    if flow == "payment":
        if not shop.has_payment_flow:
            pytest.skip("This Saleor has no dummy gateway.")
        shop.pay_by_gateway(checkout, amount, by=DANA)
    else:
        shop.pay_by_transaction(checkout, amount)
    if flow == "app":
        return shop._outcome(FROM_CHECKOUT, {"id": checkout}, by=STAFF)
    from tests.scenarios.drivers import documents

    return shop._outcome(documents.CHECKOUT_COMPLETE, {"id": checkout}, by=DANA)


def pk_of(global_id):
    from graphene import Node

    return Node.from_global_id(global_id)[1]


@pytest.mark.parametrize("flow", ["payment", "transaction"])
def test_a_completion_takes_the_points_and_its_answer_shows_what_comes(shop, flow):
    # given
    open_club(shop)
    checkout = start(shop)

    # when
    outcome = complete_by(shop, flow, checkout)

    # then
    assert (outcome.errors, outcome.pending) == ((), 320)
    assert numbers(shop, outcome.order) == (0, 320, 800, 0, 0)
    assert moves(shop) == [("GIVE", 1000), ("REDEEM", -800)]
    assert Reservation.objects.get().status == "COMMITTED"
    assert shop.audit_findings() == []


def test_an_app_that_makes_the_order_takes_the_points_of_the_checkouts_customer(shop, app_api_client, app):
    # given
    open_club(shop)
    checkout = start(shop)
    app.permissions.set(_permissions("HANDLE_CHECKOUTS", "HANDLE_PAYMENTS", "MANAGE_ORDERS", "MANAGE_USERS"))
    shop.row.allow_unpaid_orders = True
    shop.row.save()

    # when
    answer = app_api_client.post_graphql(FROM_CHECKOUT, {"id": checkout}).json()

    # then
    payload = answer["data"]["orderCreateFromCheckout"]
    assert payload["errors"] == []
    assert shop.read_account(DANA).balance == 200
    record = OrderRecord.objects.get(order_id=pk_of(payload["order"]["id"]))
    assert (record.redeemed, str(record.redeemed_value)) == (800, "80.000")


@pytest.mark.parametrize("flow", ["payment", "transaction"])
def test_a_redemption_that_no_longer_holds_refuses_the_order_before_payment(shop, flow):
    # given points that were set aside, lapsed and were spent meanwhile
    open_club(shop)
    checkout = start(shop)
    shop.let_reservation_lapse(checkout)
    assert shop.deduct_points(DANA, 500).errors == ()

    # when
    refused = complete_by(shop, flow, checkout)

    # then
    assert (refused.codes, refused.order) == (("VOUCHER_NOT_APPLICABLE",), None)
    assert Order.objects.count() == 0
    assert moves(shop) == [("GIVE", 1000), ("DEDUCT", -500)]
    assert shop.read_checkout(checkout, by=DANA).total == 410


def test_a_redemption_that_no_longer_holds_refuses_an_apps_order_with_a_code_of_its_enum(shop, app_api_client, app):
    # given
    open_club(shop)
    checkout = start(shop)
    shop.let_reservation_lapse(checkout)
    assert shop.deduct_points(DANA, 500).errors == ()
    app.permissions.set(_permissions("HANDLE_CHECKOUTS", "HANDLE_PAYMENTS"))

    # when
    answer = app_api_client.post_graphql(FROM_CHECKOUT, {"id": checkout}).json()

    # then
    assert [error["code"] for error in answer["data"]["orderCreateFromCheckout"]["errors"]] == [
        "VOUCHER_NOT_APPLICABLE"
    ]
    assert Order.objects.count() == 0


def test_a_refusal_speaks_the_checkouts_language(shop):
    # given
    open_club(shop, listing={"registrationRequired": True})
    checkout = shop.start_checkout({"BRUSH": 1}, by=None, email="guest@example.com", language_code="it")

    # when
    outcome = shop.complete(checkout, by=None)

    # then
    assert outcome.codes == ("EMAIL_NOT_SET",)
    assert outcome.errors[0].message != ""
    assert "log in" not in outcome.errors[0].message
    assert Order.objects.count() == 0


def test_an_order_is_settled_once_in_the_request_that_makes_it(shop, sent):
    # given
    open_club(shop)

    # when
    outcome = shop.complete(start(shop, {"BRUSH": 1}, points=0), by=DANA, is_paid=True)

    # then settled in process by order_created; at most one task for what the later hooks of the request changed
    assert outcome.pending == 50
    assert len(sent) <= 1


def test_a_fulfilment_asks_for_one_settlement_a_state_of_the_order(shop, sent):
    # given
    open_club(shop)
    order = shop.complete(start(shop, {"BRUSH": 2}, points=0), by=DANA, is_paid=True).order
    sent.clear()

    # when
    shop.fulfill(order, {"BRUSH": 1})
    shop.fulfill(order)

    # then
    assert set(sent) == {pk_of(order)}
    assert len(sent) <= 4
    assert numbers(shop, order) == (100, 0, 0, 0, 0)


def test_hooks_of_one_request_ask_once_while_the_order_is_the_same(shop, sent):
    # given
    open_club(shop)
    order = Order.objects.get(pk=pk_of(shop.complete(start(shop, {"BRUSH": 1}, points=0), by=DANA).order))
    sent.clear()
    plugin = get_plugins_manager(allow_replica=False).get_plugin("saleor.loyalty")

    # when
    for hook in (plugin.order_updated, plugin.order_paid, plugin.order_fully_paid, plugin.order_updated):
        assert hook(order, webhooks=set(), previous_value="earlier") == "earlier"

    # then
    assert sent == [str(order.pk)]


@pytest.mark.parametrize(
    "hook", [name for name in vars(LoyaltyPlugin) if name.startswith(("order_", "fulfillment_", "checkout_"))]
)
def test_a_hook_takes_whatever_saleor_passes_and_never_raises(db, hook, monkeypatch):
    # given everything behind the hook is broken
    def fail(*args, **kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr("saleor_loyalty.tasks.schedule_settlement", fail)
    monkeypatch.setattr("saleor_loyalty.orders.settle_order_now", fail)
    monkeypatch.setattr("saleor_loyalty.orders.record_failure", lambda *args, **kwargs: None)
    monkeypatch.setattr("saleor_loyalty.checkout.refit_redemption", fail)
    plugin = get_plugins_manager(allow_replica=False).get_plugin("saleor.loyalty")
    channel = Channel(slug="somewhere")
    subject = Order(channel=channel) if hook.startswith("order_") else Checkout()
    if hook.startswith("fulfillment_"):
        subject.order = Order(channel=channel)
    if hook == "order_bulk_created":
        subject = [subject]

    # when
    result = getattr(plugin, hook)(subject, 1, True, webhooks=None, previous_value="earlier", something_new=3)

    # then
    assert result == "earlier"


def test_a_loyalty_failure_does_not_break_a_sale_without_points_and_heals(shop, monkeypatch):
    # given
    open_club(shop)
    checkout = start(shop, {"BRUSH": 1}, points=0)

    # when
    with monkeypatch.context() as broken:
        broken.setattr("saleor_loyalty.orders.settle_order_now", _fail)
        # A later hook of the same request would heal it at once.
        broken.setattr("saleor_loyalty.tasks.schedule_settlement", lambda order_id: None)
        outcome = shop.complete(checkout, by=DANA, is_paid=True)

    # then the sale stands
    assert outcome.errors == ()
    assert Order.objects.count() == 1
    assert OrderRecord.objects.get().failure == "RuntimeError: broken"
    assert numbers(shop, outcome.order) == (0, 0, 0, 0, 0)

    # when
    shop.reconcile()

    # then
    assert numbers(shop, outcome.order) == (0, 50, 0, 0, 0)


def test_points_that_cannot_be_looked_for_when_the_order_is_made_are_kept_as_failed_and_taken_later(shop, monkeypatch):
    # given
    open_club(shop)
    checkout = start(shop)

    # when
    with monkeypatch.context() as broken:
        broken.setattr("saleor_loyalty.adapter.touched.lock_touch", _fail)
        # The settlement of the same request would heal it at once.
        broken.setattr("saleor_loyalty.orders.settle_order_now", lambda *args, **kwargs: None)
        broken.setattr("saleor_loyalty.tasks.schedule_settlement", lambda order_id: None)
        outcome = shop.complete(checkout, by=DANA, is_paid=True)

    # then
    assert outcome.errors == ()
    assert OrderRecord.objects.get().failure == "RuntimeError: broken"
    assert moves(shop) == [("GIVE", 1000)]

    # when
    shop.reconcile()

    # then
    assert moves(shop) == [("GIVE", 1000), ("REDEEM", -800)]
    assert OrderRecord.objects.get().failure == ""


def test_a_check_that_fails_refuses_a_cart_with_points_and_sells_one_without(shop, monkeypatch):
    # given
    open_club(shop)
    with_points, without = start(shop), start(shop, {"BRUSH": 1}, points=0)
    monkeypatch.setattr("saleor_loyalty.checkout.check_redemption", _fail)

    # when
    refused = shop.complete(with_points, by=DANA)
    sold = shop.complete(without, by=DANA)

    # then
    assert (refused.codes, refused.order) == (("VOUCHER_NOT_APPLICABLE",), None)
    assert sold.errors == ()
    assert moves(shop) == [("GIVE", 1000)]


def test_a_commit_that_fails_leaves_the_order_and_is_taken_later(shop, monkeypatch):
    # given
    open_club(shop)
    checkout = start(shop)

    # when
    with monkeypatch.context() as broken:
        broken.setattr("saleor_loyalty.checkout.commit_redemption", _fail)
        broken.setattr("saleor_loyalty.orders.settle_order_now", _fail)
        # A later hook of the same request would heal it at once.
        broken.setattr("saleor_loyalty.tasks.schedule_settlement", lambda order_id: None)
        outcome = shop.complete(checkout, by=DANA, is_paid=True)

    # then
    assert outcome.errors == ()
    assert moves(shop) == [("GIVE", 1000)]

    # when
    shop.reconcile()

    # then
    assert numbers(shop, outcome.order) == (0, 320, 800, 0, 0)
    assert moves(shop) == [("GIVE", 1000), ("REDEEM", -800)]
    assert shop.audit_findings() == []


def test_an_order_that_is_rolled_back_keeps_the_points(shop, monkeypatch):
    # given something after our receiver fails in the very transaction that makes the order
    open_club(shop)
    checkout = start(shop)
    monkeypatch.setattr("saleor.order.models.OrderLine.objects.bulk_create", _fail)

    # when
    outcome = shop.complete(checkout, by=DANA)

    # then
    assert outcome.order is None
    assert Order.objects.count() == 0
    assert moves(shop) == [("GIVE", 1000)]
    assert Reservation.objects.get().status == "RESERVED"
    account = shop.read_account(DANA)
    assert (account.available, account.reserved) == (200, 800)


def test_the_points_are_taken_in_the_transaction_of_the_order(shop, monkeypatch):
    # given
    open_club(shop)
    checkout = start(shop)
    seen = []
    from saleor_loyalty.checkout import commit_redemption

    def look(**kwargs):
        record = commit_redemption(**kwargs)
        seen.append(
            (connection.in_atomic_block, Order.objects.filter(pk=kwargs["order_id"]).exists(), record.redeemed)
        )
        return record

    monkeypatch.setattr("saleor_loyalty.checkout.commit_redemption", look)

    # when
    shop.complete(checkout, by=DANA, is_paid=True)

    # then
    assert seen == [(True, True, 800)]


def test_orders_created_in_bulk_are_settled_by_setting(shop):
    # given
    shop.publish_program(club_rules(shop, includeImportedOrders=True, trigger="ORDER_PLACED"))
    shop.add_product("BRUSH", price=50)
    shop.add_customer(DANA)
    order = Order.objects.get(pk=pk_of(shop.complete(start(shop, {"BRUSH": 1}, points=0), by=DANA).order))
    Order.objects.filter(pk=order.pk).update(origin="bulk_create")
    OrderRecord.objects.all().delete()
    assert LoyaltyTransaction.objects.count() == 1
    manager = get_plugins_manager(allow_replica=False)

    # when
    manager.order_bulk_created([Order.objects.get(pk=order.pk)])

    # then the same award under the same key is not given twice
    assert moves(shop) == [("EARN", 50)]
    assert OrderRecord.objects.get().state == "AWARDED"


def _fail(*args, **kwargs):
    raise RuntimeError("broken")


def _permissions(*names):
    from saleor.permission.enums import get_permissions_from_names
    from saleor.permission.models import Permission

    wanted = [name for name in names if name != "HANDLE_CHECKOUTS"]
    found = list(get_permissions_from_names(wanted))
    found += Permission.objects.filter(codename="handle_checkouts")
    return found
