"""Lists of exports and audiences take the same number of statements for 1 row and for 20, with all their fields."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playground.models import User
from saleor_loyalty.accounts import AccountFilter, IntegerRange, LabelChoice
from saleor_loyalty.audiences import create_audience
from saleor_loyalty.exports import claim_export, create_export, write_part
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import LoyaltyAccount
from tests import club
from tests.graphql.api import ALL_PERMISSIONS, Api, nodes

ACCOUNTS = "accounts(first: 3) { totalCount edges { node { id user { email } points { available } } } }"
LISTS = {
    "audiences": f"""query($n: Int) {{ loyaltyAudiences(first: $n) {{ totalCount edges {{ node {{
        id name where accountsCount program {{ name }} {ACCOUNTS} createdAt updatedAt }} }} }} }}""",
    "exports": f"""query($n: Int) {{ loyaltyExports(first: $n) {{ totalCount edges {{ node {{
        id kind status fileSize url urlExpiresAt user {{ email }} app {{ name }} program {{ name }}
        audience {{ name accountsCount {ACCOUNTS} }} }} }} }} }}""",
    "log": """query($n: Int) { loyaltyTransactions(first: $n, search: "welcome",
        filter: {labels: {notOneOf: []}, pointsChange: {range: {gte: 1}}},
        sortBy: {field: CREATED_AT, direction: ASC}) { totalCount edges { node { id reason } } } }""",
}


@pytest.fixture
def many(account: LoyaltyAccount, staff: Api, app: Api) -> None:
    actors = (Actor("STAFF", staff.user.pk), Actor("APP", app.app.pk))
    for number in range(20):
        user = club.add_customer(f"member-{number}@example.com")
        club.give(user, number + 1, reason="Welcome")
        wanted = AccountFilter(balance=IntegerRange(gte=number), labels=LabelChoice(not_one_of=(number,)))
        at = club.now()
        audience = create_audience(account.program_id, name=f"A{number}", wanted=wanted, at=at)
        export = create_export(
            account.program_id, wanted=wanted, at=at, actor=actors[number % 2], audience_id=audience.pk
        )
        write_part(export.pk, claim=claim_export(export.pk, at=at), at=at)
        cancelled = create_export(account.program_id, wanted=wanted, at=at)
        cancelled.delete()


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_as_many_statements_for_one_row_as_for_twenty(name, many, staff: Api):
    def statements(number: int, asking: Api) -> list[str]:
        with CaptureQueriesContext(connection) as found:
            assert len(nodes(next(iter(asking(LISTS[name], n=number).values())))) == number
        return [query["sql"] for query in found]

    # Somebody who works in the program's channel only is asked about it once for all rows.
    restricted = Api(
        user=User.objects.create_user(
            "shop@example.com", is_staff=True, permissions=ALL_PERMISSIONS, channels=["shop"]
        )
    )
    for asking in (staff, restricted):
        # Exports alternate between staff and an app: two rows have both.
        assert len(statements(2, asking)) == len(statements(20, asking))
