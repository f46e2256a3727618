"""When two e-mail addresses are one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.email_addresses import match_addresses, plain_address, spellings
from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import LoyaltyAccount
from tests import club

from .address_cases import MEANT, STORED

KEYS = {address: number for number, address in enumerate(STORED, start=1)}
ADDRESSES = st.text(alphabet="aAiIİıKKsSſß@. ", max_size=6)


def find(asked: list[str]) -> dict[str, int]:
    """As a host does it: whoever has one of the spellings."""
    looked_for = spellings(asked)
    return match_addresses(asked, [(address, key) for address, key in KEYS.items() if address in looked_for])


@pytest.mark.parametrize(("asked", "meant"), MEANT.items())
def test_an_address_means_whoever_has_it_so_or_in_lower_case(asked, meant):
    assert find([asked]) == ({} if meant is None else {asked: KEYS[meant]})


def test_what_else_is_asked_for_changes_nothing():
    assert find(list(MEANT)) == {asked: KEYS[meant] for asked, meant in MEANT.items() if meant is not None}


@given(ADDRESSES)
def test_an_address_as_it_is_kept_stays_as_it_is(address):
    assert plain_address(plain_address(address)) == plain_address(address)


@given(ADDRESSES)
def test_nobody_is_meant_by_an_address_that_is_another_one_in_lower_case(address):
    other = "x" + address.strip()

    assert match_addresses([address], [(other, 1)]) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("address", [address for address in MEANT if address])
def test_a_guests_account_is_found_again_by_each_spelling(address):
    club.open_channel()
    program = club.publish()

    account = open_account(program, email=address, at=club.now())

    assert account.email == plain_address(address)
    for spelling in (address, address.upper(), f" {address} "):
        if plain_address(spelling) == account.email:
            assert open_account(program, email=spelling, at=club.now()) == account
    assert LoyaltyAccount.objects.count() == 1
