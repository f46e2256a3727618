"""The GraphQL layer inside of Saleor's own schema, endpoint and middleware."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connections
from django.test.utils import CaptureQueriesContext

from saleor_loyalty.graphql.print_schema import COMMITTED_SCHEMA, print_loyalty_schema
from saleor_loyalty.models import LoyaltyTransaction, Reservation
from tests.scenarios.drivers.protocol import STAFF, STAFF_WITHOUT_PERMISSION
from tests.scenarios.stories import DANA, buy, open_club

RECEIPT = "receipt { points summary lines { code message points base { amount } } programVersion { number } }"
TRANSACTION = f"""type source pointsChange reason internalNote user {{ email }} app {{ name }} order {{ number }}
    account {{ user {{ email }} }} lots {{ issued }} {RECEIPT}"""
LISTS = {
    "accounts": """query($n: Int) { loyaltyAccounts(first: $n) { totalCount edges { node {
        id user { email } memberStatus
        program { name channelListings { channel { name } } publishedVersion { number } }
        points { available reserved } value(channel: "%(channel)s") { amount } reservations { points }
        lots(first: 2) { totalCount edges { node { issued } } }
        transactions(first: 2) { totalCount edges { node { TRANSACTION } } } } } } }""",
    "transactions": """query($n: Int) { loyaltyTransactions(first: $n) { edges { node { TRANSACTION } } } }""",
    "products": f"""query($n: Int) {{ products(first: $n, channel: "%(channel)s") {{ edges {{ node {{
        loyalty {{ points message redemptionMessage {RECEIPT} }} variants {{ loyalty {{ points }} }} }} }} }} }}""",
    "checkouts": f"""query($n: Int) {{ checkouts(first: $n) {{ edges {{ node {{ loyalty {{
        pointsToEarn {{ points message {RECEIPT} }} redemption {{ maxPoints conditions }}
        applied {{ points }} messages {{ text }} }} }} }} }} }}""",
    "orders": f"""query($n: Int) {{ orders(first: $n) {{ edges {{ node {{ loyalty {{
        earned pending redeemed redeemedValue {{ amount }} messages {{ text }} {RECEIPT} }} }} }} }} }}""",
}


def statements(ask) -> list[str]:
    names = {settings.DATABASE_CONNECTION_DEFAULT_NAME, settings.DATABASE_CONNECTION_REPLICA_NAME}
    connection = connections[settings.DATABASE_CONNECTION_DEFAULT_NAME]
    assert {connections[name].settings_dict["NAME"] for name in names} == {connection.settings_dict["NAME"]}
    with CaptureQueriesContext(connection) as queries:
        answer = ask()
    assert not answer.errors, answer.errors
    return [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]


def test_the_loyalty_part_of_saleor_s_schema_is_the_committed_one():
    from saleor.graphql.api import schema

    assert print_loyalty_schema(schema) == COMMITTED_SCHEMA.read_text()


def test_lists_take_as_many_statements_for_one_row_as_for_many(shop):
    # given
    open_club(shop)
    for _ in range(4):
        checkout = shop.start_checkout({"EYELINER": 5}, by=DANA)
        assert shop.apply_points(checkout, 100, by=DANA).errors == ()
        shop.fulfill(buy(shop, checkout))
        assert shop.apply_points(shop.start_checkout({"EYELINER": 5}, by=DANA), 100, by=DANA).errors == ()
    for number in range(3):
        shop.add_product(f"SKU-{number}", price=10)

    for name, document in LISTS.items():
        text = (document % {"channel": shop.channel} if "%(" in document else document).replace(
            "TRANSACTION", TRANSACTION
        )
        shop.query(text, {"n": 4}, by=STAFF)

        # when
        one = statements(lambda asked=text: shop.query(asked, {"n": 1}, by=STAFF))
        four = statements(lambda asked=text: shop.query(asked, {"n": 4}, by=STAFF))

        # then
        assert len(one) == len(four), f"{name}:\n" + "\n".join(four)


@pytest.mark.parametrize("points", [100.5, "100"])
def test_a_fractional_number_of_points_is_refused_over_http(shop, points):
    # given
    open_club(shop)
    checkout = shop.start_checkout({"EYELINER": 5}, by=DANA)

    # when
    outcome = shop.apply_points(checkout, points, by=DANA)

    # then
    assert [(error.field, error.code) for error in outcome.errors] == [("points", "INVALID")]
    assert Reservation.objects.count() == 0


def test_without_the_permission_staff_is_denied_by_name(shop):
    # given
    open_club(shop)
    before = LoyaltyTransaction.objects.count()

    # when
    listed = shop.query("{ loyaltyAccounts(first: 1) { totalCount } }", by=STAFF_WITHOUT_PERMISSION)
    paused = shop.query(
        'mutation { loyaltyProgramPause(id: "TG95YWx0eVByb2dyYW06MQ==") { errors { code } } }',
        by=STAFF_WITHOUT_PERMISSION,
    )

    # then
    for answer in (listed, paused):
        assert [error["extensions"]["exception"]["code"] for error in answer.errors] == ["PermissionDenied"]
        assert "MANAGE_LOYALTY" in answer.errors[0]["message"]
    assert LoyaltyTransaction.objects.count() == before
