"""Activities over GraphQL: the rules as staff sees them, what events earned, and what customers can do."""

from __future__ import annotations

import pytest

from saleor_loyalty.programs import pause_program
from tests import club
from tests.activities.builders import activity, cap, publish, report

from .api import Api, gid
from .test_query_counts import statements

RULES = """{ loyaltyProgram(slug: "club") { publishedVersion {
    earningRules { key priority stopProcessing weekdays customerCaps { period points } }
    activityRules { key name event points source customerCaps { period points } oncePerReference
        includesEarlierCustomers pendingDays weekdays startsAt priority stopProcessing
        conditions { labels memberStatus } } } } }"""
WAYS = "waysToEarn { key name event points weekdays times pointsLeft caps { period points earned } }"
TIMELINE = """query($n: Int) { loyaltyAccounts(first: $n) { edges { node { timeline(first: 5, types: [EVENT]) { edges {
    node { event { event points receipt(languageCode: HE) { summary lines { code message staffMessage base { amount }
        detail } programVersion { number } } transactions { pointsChange source receipt { points } } } } } } } } } }"""

pytestmark = pytest.mark.django_db


@pytest.fixture
def rules(program):
    return publish(
        activity(
            "photo.shared",
            20,
            key="photo",
            name="A photo",
            source="SOCIAL",
            customerCaps=[cap(30, "WEEK")],
            weekdays=["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"],
            conditions={"memberStatus": ["MEMBER"]},
            priority=3,
            stopProcessing=True,
        ),
        activity("SIGNED_UP", 100, includesEarlierCustomers=True),
        pendingDays=7,
        at=club.now(),
        earning=[
            {
                "key": "basic",
                "type": "CONVERSION_RATE",
                "points": 1,
                "weekdays": ["SUNDAY"],
                "customerCaps": [cap(500)],
                "stopProcessing": True,
            }
        ],
    )


def test_staff_reads_the_rules(rules, staff: Api):
    version = staff(RULES)["loyaltyProgram"]["publishedVersion"]
    assert version["earningRules"] == [
        {
            "key": "basic",
            "priority": 0,
            "stopProcessing": True,
            "weekdays": ["SUNDAY"],
            "customerCaps": [{"period": "EVER", "points": 500}],
        }
    ]
    photo, welcome = version["activityRules"]
    assert photo == {
        "key": "photo",
        "name": "A photo",
        "event": "photo.shared",
        "points": 20,
        "source": "SOCIAL",
        "customerCaps": [{"period": "WEEK", "points": 30}],
        "oncePerReference": True,
        "includesEarlierCustomers": False,
        "pendingDays": 7,
        "weekdays": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"],
        "startsAt": None,
        "priority": 3,
        "stopProcessing": True,
        "conditions": {"labels": None, "memberStatus": ["MEMBER"]},
    }
    assert (welcome["source"], welcome["includesEarlierCustomers"], welcome["weekdays"]) == ("SIGN_UP", True, None)


def test_a_customer_sees_what_can_be_done_and_how_far_it_is(rules, account, owner: Api):
    # given
    for _ in range(2):
        report(rules, "photo.shared", account_id=account.pk)

    # when
    ways = owner(f"{{ me {{ loyaltyAccount {{ {WAYS} }} }} }}")["me"]["loyaltyAccount"]["waysToEarn"]

    # then
    assert [(way["key"], way["times"], way["pointsLeft"], way["caps"]) for way in ways] == [
        ("photo", 2, 0, [{"period": "WEEK", "points": 30, "earned": 30}]),
        ("signed-up", 0, None, []),
    ]


def test_anybody_sees_the_ways_of_a_program_and_nobody_how_far_others_are(rules, account, stranger: Api):
    report(rules, "photo.shared", account_id=account.pk)
    document = f"{{ me {{ loyaltyAccount {{ program {{ {WAYS} }} {WAYS} }} }} }}"
    seen = stranger(document)["me"]["loyaltyAccount"]
    photo = seen["program"]["waysToEarn"][0]
    assert (photo["times"], photo["pointsLeft"], photo["caps"][0]["earned"]) == (None, 30, None)
    assert (seen["waysToEarn"][0]["times"], seen["waysToEarn"][0]["pointsLeft"]) == (0, 30)


def test_while_the_program_is_paused_there_is_nothing_to_be_earned(rules, account, owner: Api):
    pause_program(rules.pk, at=club.now())
    document = f"{{ me {{ loyaltyAccount {{ {WAYS} program {{ {WAYS} }} }} }} }}"
    seen = owner(document)["me"]["loyaltyAccount"]
    assert (seen["waysToEarn"], seen["program"]["waysToEarn"]) == ([], [])


def test_an_app_reads_what_its_report_earned_and_why(rules, account, app: Api):
    # given
    document = """mutation($input: LoyaltyEventReportInput!) { loyaltyEventReport(input: $input) {
        event { points receipt { points summary lines { code message points } }
            transactions { pointsChange source type } } isNew errors { field code } } }"""
    values = {"event": "photo.shared", "account": gid("LoyaltyAccount", account), "externalReference": ""}

    # when
    answers = [
        app(document, input=values | {"idempotencyKey": key})["loyaltyEventReport"] for key in ("1", "2", "3", "3")
    ]

    # then
    assert [answer["event"]["points"] for answer in answers] == [20, 10, 0, 0]
    assert [answer["isNew"] for answer in answers] == [True, True, True, False]
    assert answers[0]["event"]["transactions"] == [{"pointsChange": 20, "source": "SOCIAL", "type": "EARN"}]
    refused = answers[2]["event"]
    assert (refused["transactions"], refused["receipt"]["points"]) == ([], 0)
    assert refused["receipt"]["lines"] == [
        {"code": "LIMIT_REACHED", "message": "You have earned all that can be earned with this for now.", "points": 0}
    ]


def test_1_and_20_accounts_take_the_same_number_of_statements(rules, staff: Api, app: Api):
    # given
    for number in range(20):
        account = club.give(club.add_customer(f"{number}@example.com"), 1)
        for _ in range(2):
            report(rules, "photo.shared", account_id=account.pk)
    lists = (
        f"query($n: Int) {{ loyaltyAccounts(first: $n) {{ edges {{ node {{ {WAYS} program {{ {WAYS} }} }} }} }} }}",
        TIMELINE,
    )

    for document in lists:
        # when
        staff(document, n=20)
        one = statements(lambda asked=document: staff(asked, n=1))
        twenty = statements(lambda asked=document: staff(asked, n=20))

        # then
        assert len(one) == len(twenty), "\n".join(twenty)
