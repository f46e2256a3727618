"""Whole accounts on a real Saleor: its users and orders are not touched, and its deletion of customers is never held
up by a merge."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone
from graphene import Node
from saleor.order.models import Order

from saleor_loyalty.models import LoyaltyAccount, OrderRecord, TransactionText
from saleor_loyalty.personal_data import write_personal_data
from saleor_loyalty.tasks import anonymize_inactive_task, erase_old_texts_task, erase_ownerless_task
from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.stories import DANA, NOA, buy, moves, open_club

User = get_user_model()


@pytest.fixture
def club(shop):
    open_club(shop)
    shop.add_customer(NOA)
    return shop


def ask(shop: Any, document: str, **variables: Any) -> Mapping[str, Any]:
    answer = shop.query(document, variables, by=STAFF)
    assert not answer.errors, answer.errors
    payload: Mapping[str, Any] = next(iter(answer.data.values()))
    assert payload["errors"] == []
    return payload


def delivered(shop: Any, email: str) -> str:
    order: str = buy(shop, shop.start_checkout({"EYELINER": 1}, by=email), by=email)
    shop.fulfill(order)
    return order


def account(email: str) -> LoyaltyAccount:
    return LoyaltyAccount.objects.get(user__email=email)


def merge(shop: Any) -> str:
    ids = {name: Node.to_global_id("LoyaltyAccount", account(email).pk) for name, email in (("s", NOA), ("t", DANA))}
    document = """mutation($s: ID!, $t: ID!) { loyaltyAccountsMerge(sourceId: $s, targetId: $t, idempotencyKey: "m") {
        merge { id source { status user { email } mergedInto { user { email } } } }
        errors { field code message } } }"""
    merged = ask(shop, document, **ids)["merge"]
    assert merged["source"] == {"status": "CLOSED", "user": {"email": NOA}, "mergedInto": {"user": {"email": DANA}}}
    return str(merged["id"])


def delete_customer(shop: Any, email: str) -> None:
    document = "mutation($id: ID!) { customerDelete(id: $id) { errors { field code message } } }"
    ask(shop, document, id=Node.to_global_id("User", User.objects.get(email=email).pk))


def test_the_deletion_of_a_merged_customer_is_not_held_up_and_the_points_stay(club):
    # given
    order = delivered(club, NOA)
    merge(club)

    # when
    delete_customer(club, NOA)
    erase_ownerless_task()

    # then
    assert not User.objects.filter(email=NOA).exists()
    assert club.read_account(DANA).available == 1100
    record = OrderRecord.objects.get(order_id=Node.from_global_id(order)[1])
    assert record.account_id == account(DANA).pk
    assert club.audit_findings() == []


def test_the_deletion_of_the_one_that_is_left_closes_it_and_erases_both(club):
    # given
    delivered(club, NOA)
    merge(club)

    # when
    delete_customer(club, DANA)
    erase_ownerless_task()

    # then
    accounts = LoyaltyAccount.objects.order_by("pk")
    assert [(found.status, found.erased_at is None) for found in accounts] == [("CLOSED", False), ("CLOSED", False)]
    assert User.objects.filter(email=NOA).exists()
    assert club.audit_findings() == []


def test_anonymizing_leaves_the_user_and_the_orders_of_saleor_alone(club):
    # given
    delivered(club, DANA)
    old = account(DANA)
    user = User.objects.filter(email=DANA).values().get()
    orders = list(Order.objects.order_by("pk").values_list("pk", "user_id", "user_email"))

    # when
    document = """mutation($id: ID!) { loyaltyAccountAnonymize(id: $id, forfeit: true) {
        account { status user { email } } errors { field code message } } }"""
    answer = ask(club, document, id=Node.to_global_id("LoyaltyAccount", old.pk))

    # then
    assert answer["account"] == {"status": "ANONYMIZED", "user": None}
    assert User.objects.filter(email=DANA).values().get() == user
    assert list(Order.objects.order_by("pk").values_list("pk", "user_id", "user_email")) == orders
    assert OrderRecord.objects.get().customer is None
    assert club.audit_findings() == []


@pytest.mark.parametrize(
    "document",
    [
        "mutation($id: ID!) { loyaltyAccountAnonymize(id: $id, forfeit: true) { errors { field code message } } }",
        "mutation($id: ID!) { loyaltyCardDelete(accountId: $id, forfeit: true) { errors { field code message } } }",
    ],
    ids=["anonymized", "card deleted"],
)
def test_what_was_mirrored_to_a_customer_is_taken_back_with_the_account(club, settings, document):
    # given
    settings.LOYALTY_MIRROR_FACTS = True
    delivered(club, DANA)
    user = User.objects.get(email=DANA)
    assert user.private_metadata["loyalty.club.available"] != "0"
    user.private_metadata["erp"] = "7"
    user.save(update_fields=["private_metadata"])

    # when
    ask(club, document, id=Node.to_global_id("LoyaltyAccount", account(DANA).pk))

    # then
    user.refresh_from_db()
    nothing = {"loyalty.club.available": "0", "loyalty.club.pending": "0", "loyalty.club.tier": ""}
    assert user.private_metadata == {**nothing, "erp": "7"}

    # when the customer begins anew
    assert club.give_points(DANA, 7).errors == ()

    # then
    user.refresh_from_db()
    assert user.private_metadata["loyalty.club.available"] == "7"


def test_accounts_that_nobody_uses_are_anonymized_by_age_and_a_login_in_saleor_is_use(club, settings):
    # given two empty accounts of long ago, and one that has points
    settings.LOYALTY_INACTIVE_ACCOUNT_MONTHS = 12
    settings.LOYALTY_TEXT_RETENTION_MONTHS = 12
    club.add_customer("omer@example.com")
    for email in (NOA, "omer@example.com"):
        assert club.give_points(email, 5, reason="For the wedding").errors == ()
        assert club.deduct_points(email, 5).errors == ()
    long_ago = timezone.now() - datetime.timedelta(days=800)
    LoyaltyAccount.objects.update(created_at=long_ago, last_transaction_at=long_ago)
    _backdate_transactions(long_ago)
    User.objects.filter(email=NOA).update(last_login=timezone.now())

    # when
    assert (anonymize_inactive_task(), erase_old_texts_task()) == (1, 5)

    # then
    statuses = dict(LoyaltyAccount.objects.values_list("user__email", "status"))
    assert statuses == {DANA: "ACTIVE", NOA: "ACTIVE", None: "ANONYMIZED"}
    assert User.objects.filter(email="omer@example.com").exists()
    assert set(TransactionText.objects.values_list("reason", "internal_note")) == {("", "")}
    # The chain holds their moments: only what was backdated is found.
    assert set(club.audit_findings()) == {"HASH_MISMATCH"}
    assert (anonymize_inactive_task(), erase_old_texts_task()) == (0, 0)


def _backdate_transactions(moment: datetime.datetime) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        cursor.execute("UPDATE saleor_loyalty_loyaltytransaction SET created_at = %s", [moment])


def test_points_on_a_checkout_are_refused_at_completion_once_the_account_is_frozen(club):
    # given
    checkout = club.start_checkout({"EYELINER": 2, "BRUSH": 1}, by=DANA)
    assert club.apply_points(checkout, 200, by=DANA).errors == ()

    # when
    document = """mutation($id: ID!) { loyaltyAccountFreeze(id: $id, reason: "A complaint.") {
        account { status lastChange { kind reason } } errors { field code message } } }"""
    answer = ask(club, document, id=Node.to_global_id("LoyaltyAccount", account(DANA).pk))
    assert answer["account"]["lastChange"] == {"kind": "ACCOUNT_FROZEN", "reason": "A complaint."}

    # then the order is refused once, and made without the points
    refused = club.complete(checkout, by=DANA, is_paid=True)
    assert (refused.order, len(refused.errors)) == (None, 1)
    assert club.complete(checkout, by=DANA, is_paid=True).errors == ()
    assert moves(club) == [("GIVE", 1000)]
    assert club.audit_findings() == []


def test_what_is_stored_names_saleor_s_customer_and_orders(club):
    order = delivered(club, DANA)
    owner = account(DANA)
    answer = json.loads("".join(write_personal_data(owner.pk, is_for_staff=True, at=owner.created_at)))
    assert (answer["account"]["email"], answer["account"]["userId"]) == (DANA, owner.user_id)
    assert [row["orderId"] for row in answer["orders"]] == [Node.from_global_id(order)[1]]
