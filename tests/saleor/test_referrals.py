"""Referrals in a real Saleor: what it knows of addresses, cards and earlier orders, and who is deleted."""

from __future__ import annotations

import pytest
from graphene import Node
from saleor.account.models import User
from saleor.order.models import Order
from saleor.payment.models import Payment, TransactionItem

from saleor_loyalty.host import Fingerprints, get_host
from saleor_loyalty.models import Referral
from saleor_loyalty.tasks import erase_ownerless_task
from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.stories import DANA, NOA, moves
from tests.scenarios.test_inviting import claim, open_shop, order

SET_ADDRESS = """mutation($input: AddressInput!, $id: ID!) {
    addressCreate(userId: $id, input: $input) { errors { field code message } } }"""


def flags(shop) -> list[str]:
    shop.step_referrals()
    return Referral.objects.get().flags


CARD = {"cc_last_digits": "4242", "cc_exp_month": 12, "cc_exp_year": 2031, "cc_brand": "visa"}
HAS_CARDS_OF_TRANSACTIONS = any(field.name == "cc_brand" for field in TransactionItem._meta.get_fields())


def pay_by_card(order_id: str, model: type, **card: object) -> None:
    """Write down what a gateway, or a payment app, tells Saleor of a card."""
    found = Order.objects.get(pk=Node.from_global_id(order_id)[1])
    values = {"gateway": "cards"} if model is Payment else {"name": "Cards"}
    model.objects.create(order=found, currency="USD", **values, **card)


@pytest.mark.parametrize("model", [Payment, *([TransactionItem] if HAS_CARDS_OF_TRANSACTIONS else [])])
@pytest.mark.parametrize(("digits", "expected"), [("4242", ["SAME_PAYMENT"]), ("1111", [])])
def test_the_same_card_is_put_before_staff(shop, model, digits, expected):
    # given
    code = open_shop(shop)
    pay_by_card(order(shop, by=DANA, street="Zielona 3"), Payment, **CARD)
    claim(shop, code)

    # when
    bought = order(shop, by=NOA, street="Tęczowa 12")
    pay_by_card(bought, model, **{**CARD, "cc_last_digits": digits})
    shop.fulfill(bought)

    # then
    assert flags(shop) == expected


def test_an_address_in_the_address_book_counts(shop):
    # given
    code = open_shop(shop)
    address = {
        "firstName": "Dana",
        "lastName": "Levi",
        "streetAddress1": "Zielona 3",
        "city": "WROCŁAW",
        "postalCode": "53-601",
        "country": "PL",
    }
    dana = Node.to_global_id("User", User.objects.get(email=DANA).pk)
    answer = shop.query(SET_ADDRESS, {"input": address, "id": dana}, by=STAFF)
    assert answer.data["addressCreate"]["errors"] == []
    claim(shop, code)

    # when
    shop.fulfill(order(shop, by=NOA, street="zielona  3"))

    # then
    assert flags(shop) == ["SAME_ADDRESS"]


def test_where_goods_are_collected_is_no_customers_address(shop):
    # given
    open_shop(shop)
    found = Order.objects.get(pk=Node.from_global_id(order(shop, by=NOA, street="Zielona 3"))[1])
    own = get_host().order_fingerprints(str(found.pk))

    # when
    Order.objects.filter(pk=found.pk).update(collection_point_name="The shop", billing_address=None)

    # then
    assert len(own.addresses) == 1
    assert get_host().order_fingerprints(str(found.pk)) == Fingerprints()
    assert get_host().order_fingerprints("no order") == Fingerprints()


def test_an_order_as_a_guest_under_the_same_address_is_an_earlier_order(shop):
    # given
    open_shop(shop)
    noa = User.objects.get(email=NOA)
    assert not get_host().has_ordered(noa.pk)

    # when
    checkout = shop.start_checkout({"EYELINER": 1}, by=None, email=NOA)
    assert shop.complete(checkout, by=None).errors == ()

    # then
    assert get_host().has_ordered(noa.pk)
    User.objects.filter(pk=noa.pk).update(is_confirmed=False)
    Order.objects.update(user=None)
    assert not get_host().has_ordered(noa.pk)  # nobody has proved that the address is theirs


def test_a_cancelled_order_is_no_earlier_order(shop):
    # given
    open_shop(shop)
    bought = order(shop, by=NOA, street="Zielona 3")

    # when
    shop.cancel_order(bought)

    # then
    assert not get_host().has_ordered(User.objects.get(email=NOA).pk)


def test_a_deleted_invited_customer_leaves_digests_to_nobody_and_ends_it(shop):
    # given
    claim(shop, open_shop(shop))
    shop.fulfill(order(shop, by=NOA, street="Zielona 3"))
    shop.step_referrals()
    assert len(Referral.objects.get().fingerprints["addresses"]) == 1
    document = "mutation($id: ID!) { customerDelete(id: $id) { errors { field code } } }"

    # when
    answer = shop.query(document, {"id": Node.to_global_id("User", User.objects.get(email=NOA).pk)}, by=STAFF)
    assert answer.data["customerDelete"]["errors"] == []
    erase_ownerless_task()
    shop.step_referrals(days=15)

    # then
    referral = Referral.objects.get()
    assert (referral.fingerprints, referral.state, referral.end_reason) == (None, "CANCELED", "ACCOUNT_CLOSED")
    assert moves(shop, DANA) == []
