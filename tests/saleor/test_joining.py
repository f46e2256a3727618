"""In how many ways a customer of Saleor proves an e-mail address, and in how many not."""

from __future__ import annotations

import datetime

import pytest
from django.conf import settings
from saleor.account.models import User
from saleor.core.jwt import create_token
from saleor.core.tokens import password_reset_token_generator
from saleor.graphql.account.mutations.account.confirm_email_change import JWT_CONFIRM_CHANGE_EMAIL_TYPE
from saleor.order.models import Order
from saleor.site.models import SiteSettings

from saleor_loyalty.adapter.periodic import SCHEDULE
from saleor_loyalty.host import get_host
from saleor_loyalty.models import LoyaltyAccount
from saleor_loyalty.tasks import claim_waiting_points_task
from tests.address_cases import MEANT, STORED
from tests.scenarios.drivers import saleor_documents, saleor_scene
from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.stories import moves, open_club
from tests.scenarios.test_joining import GUEST, buy_as_guest

OLD = "old@example.com"
SET_PASSWORD = """mutation($email: String!, $token: String!, $password: String!) {
    setPassword(email: $email, token: $token, password: $password) { errors { field code message } } }"""
CUSTOMER_UPDATE = """mutation($id: ID!, $input: CustomerInput!) {
    customerUpdate(id: $id, input: $input) { errors { field code message } } }"""
CONFIRM_EMAIL_CHANGE = "mutation($token: String!) { confirmEmailChange(token: $token) { errors { field code } } }"
REGISTER = """mutation($input: AccountRegisterInput!) {
    accountRegister(input: $input) { errors { field code message } } }"""


@pytest.fixture
def club(shop):
    """A guest has earned 200 points."""
    open_club(shop, points=0)
    buy_as_guest(shop, {"EYELINER": 2})
    return shop


def done(shop, document, variables, *, by=None):
    answer = shop.query(document, variables, by=by)
    assert answer.errors == ()
    payload = next(iter(answer.data.values()))
    assert payload["errors"] == []


def pending_of_guest():
    account = LoyaltyAccount.objects.get(email=GUEST)
    return account.pending, account.balance


def test_a_confirmation_that_leaves_the_orders_to_nobody_claims_the_points(club):
    # given: the shop does not give orders of guests to customers
    SiteSettings.objects.update(account_confirm_merge_mode="merge_disabled")
    club.add_customer(GUEST, is_confirmed=False)
    values = saleor_scene.confirmation_of(GUEST)

    # when
    done(club, saleor_documents.CONFIRM_ACCOUNT, values | {"password": None})

    # then
    assert Order.objects.get().user is None
    assert moves(club, GUEST) == [("MERGE_IN", 200)]
    assert club.audit_findings() == []


def test_a_password_set_by_mail_confirms_without_a_hook_and_the_task_claims(club):
    club.add_customer(GUEST, is_confirmed=False)
    token = password_reset_token_generator.make_token(User.objects.get(email=GUEST))
    done(club, SET_PASSWORD, {"email": GUEST, "token": token, "password": saleor_scene.PASSWORD})
    assert User.objects.get(email=GUEST).is_confirmed
    claim_waiting_points_task()
    assert moves(club, GUEST) == [("MERGE_IN", 200)]


def test_staff_who_confirm_a_customer_let_the_customer_claim(club):
    club.add_customer(GUEST, is_confirmed=False)
    user = saleor_scene.to_global_id("User", User.objects.get(email=GUEST).pk)
    done(club, CUSTOMER_UPDATE, {"id": user, "input": {"firstName": "Dana"}}, by=STAFF)
    assert pending_of_guest() == (200, 200)
    done(club, CUSTOMER_UPDATE, {"id": user, "input": {"isConfirmed": True}}, by=STAFF)
    assert moves(club, GUEST) == [("MERGE_IN", 200)]


def test_a_new_address_claims_once_it_is_confirmed(club):
    club.add_customer(OLD)
    user = User.objects.get(email=OLD)
    token = create_token(
        {"old_email": OLD, "new_email": GUEST},
        user=user,
        exp_delta=datetime.timedelta(hours=1),
        token_type=JWT_CONFIRM_CHANGE_EMAIL_TYPE,
    )
    assert pending_of_guest() == (200, 200)
    done(club, CONFIRM_EMAIL_CHANGE, {"token": token}, by=OLD)
    assert moves(club, GUEST) == [("MERGE_IN", 200)]


def test_registering_proves_nothing_also_where_the_shop_asks_for_no_confirmation(club):
    # given
    SiteSettings.objects.update(enable_account_confirmation_by_email=False)

    # when
    values = {"email": GUEST, "password": saleor_scene.PASSWORD, "channel": club.channel}
    done(club, REGISTER, {"input": values})
    claim_waiting_points_task()

    # then
    user = User.objects.get(email=GUEST)
    assert (user.is_active, user.is_confirmed) == (True, False)
    assert get_host().users([user.pk])[user.pk].member_status == "PENDING"
    assert pending_of_guest() == (200, 200)


def test_an_address_means_the_same_person_as_on_every_host(shop, django_assert_num_queries):
    keys = {address: User.objects.create(email=address, is_confirmed=True).pk for address in STORED}
    meant = {asked: keys[address] for asked, address in MEANT.items() if address is not None}

    with django_assert_num_queries(2):
        assert get_host().find_users("email", MEANT) == meant
        assert get_host().owners_of_emails(MEANT) == meant


def test_owners_are_active_and_confirmed(shop):
    shop.add_customer(GUEST)
    shop.add_customer(OLD, is_confirmed=False)
    User.objects.filter(email=STAFF).update(is_active=False)

    found = get_host().owners_of_emails([GUEST, OLD, STAFF])

    assert found == {GUEST: User.objects.get(email=GUEST).pk}


def test_the_periodic_task_is_in_saleors_schedule():
    task, every = SCHEDULE["loyalty-claim-waiting-points"]
    assert settings.CELERY_BEAT_SCHEDULE["loyalty-claim-waiting-points"] == {"task": task, "schedule": every}
