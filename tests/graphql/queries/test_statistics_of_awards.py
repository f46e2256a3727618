"""``sourcesByRule``, ``sourcesByProduct``, ``sourcesByCategory`` and ``LoyaltyProgram.statistics``."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_loyalty import analytics
from saleor_loyalty.ledger import give_points, open_account
from saleor_loyalty.models import AwardDimension, LoyaltyProgram
from saleor_loyalty.programs import create_program
from tests import club
from tests.analytics.orders import Bought, record_order, settle
from tests.analytics.reports import moment
from tests.graphql.api import Api, gid, nodes

SOURCES = """query($first: Int, $period: DateRangeInput) { loyaltyStatistics(period: $period) {
    sources { source points }
    sourcesByRule(first: $first) { ruleKey name points reversed transactions }
    sourcesByProduct(first: $first) { productId slug points reversed transactions }
    sourcesByCategory(first: $first) { slug points reversed transactions } } }"""
PROGRAMS = """query($first: Int!) { loyaltyPrograms(first: $first) { edges { node { slug
    statistics(period: {gte: "2026-03-01", lte: "2026-03-31"}) {
        timeZone given outstanding series(step: MONTH) { given } sources { points } previous { given }
        sourcesByRule { name points } sourcesByProduct { points } topEarners { points account { id } } } } } } }"""


@pytest.fixture
def order(program: LoyaltyProgram) -> None:
    """60 of 80 points stand of an order of two products."""
    account = open_account(program, email="guest@example.com", at=club.now())
    rule = analytics.rule_names([program.pk])[program.pk]
    key = next(iter(rule), "base")
    bought = [Bought("7", ("all", "chairs"), {key: 50}), Bought("8", (), {"gone": 30})]
    record = record_order(account, bought)
    settle(record, 80, on="2026-03-05T12:00")
    settle(record, 60, on="2026-03-06T12:00")


def test_sources_of_orders_by_rule_product_and_category(staff: Api, program, order):
    # given
    ((key, name),) = list(analytics.rule_names([program.pk])[program.pk].items())[:1] or [("base", "")]

    # when
    found = staff(SOURCES, first=5)["loyaltyStatistics"]

    # then: of the 60 that stand 37.5 and 22.5 are rounded by largest remainder, equal ones by position
    assert found == {
        "sources": [{"source": "ORDER", "points": 80}],
        "sourcesByRule": [
            {"ruleKey": key, "name": name, "points": 50, "reversed": 12, "transactions": 1},
            {"ruleKey": "gone", "name": "", "points": 30, "reversed": 8, "transactions": 1},
        ],
        "sourcesByProduct": [
            {"productId": gid("Product", 7), "slug": "product-7", "points": 50, "reversed": 12, "transactions": 1},
            {"productId": gid("Product", 8), "slug": "product-8", "points": 30, "reversed": 8, "transactions": 1},
        ],
        "sourcesByCategory": [
            {"slug": "chairs", "points": 50, "reversed": 12, "transactions": 1},
            {"slug": "", "points": 30, "reversed": 8, "transactions": 1},
        ],
    }
    one = staff(SOURCES, first=1, period={"gte": "2026-03-06", "lte": "2026-03-06"})["loyaltyStatistics"]
    assert [row["reversed"] for row in one["sourcesByProduct"]] == [12]


@pytest.mark.parametrize("first", [-1, 101])
def test_how_many_are_asked_for_is_bounded(staff: Api, program, first):
    for field in ("sourcesByRule { points }", "sourcesByProduct { slug }", "sourcesByCategory { slug }"):
        name, _, rest = field.partition(" ")
        message = staff.error(f"{{ loyaltyStatistics {{ {name}(first: {first}) {rest} }} }}")[1]
        assert message == "`first` must be from 0 to 100."


def test_each_program_of_a_list_has_its_own_statistics(staff: Api, program, order):
    other = create_program(name="Second", slug="second", at=club.now())
    account = open_account(other, email="guest@example.com", at=club.now())
    give_points(account.pk, points=7, at=club.now(), occurred_at=moment("2026-03-09T12:00"), idempotency_key="gift")
    found = {node["slug"]: node["statistics"] for node in nodes(staff(PROGRAMS, first=10)["loyaltyPrograms"])}
    assert {slug: (row["given"], row["outstanding"], row["series"]) for slug, row in found.items()} == {
        program.slug: (80, 60, [{"given": 80}]),
        "second": (7, 7, [{"given": 7}]),
    }
    assert [row["points"] for row in found["second"]["topEarners"]] == [7]
    assert found["second"]["sourcesByRule"] == []


def test_a_list_of_programs_takes_as_many_statements_as_one(staff: Api, program, order):
    # given
    for number in range(9):
        create_program(name=f"Club {number}", slug=f"club-{number}", at=club.now())
    for pk in LoyaltyProgram.objects.values_list("pk", flat=True):
        analytics.roll_up(pk, at=club.now(), limit=100)
    staff(PROGRAMS, first=10)

    def statements(first: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert len(nodes(staff(PROGRAMS, first=first)["loyaltyPrograms"])) == first
        return len(captured)

    # then
    assert statements(1) == statements(10)


def test_customers_see_no_statistics_of_their_program(program, order, staff: Api):
    customer = Api(user=club.add_customer(email="other@example.com"))
    assert customer.ask(PROGRAMS, first=1)["errors"][0]["message"].startswith("To access this path")
    open_account(program, user_id=customer.user.pk, at=club.now())
    document = '{ me { loyaltyAccount(channel: "shop") { program { statistics { given } } } } }'
    assert customer(document)["me"]["loyaltyAccount"]["program"] == {"statistics": None}


def test_a_series_that_is_too_long_fails_alone(staff: Api, program, order):
    document = """{ loyaltyPrograms(first: 1) { edges { node {
        long: statistics(period: {gte: "2000-01-01", lte: "2026-03-01"}) { series { given } }
        short: statistics(period: {gte: "2026-03-05", lte: "2026-03-05"}) { series { given } } } } } }"""
    answer = staff.ask(document)
    assert [error["message"] for error in answer["errors"]] == [
        "A series can have at most 1000 steps. Ask for a shorter `period` or a longer `step`."
    ]
    (node,) = nodes(answer["data"]["loyaltyPrograms"])
    assert (node["long"], node["short"]) == (None, {"series": [{"given": 80}]})


def test_the_shares_add_up_to_the_source_order(program, order):
    for dimension in AwardDimension:
        rows = analytics.award_sources(program.pk, dimension=dimension, limit=10, at=club.now())
        assert (sum(row.given for row in rows), sum(row.reversed for row in rows)) == (80, 20)
