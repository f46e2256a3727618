"""``loyaltyStatistics``: totals with the period before, series, sources and top earners."""

from __future__ import annotations

import datetime

import pytest

from saleor_loyalty import analytics
from saleor_loyalty.ledger import award_points, give_points, open_account
from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram
from saleor_loyalty.programs import create_program
from tests import club
from tests.graphql.api import Api, gid

TERMS = "given redeemed expired reversed deducted outstandingBefore outstanding available pending reserved debt"
STATISTICS = f"""query($program: ID, $channel: String, $period: DateRangeInput, $step: LoyaltyStatisticsStepEnum,
    $first: Int) {{ loyaltyStatistics(program: $program, channel: $channel, period: $period) {{
        {TERMS} transactions startDate endDate timeZone
        previous {{ startDate endDate given outstanding available }}
        series(step: $step) {{ startDate endDate given redeemed outstanding transactions }}
        sources {{ source points transactions }}
        topEarners(first: $first) {{ points account {{ id email user {{ email }} }} }} }} }}"""
MARCH = {"gte": "2026-03-01", "lte": "2026-03-31"}


def moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"{text}T12:00:00+00:00")


@pytest.fixture
def history(program: LoyaltyProgram) -> dict[str, LoyaltyAccount]:
    """A February and a March, half of it rolled up."""
    guest = open_account(program, email="guest@example.com", at=moment("2026-02-01"))
    dana = open_account(program, user_id=club.add_customer().pk, at=moment("2026-02-01"))
    give_points(guest.pk, points=300, at=moment("2026-02-03"), idempotency_key="a", source="VIP")
    analytics.roll_up(program.pk, at=moment("2026-02-04"), limit=10)
    give_points(dana.pk, points=200, at=moment("2026-03-04"), idempotency_key="b", source="THANK_YOU")
    arguments = {"program_version": program.published_version_id, "receipt": {}, "channel_slug": "shop"}
    for account, points in ((dana, 50), (guest, 250)):
        award_points(
            account.pk,
            points=points,
            at=moment("2026-03-05"),
            order_id=f"order-{points}",
            idempotency_key=f"order-{points}",
            available_at=None if account == guest else moment("2026-03-05"),
            **arguments,
        )
    return {"guest": guest, "dana": dana}


def test_the_report_of_a_month(staff: Api, history):
    # when
    found = staff(STATISTICS, period=MARCH, step="MONTH", first=5)["loyaltyStatistics"]

    # then
    assert found == {
        "startDate": "2026-03-01",
        "endDate": "2026-03-31",
        "timeZone": "UTC",
        "given": 500,
        "redeemed": 0,
        "expired": 0,
        "reversed": 0,
        "deducted": 0,
        "outstandingBefore": 300,
        "outstanding": 800,
        "available": None,
        "pending": None,
        "reserved": None,
        "debt": None,
        "transactions": 3,
        "previous": {
            "startDate": "2026-01-29",
            "endDate": "2026-02-28",
            "given": 300,
            "outstanding": 300,
            "available": None,
        },
        "series": [
            {
                "startDate": "2026-03-01",
                "endDate": "2026-03-31",
                "given": 500,
                "redeemed": 0,
                "outstanding": 800,
                "transactions": 3,
            }
        ],
        "sources": [
            {"source": "ORDER", "points": 300, "transactions": 2},
            {"source": "THANK_YOU", "points": 200, "transactions": 1},
        ],
        # 250 points each: the older account first
        "topEarners": [
            {
                "points": 250,
                "account": {"id": gid("LoyaltyAccount", history["guest"]), "email": "guest@example.com", "user": None},
            },
            {
                "points": 250,
                "account": {
                    "id": gid("LoyaltyAccount", history["dana"]),
                    "email": None,
                    "user": {"email": "dana@example.com"},
                },
            },
        ],
    }


def test_the_report_of_all_time_adds_up_and_has_its_parts(staff: Api, history):
    found = staff(f"{{ loyaltyStatistics {{ {TERMS} startDate endDate previous {{ given }} }} }}")
    assert found["loyaltyStatistics"] == {
        "given": 800,
        "redeemed": 0,
        "expired": 0,
        "reversed": 0,
        "deducted": 0,
        "outstandingBefore": 0,
        "outstanding": 800,
        "available": 550,
        "pending": 250,
        "reserved": 0,
        "debt": 0,
        "startDate": None,
        "endDate": None,
        "previous": None,
    }


def test_a_channel_alone_is_its_program_and_its_movements(staff: Api, history, program):
    document = """query($program: ID, $channel: String) {
        loyaltyStatistics(program: $program, channel: $channel) { given available topEarners { points } } }"""
    shop = {"given": 300, "available": None, "topEarners": [{"points": 250}, {"points": 50}]}
    none = {"given": 500, "available": None, "topEarners": [{"points": 300}, {"points": 200}]}

    assert staff(document, channel="shop")["loyaltyStatistics"] == shop
    assert staff(document, channel="", program=gid("LoyaltyProgram", program))["loyaltyStatistics"] == none
    assert staff(document, channel="")["loyaltyStatistics"] == none
    assert staff(document, channel="nowhere")["loyaltyStatistics"] is None
    for slug in ("sho\x00p", "sho\ud800p"):
        assert staff(document, channel=slug, program=gid("LoyaltyProgram", program))["loyaltyStatistics"] is None
    assert staff(document, program=gid("LoyaltyProgram", 10**6))["loyaltyStatistics"] is None
    assert staff(document, program=gid("LoyaltyAccount", program))["loyaltyStatistics"] is None
    assert staff(document, program="broken")["loyaltyStatistics"] is None


def test_several_programs_must_be_told_apart(staff: Api, program):
    create_program(name="Second", slug="second", at=club.now())
    assert staff.error("{ loyaltyStatistics { given } }")[1] == (
        "There are several programs: say which one by `program` or `channel`."
    )


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"period": {"gte": "2026-03-02", "lte": "2026-03-01"}}, "`period` must not end before it begins."),
        ({"first": 101}, "`first` must be from 0 to 100."),
        ({"first": -1}, "`first` must be from 0 to 100."),
        (
            {"period": {"gte": "2000-01-01", "lte": "2026-03-01"}},
            "A series can have at most 1000 steps. Ask for a shorter `period` or a longer `step`.",
        ),
    ],
)
def test_what_cannot_be_answered_is_refused(staff: Api, program, variables, message):
    assert staff.error(STATISTICS, **variables)[1] == message


def test_who_the_top_earners_are_needs_manage_users(loyalty_only_staff: Api, history):
    found = loyalty_only_staff(STATISTICS, period=MARCH)["loyaltyStatistics"]["topEarners"]
    assert [(row["points"], row["account"]["email"], row["account"]["user"]) for row in found] == [
        (250, None, None),
        (250, None, None),
    ]


def test_totals_beyond_32_bits_are_served(staff: Api, program):
    for number in range(2):
        account = open_account(program, email=f"guest-{number}@example.com", at=club.now())
        give_points(account.pk, points=2_000_000_000, at=club.now(), idempotency_key=str(number))
    found = staff("{ loyaltyStatistics { given outstanding sources { points } } }")["loyaltyStatistics"]
    assert found == {"given": 4 * 10**9, "outstanding": 4 * 10**9, "sources": [{"points": 4 * 10**9}]}
