"""A program with a published version, and accounts in it."""

import itertools

import pytest

from saleor_loyalty import ledger
from saleor_loyalty.models import LoyaltyProgram

from .builders import NOW, make_program


@pytest.fixture
def program(db) -> LoyaltyProgram:
    return make_program("club")


@pytest.fixture
def account_factory(program):
    numbers = itertools.count(1)

    def create(**fields):
        account = ledger.open_account(program, email=f"guest-{next(numbers)}@example.com", at=NOW)
        for name, value in fields.items():
            setattr(account, name, value)
        if fields:
            account.save(update_fields=list(fields))
        return account

    return create


@pytest.fixture
def account(account_factory):
    return account_factory()
