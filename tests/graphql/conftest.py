"""A club with two customers, and everybody who may ask about it."""

from __future__ import annotations

import pytest

from playground.models import App, Checkout, User, Variant
from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram
from tests import club

from .api import ALL_PERMISSIONS, Api


@pytest.fixture
def program(db: None) -> LoyaltyProgram:
    club.open_channel()
    return club.publish()


@pytest.fixture
def customer(program: LoyaltyProgram) -> User:
    return club.add_customer("dana@example.com", first_name="Dana", last_name="Levi")


@pytest.fixture
def account(customer: User) -> LoyaltyAccount:
    """Dana's, with 1000 points."""
    return club.give(customer, 1000, reason="Welcome", internal_note="called us")


@pytest.fixture
def variant(program: LoyaltyProgram) -> Variant:
    """Costs 400.00."""
    return club.add_variant("CHAIR", price=400)


@pytest.fixture
def checkout(account: LoyaltyAccount, customer: User, variant: Variant) -> Checkout:
    """Dana's, with one chair."""
    return club.fill_cart(customer, variant)


@pytest.fixture
def anonymous(db: None) -> Api:
    return Api()


@pytest.fixture
def owner(customer: User) -> Api:
    return Api(user=customer)


@pytest.fixture
def stranger(program: LoyaltyProgram) -> Api:
    """Another customer, with an account of 7 points."""
    user = club.add_customer("omar@example.com")
    club.give(user, 7)
    return Api(user=user)


@pytest.fixture
def staff(db: None) -> Api:
    """With every permission."""
    return Api(user=User.objects.create_user("staff@example.com", is_staff=True, permissions=ALL_PERMISSIONS))


@pytest.fixture
def clerk(db: None) -> Api:
    """Staff with every permission but MANAGE_LOYALTY."""
    return Api(user=User.objects.create_user("clerk@example.com", is_staff=True, permissions=ALL_PERMISSIONS[1:]))


@pytest.fixture
def loyalty_only_staff(db: None) -> Api:
    """Staff with MANAGE_LOYALTY alone."""
    return Api(user=User.objects.create_user("points@example.com", is_staff=True, permissions=["MANAGE_LOYALTY"]))


@pytest.fixture
def app(db: None) -> Api:
    """With every permission."""
    return Api(app=App.objects.create(name="CRM", token="crm", permissions=ALL_PERMISSIONS))


@pytest.fixture
def app_without(db: None) -> Api:
    """An app with every permission but MANAGE_LOYALTY."""
    return Api(app=App.objects.create(name="Feed", token="feed", permissions=ALL_PERMISSIONS[1:]))
