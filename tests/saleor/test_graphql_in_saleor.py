"""The GraphQL layer inside of Saleor's own schema, endpoint and middleware."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connections
from django.test.utils import CaptureQueriesContext

from saleor_loyalty.adapter.query_costs import LIST_COSTS
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


PAGE = {"complexity": 1, "multipliers": ["first", "last"]}


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


def test_every_list_of_ours_has_its_price_in_saleor_s_query_costs():
    # given
    from saleor.graphql.api import schema
    from saleor.graphql.query_cost_map import COST_MAP

    # when
    ours = {
        (type_name, name)
        for type_name, found in schema.get_type_map().items()
        if type_name.startswith("Loyalty") or type_name == "Query"
        for name, field in (getattr(found, "fields", None) or {}).items()
        if "first" in (getattr(field, "args", None) or {}) and (type_name != "Query" or name.startswith("loyalty"))
    }

    # then
    assert ("Query", "loyaltyAccounts") in ours
    free = {key for key in ours if COST_MAP.get(key[0], {}).get(key[1]) != PAGE}
    assert free == set()
    priced = {(type_name, name) for type_name, fields in LIST_COSTS.items() for name in fields}
    assert priced == ours


def test_a_query_of_nested_lists_costs_what_it_can_return_and_is_refused_above_the_limit(shop, settings):
    # given
    open_club(shop)
    document = (
        """{ loyaltyAccounts(first: 50) { edges { node { transactions(first: %d) { edges { node { id } } } } } } }"""
    )

    # when
    settings.GRAPHQL_QUERY_MAX_COMPLEXITY = 1100
    cheap = shop.query(document % 20, by=STAFF)
    dear = shop.query(document % 100, by=STAFF)

    # then 50 accounts and 50 times 20 or 100 transactions
    assert not cheap.errors
    told = "The query exceeds the maximum cost of 1100. Actual cost is 5050"
    assert [error["message"] for error in dear.errors] == [told]
    assert dear.data is None


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
