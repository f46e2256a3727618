"""The tier stands in the file of accounts: the one at the moment of writing, also where no sweep has noted it."""

from __future__ import annotations

from saleor_loyalty.accounts import AccountFilter
from saleor_loyalty.exports import create_export
from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import LoyaltyAccount
from tests import club
from tests.tiers.builders import DAY, buy, publish

from .builders import table, write


def test_accounts_are_written_with_their_tiers_as_of_the_moment_of_writing(program):
    # given one whose tier holds, one whose tier has lapsed unnoticed, and one without
    club.open_channel()
    program, at = publish(tierPolicy={"windowMonths": 1}), club.now()
    later = at + 60 * DAY
    variant = club.add_variant(price=100)
    dana, noa, omar = [club.add_customer(f"{name}@example.com") for name in ("dana", "noa", "omar")]
    buy(dana, variant, 5, at=later)
    buy(noa, variant, 1, at=at)
    open_account(program, user_id=omar.pk, at=at)
    everybody = create_export(program.pk, wanted=AccountFilter(), at=later)

    # when
    write(everybody, at=later)

    # then
    tiers = {row["account"]: row["tier"] for row in table(everybody)}
    named = {user: str(LoyaltyAccount.objects.get(user=user).pk) for user in (dana, noa, omar)}
    assert tiers == {named[dana]: "gold", named[noa]: "", named[omar]: ""}
    assert LoyaltyAccount.objects.get(user=noa).tier_key == "silver"
