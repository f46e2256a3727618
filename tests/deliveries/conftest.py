"""A club with accounts, a receiver that listens, and an endpoint that leads to it."""

from __future__ import annotations

import itertools

import pytest

from saleor_loyalty import ledger
from saleor_loyalty.deliveries import create_endpoint
from saleor_loyalty.events import SUBSCRIBABLE
from saleor_loyalty.models import LoyaltyProgram
from tests.ledger.builders import NOW, make_program

from .clock import Clock
from .receiver import receiving


@pytest.fixture(autouse=True)
def _inner_network(settings):
    """The receiver listens on this machine."""
    settings.LOYALTY_EVENT_PRIVATE_NETWORKS = True


@pytest.fixture
def receiver():
    with receiving() as found:
        yield found


@pytest.fixture
def program(db) -> LoyaltyProgram:
    return make_program("club")


@pytest.fixture
def endpoint(program, receiver):
    return create_endpoint(program.pk, name="Receiver", url=receiver.url, event_names=SUBSCRIBABLE, at=NOW)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def account_factory(program):
    numbers = itertools.count(1)
    return lambda: ledger.open_account(program, email=f"guest-{next(numbers)}@example.com", at=NOW)


@pytest.fixture
def account(account_factory):
    return account_factory()
