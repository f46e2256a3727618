"""A customer who is changed or deleted in Saleor: never held up by us, shown at once, and erased from the card."""

from __future__ import annotations

import pytest
from django.db import connection
from saleor.account.models import User
from saleor.core.tokens import account_delete_token_generator

from saleor_loyalty import cards
from saleor_loyalty.accounts import EventReport, report_event
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import (
    AccountLabel,
    LoyaltyAccount,
    LoyaltyTransaction,
    Note,
    OrderRecord,
    ReportedEvent,
    TransactionText,
)
from saleor_loyalty.tasks import detach_lost_users_task, erase_ownerless_task
from tests.saleor.test_uninstall import WITHOUT_LOYALTY
from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.drivers.saleor_scene import to_global_id
from tests.scenarios.stories import DANA, NOA, buy, open_club

BOSS = "boss@example.com"
CUSTOMER_DELETE = "mutation($id: ID!) { customerDelete(id: $id) { errors { field code message } } }"
STAFF_DELETE = "mutation($id: ID!) { staffDelete(id: $id) { errors { field code message } } }"
BULK_DELETE = "mutation($ids: [ID!]!) { customerBulkDelete(ids: $ids) { count errors { field code message } } }"
OWN_DELETE = "mutation($token: String!) { accountDelete(token: $token) { errors { field code message } } }"
CUSTOMER_UPDATE = """mutation($id: ID!, $input: CustomerInput!) {
    customerUpdate(id: $id, input: $input) { errors { field code message } } }"""
CARD = """query($id: ID!) { loyaltyAccount(id: $id) {
    user { email firstName lastName defaultBillingAddress { phone } } memberStatus } }"""


def account_of(email):
    return LoyaltyAccount.objects.get(user__in=User.objects.filter(email=email))


@pytest.fixture
def known(shop):
    """Dana, with an order, a note, a label, an event; Noa and a staff member with points."""
    boss = User.objects.create(email=BOSS, is_staff=True, is_superuser=True, is_active=True)
    boss.set_unusable_password()
    boss.save()
    open_club(shop, points=2000)
    shop.add_customer(NOA)
    assert shop.give_points(NOA, 5).errors == ()
    User.objects.filter(email=STAFF).update(is_active=True)
    assert shop.give_points(STAFF, 50).errors == ()
    shop.fulfill(buy(shop, shop.start_checkout({"EYELINER": 1}, by=DANA)))
    account = account_of(DANA)
    at = account.created_at
    actor = Actor("STAFF", boss.pk)
    cards.add_note(account.pk, text="Dana prefers tea.", author=actor, at=at)
    report = EventReport(name="CONTACTED_ME", account_id=account.pk, payload={"name": "Dana"})
    report_event(account.program_id, report=report, idempotency_key="k", actor=actor, at=account.created_at)
    return shop


def named(account):
    return [
        Note.objects.filter(account=account).count(),
        AccountLabel.objects.filter(account=account).count(),
        ReportedEvent.objects.filter(account=account, payload__isnull=False).count(),
        TransactionText.objects.filter(transaction__account=account).exclude(salt="").count(),
        OrderRecord.objects.filter(account=account, customer__isnull=False).count(),
    ]


def ids(*emails):
    return [to_global_id("User", User.objects.get(email=email).pk) for email in emails]


def delete(shop, how):
    """Delete Dana in one of Saleor's ways."""
    if how == "by staff":
        answer = shop.query(CUSTOMER_DELETE, {"id": ids(DANA)[0]}, by=BOSS)
    elif how == "in bulk":
        answer = shop.query(BULK_DELETE, {"ids": ids(DANA, NOA)}, by=BOSS)
    else:
        token = account_delete_token_generator.make_token(User.objects.get(email=DANA))
        answer = shop.query(OWN_DELETE, {"token": token}, by=DANA)
    payload = next(iter(answer.data.values()))
    assert (answer.errors, payload["errors"]) == ((), []), (answer, payload)


@pytest.mark.parametrize("how", ["by staff", "in bulk", "by themselves"])
def test_a_deleted_customer_is_erased_at_once_and_the_books_stay(known, how):
    # given
    account, noa = account_of(DANA), account_of(NOA)
    rows = list(LoyaltyTransaction.objects.order_by("pk").values())
    assert 0 not in named(account)

    # when
    delete(known, how)

    # then
    assert not User.objects.filter(email=DANA).exists()
    closed = LoyaltyAccount.objects.get(pk=account.pk)
    assert (closed.status, closed.user_id, closed.email, closed.balance) == ("CLOSED", None, None, account.balance)
    assert (closed.closed_at is None, closed.erased_at is None) == (False, False)
    assert named(account) == [0, 0, 0, 0, 0]
    assert LoyaltyAccount.objects.get(pk=noa.pk).status == ("CLOSED" if how == "in bulk" else "ACTIVE")
    assert list(LoyaltyTransaction.objects.order_by("pk").values()) == rows
    assert known.audit_findings() == []


def test_a_deleted_staff_member_with_points_is_erased_too(known):
    account = account_of(STAFF)
    answer = known.query(STAFF_DELETE, {"id": ids(STAFF)[0]}, by=BOSS)
    assert (answer.errors, answer.data["staffDelete"]["errors"]) == ((), [])
    assert named(account) == [0, 0, 0, 0, 0]
    assert LoyaltyAccount.objects.get(pk=account.pk).status == "CLOSED"


@pytest.mark.parametrize("fault", ["no broker", "lost task"])
def test_a_hint_that_is_lost_holds_up_nothing_and_heals(known, monkeypatch, fault):
    # given
    account = account_of(DANA)

    def fails():
        if fault == "no broker":
            raise ConnectionError("no broker")

    monkeypatch.setattr(erase_ownerless_task, "delay", fails)

    # when
    delete(known, "by staff")

    # then
    assert LoyaltyAccount.objects.get(pk=account.pk).status == "CLOSED"
    assert 0 not in named(account)
    monkeypatch.undo()
    assert erase_ownerless_task() == 1
    assert named(account) == [0, 0, 0, 0, 0]


def test_a_customer_who_was_deleted_while_the_package_was_out_is_erased_when_it_is_back(known, run_saleor):
    # given
    account = account_of(DANA)
    connection.close()
    code = WITHOUT_LOYALTY.split("order = Node")[0] + WITHOUT_LOYALTY[WITHOUT_LOYALTY.index("deleted = ask(") :]
    from saleor.permission.models import Permission

    Permission.objects.filter(content_type__app_label="saleor_loyalty").delete()
    connection.close()

    # when
    done = run_saleor(code=code, settings_module="tests.saleor.settings_without_loyalty")
    assert "it runs" in done.stdout
    assert LoyaltyAccount.objects.get(pk=account.pk).status == "ACTIVE"
    detach_lost_users_task()
    erase_ownerless_task()

    # then
    assert LoyaltyAccount.objects.get(pk=account.pk).status == "CLOSED"
    assert named(account) == [0, 0, 0, 0, 0]
    assert LoyaltyAccount.objects.filter(status="ACTIVE").count() == 1


def test_what_staff_changes_of_a_customer_in_saleor_is_on_the_card_at_once(known):
    # given
    card = to_global_id("LoyaltyAccount", account_of(DANA).pk)
    change = {"firstName": "Dana", "lastName": "Levi-Cohen", "email": "dana.levi@example.com"}
    address = {
        "firstName": "Dana",
        "lastName": "Levi",
        "streetAddress1": "Herzl 1",
        "city": "Haifa",
        "country": "IL",
        "postalCode": "3303101",
        "phone": "+972502345678",
    }

    # when
    changed = known.query(
        CUSTOMER_UPDATE, {"id": ids(DANA)[0], "input": {**change, "defaultBillingAddress": address}}, by=BOSS
    )

    # then
    assert (changed.errors, changed.data["customerUpdate"]["errors"]) == ((), [])
    seen = known.query(CARD, {"id": card}, by=BOSS)
    assert seen.errors == ()
    assert seen.data["loyaltyAccount"] == {
        "user": {
            "email": "dana.levi@example.com",
            "firstName": "Dana",
            "lastName": "Levi-Cohen",
            "defaultBillingAddress": {"phone": "+972502345678"},
        },
        "memberStatus": "MEMBER",
    }
