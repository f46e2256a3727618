"""A list takes the same number of statements for 1 row and for 20, with all its loyalty fields."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playground.models import Checkout
from saleor_loyalty.models import LoyaltyAccount
from tests import club
from tests.graphql.api import Api, gid
from tests.graphql.card_documents import fill_card

RECEIPT = """receipt { points summary lines { code message staffMessage lineId ruleKey detail points base { amount } }
    programVersion { number rules earningRules { key } } }"""
TRANSACTION = f"""id sequence type typeName source sourceName pointsChange pointsBalance createdAt occurredAt
    reason internalNote hash idempotencyKey externalReference user {{ email }} app {{ name }} order {{ id }}
    reverses {{ id }} account {{ id user {{ email }} }} lots {{ id issued transaction {{ sequence }} }} {RECEIPT}"""
ACCOUNT = f"""id status email memberStatus lastActivityAt enrolledAt revision user {{ email }}
    program {{ name pointNames {{ one }} channelListings {{ channel {{ name }} }} guestEarning
        publishedVersion {{ number }} draftVersion {{ number }} }}
    points {{ available balance pending reserved debt expiringSoon earned redeemed expired reversed deducted }}
    value(channel: "shop") {{ amount }} messages(channel: "shop") {{ text }}
    reservations {{ points value {{ amount }} checkoutId }}
    labels {{ name accountsCount }} fields {{ value field {{ key name }} }}
    notes(first: 3) {{ totalCount edges {{ node {{ text user {{ email }} app {{ name }} }} }} }}
    lots(first: 3) {{ totalCount edges {{ node {{ issued remaining transaction {{ id }} }} }} }}
    transactions(first: 3) {{ totalCount edges {{ node {{ {TRANSACTION} }} }} }}"""
CHECKOUT = f"""id loyalty {{ pointsToEarn {{ points message {RECEIPT} }}
    redemption {{ available maxPoints conditions limitMessage blockedMessage {RECEIPT} }}
    asked: redemption(points: 100) {{ appliedPoints }}
    applied {{ points value {{ amount }} }} messages {{ code text }} }}"""
ORDER = f"""id loyalty {{ earned pending redeemed redeemedValue {{ amount }} reversed returned forfeited
    transactions {{ pointsChange {RECEIPT} }} messages {{ text }} {RECEIPT} }}"""
OFFER = f"""id loyalty {{ points message redemptionMessage {RECEIPT} }}"""

STATISTICS = f"""query($n: Int) {{ loyaltyStatistics(period: {{gte: "2020-01-01", lte: "2099-12-31"}}) {{
    given outstanding available previous {{ given redeemed }} series(step: MONTH) {{ given outstanding }}
    sources {{ source points }} topEarners(first: $n) {{ points account {{ {ACCOUNT} }} }} }} }}"""

LISTS = {
    "top earners": STATISTICS,
    "accounts": f"query($n: Int) {{ loyaltyAccounts(first: $n) {{ totalCount edges {{ node {{ {ACCOUNT} }} }} }} }}",
    "labels": "query($n: Int) { loyaltyLabels(first: $n) { totalCount edges { node { name accountsCount } } } }",
    "accounts by search": f"""query($n: Int) {{ loyaltyAccounts(first: $n, search: "member", where: {{status: ACTIVE,
        labels: {{notOneOf: []}}}},
        sortBy: {{field: CUSTOMER, direction: ASC}}) {{ totalCount edges {{ node {{ {ACCOUNT} }} }} }} }}""",
    "transactions": f"""query($n: Int) {{ loyaltyTransactions(first: $n) {{
        totalCount edges {{ node {{ {TRANSACTION} }} }} }} }}""",
    "own transactions": f"""query($n: Int) {{ me {{ loyaltyAccount {{ transactions(first: $n) {{
        totalCount edges {{ node {{ {TRANSACTION} }} }} }} }} }} }}""",
    "own lots": """query($n: Int) { me { loyaltyAccount { lots(first: $n) {
        totalCount edges { node { issued transaction { sequence } } } } } } }""",
    "products": f"""query($n: Int) {{ products(first: $n, channel: "shop") {{
        {OFFER} variants {{ {OFFER} }} }} }}""",
    "checkouts": f"query($n: Int) {{ checkouts(first: $n) {{ {CHECKOUT} }} }}",
    "orders": f"query($n: Int) {{ orders(first: $n) {{ {ORDER} }} }}",
}
# Those of the host included; the playground's own shares of products and checkouts are its business.
STATEMENTS_AT_MOST = {
    "top earners": 43,
    "accounts": 28,
    "accounts by search": 31,
    "labels": 3,
    "transactions": 9,
    "own transactions": 8,
    "own lots": 4,
    "products": 20,
    "checkouts": 30,
    "orders": 6,
}


@pytest.fixture
def crowd(staff: Api, app: Api, program) -> Api:
    """21 members, each with a card, a cart that holds points, an order, a product and some history."""
    # First, so that the newest account is like all others.
    for _ in range(21):
        own = club.give(staff.user, 1)
    fill_card(own, staff=staff, app=app)
    for number in range(21):
        variant = club.add_variant(f"SKU-{number}", price=400)
        user = club.add_customer(f"member{number}@example.com")
        club.give(user, 1000)
        fill_card(club.give(user, 5), staff=staff, app=app, names=(f"A{number}", f"B{number}"))
        cart = club.fill_cart(user, variant)
        club.apply(cart, 100)
        order = club.complete(cart)
        club.settle(order)
        club.fulfill(order)
        club.settle(order)
        club.apply(club.fill_cart(user, variant), 300)
    assert (LoyaltyAccount.objects.count(), Checkout.objects.count(), own.program) == (22, 21, program)
    return staff


def statements(ask: Callable[[], object]) -> list[str]:
    """Return the statements of a request without savepoints."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        ask()
    return [query["sql"] for query in queries if not re.match(r"(RELEASE )?SAVEPOINT|ROLLBACK TO", query["sql"])]


def test_1_and_20_rows_take_the_same_number_of_statements(crowd: Api):
    # given
    counted = {}

    for name, document in LISTS.items():
        # when
        crowd(document, n=20)  # what a process learns once (the rules of a version) is learned
        one = statements(lambda asked=document: crowd(asked, n=1))
        twenty = statements(lambda asked=document: crowd(asked, n=20))

        # then
        assert len(one) == len(twenty), "\n".join(twenty)
        counted[name] = len(twenty)
    assert {name: number for name, number in counted.items() if number > STATEMENTS_AT_MOST[name]} == {}


def test_the_total_is_counted_only_when_asked_for(account: LoyaltyAccount, staff: Api):
    for name in ("accounts", "transactions"):
        with_total = statements(lambda asked=LISTS[name]: staff(asked, n=5))
        without = statements(lambda asked=LISTS[name]: staff(asked.replace("totalCount", "__typename"), n=5))
        assert any("COUNT(" in statement for statement in with_total)
        assert not any("COUNT(" in statement for statement in without)


def test_what_a_visitor_may_not_see_is_not_even_read(checkout: Checkout, anonymous: Api):
    document = f"query($id: ID) {{ checkout(id: $id) {{ {CHECKOUT} }} }}"
    found = statements(lambda: anonymous(document, id=gid("Checkout", checkout)))
    assert not any('FROM "saleor_loyalty_loyaltyaccount"' in statement for statement in found)
    assert not any('FROM "saleor_loyalty_reservation"' in statement for statement in found)
