"""A club with a log that has something of everything."""

from __future__ import annotations

import pytest

from saleor_loyalty.ledger import Actor, open_account
from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram
from tests import club
from tests.ledger.builders import DAY, NOW, award, deduct, give, set_available


@pytest.fixture
def program(db) -> LoyaltyProgram:
    return club.publish()


@pytest.fixture
def dana(program) -> LoyaltyAccount:
    """Given 100 by staff 7 as VIP, earned 50 with order-1, 30 taken by app 9, set to 200; a day between them."""
    user = club.add_customer("dana@example.com", first_name="Dana", last_name="Levi")
    account = open_account(program, user_id=user.pk, at=NOW)
    give(account, 100, source="VIP", reason="Happy Birthday", actor=Actor("STAFF", 7), idempotency_key="dana-1")
    award(account, 50, order_id="order-1", at=NOW + DAY)
    deduct(account, 30, at=NOW + 2 * DAY, actor=Actor("APP", 9), reason="50%_off\\done")
    set_available(account, 200, at=NOW + 3 * DAY, actor=Actor("STAFF", 8))
    return account


@pytest.fixture
def guest(program) -> LoyaltyAccount:
    """Given 1 with an external reference."""
    account = open_account(program, email="guest@example.com", at=NOW)
    give(account, 1, external_reference="crm-42", actor=Actor("CUSTOMER", 7), reason="birthday too")
    return account
