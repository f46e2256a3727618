"""Rewards over GraphQL: lists with filters and pages, who may do what, and a constant number of statements."""

from __future__ import annotations

import uuid

import pytest

from playground.models import App, Order
from saleor_loyalty.models import RewardIssue
from saleor_loyalty.orders import settle_order_now
from saleor_loyalty.programs import pause_program
from saleor_loyalty.rewards import reverse_reward
from tests import club
from tests.rewards.builders import STAFF, everything_of_rewards, issue, publish_rewards, ten_off
from tests.scenarios.reward_documents import CREATE, ISSUES, REDEEM

from .api import ALL_PERMISSIONS, DENIED, Api, gid, nodes
from .reward_documents import REWARDS
from .test_query_counts import statements

ISSUE = """id type status points channelSlug code accessText createdAt expiresAt endedAt isReversible
    reward { key name channels { channel amount { amount } } } account { id user { email } } order { id }
    transaction { pointsChange receipt { summary lines { message } } } returnTransaction { pointsChange }"""
LISTS = {
    "issues": f"query($n: Int) {{ loyaltyRewardIssues(first: $n) {{ totalCount edges {{ node {{ {ISSUE} }} }} }} }}",
    "of accounts": f"""query($n: Int) {{ loyaltyAccounts(first: $n) {{ edges {{ node {{
        rewards {{ {ISSUE} }} }} }} }} }}""",
}


@pytest.fixture
def crowd(program, staff: Api) -> list[RewardIssue]:
    """21 customers who had two rewards each, of which one was given back."""
    publish_rewards(ten_off(), REWARDS[4])
    had = []
    for number in range(21):
        account = club.give(club.add_customer(f"member{number}@example.com"), 1000)
        had += [issue(account), issue(account, "door")]
        reverse_reward(had[-2].pk, actor=STAFF, at=club.now())
    return had


def test_1_and_20_rows_take_the_same_number_of_statements(crowd, staff: Api):
    counted = {}
    for name, document in LISTS.items():
        staff(document, n=20)
        one = statements(lambda asked=document: staff(asked, n=1))
        twenty = statements(lambda asked=document: staff(asked, n=20))
        assert len(one) == len(twenty), "\n".join(twenty)
        counted[name] = len(twenty)
    assert {name: count for name, count in counted.items() if count > 12} == {}


def test_the_list_is_filtered_sorted_and_cut_into_pages(crowd, staff: Api):
    def found(where, **sort):
        return staff(ISSUES, where=where, sortBy=sort or None)["loyaltyRewardIssues"]

    assert found({})["totalCount"] == 42
    assert nodes(found({}))[0]["id"] == gid("LoyaltyRewardIssue", crowd[-1])
    assert found({"status": ["REVERSED"]})["totalCount"] == 21
    assert found({"type": ["EVENT_ACCESS"], "status": ["ISSUED"]})["totalCount"] == 21
    assert found({"reward": "door"})["totalCount"] == 21
    assert found({"account": gid("LoyaltyAccount", crowd[0].account_id)})["totalCount"] == 2
    assert found({"program": gid("LoyaltyProgram", 0)})["totalCount"] == 0
    assert found({"reward": "\x00"})["totalCount"] == found({"code": "\x00"})["totalCount"] == 0
    assert found({"code": ""})["totalCount"] == 0
    oldest = found({}, field="CREATED_AT", direction="ASC")
    assert nodes(oldest)[0]["id"] == gid("LoyaltyRewardIssue", crowd[0])
    first_to_end = found({}, field="EXPIRES_AT", direction="ASC")
    assert {node["reward"]["key"] for node in nodes(first_to_end)} == {"door"}


def test_what_is_over_is_shown_and_found_as_expired_before_any_sweep(crowd, staff: Api):
    RewardIssue.objects.filter(pk=crowd[1].pk).update(expires_at=club.now())
    for wanted, count in ((["EXPIRED"], 1), (["ISSUED"], 20), (["ISSUED", "EXPIRED"], 21)):
        found = staff(ISSUES, where={"status": wanted})["loyaltyRewardIssues"]
        assert found["totalCount"] == count
        # The page has the newest, and the one that is over is the oldest.
        assert {node["status"] for node in nodes(found)} == {wanted[0]}


def test_looking_for_a_code_needs_the_permission_to_see_customers(crowd, staff: Api, loyalty_only_staff: Api):
    where = {"code": crowd[-1].code}
    assert staff(ISSUES, where=where)["loyaltyRewardIssues"]["totalCount"] == 1
    assert loyalty_only_staff.error(ISSUES, where=where)[0] == DENIED
    assert {node["code"] for node in nodes(loyalty_only_staff(ISSUES)["loyaltyRewardIssues"])} == {None}


def test_apps_never_spend_a_customers_points(account, app: Api):
    publish_rewards()
    wanted = {"reward": "ten-off", "channel": club.CHANNEL, "idempotencyKey": "k"}
    assert app.error(CREATE, input={**wanted, "account": gid("LoyaltyAccount", account)}) == (
        DENIED,
        "Apps never spend a customer's points.",
    )
    own = app(REDEEM, input=wanted)["loyaltyRewardRedeem"]
    assert [error["code"] for error in own["errors"]] == ["NOT_FOUND"]
    assert club.movements(account) == [("GIVE", 1000)]


def test_nobody_is_shown_somebody_elses_order_that_used_the_code(account, owner: Api, staff: Api):
    # given: staff made an order for Noa with the code
    publish_rewards()
    had = issue(account)
    order = club.order_of(club.add_customer("noa@example.com"), club.add_variant(price=100))
    Order.objects.filter(pk=order.pk).update(voucher_code=had.code)
    settle_order_now(str(order.pk), at=club.now())

    # when
    own = owner("{ me { loyaltyAccount { rewards { status order { id } } } } }")["me"]["loyaltyAccount"]["rewards"]
    (seen,) = nodes(staff(ISSUES)["loyaltyRewardIssues"])

    # then
    assert own == [{"status": "USED", "order": None}]
    document = "query($id: ID!) { loyaltyRewardIssue(id: $id) { order { id } } }"
    assert staff(document, id=seen["id"])["loyaltyRewardIssue"]["order"] == {"id": gid("Order", order)}


def test_a_refusal_opens_no_account(program, stranger: Api):
    publish_rewards()
    noa = club.add_customer("noa@example.com")
    answer = Api(user=noa)(REDEEM, input={"reward": "ten-off", "channel": club.CHANNEL, "idempotencyKey": "k"})
    (error,) = answer["loyaltyRewardRedeem"]["errors"]
    assert (error["field"], error["code"]) == ("reward", "INSUFFICIENT_POINTS")
    assert not noa.loyalty_accounts.exists()


@pytest.mark.parametrize("has_successor", [False, True])
def test_a_repeated_request_is_answered_also_after_the_program_has_left_the_channel(
    account, program, owner: Api, has_successor
):
    # given
    publish_rewards()
    wanted = {"reward": "ten-off", "channel": club.CHANNEL, "idempotencyKey": "k"}
    first = owner(REDEEM, input=wanted)["loyaltyRewardRedeem"]
    assert first["errors"] == []
    if not has_successor:
        pause_program(program.pk, at=club.now())
    else:
        publish_rewards(listing={"isActive": False})
        club.publish(club.rules(rewards=[ten_off()]), slug="successor")
    before = everything_of_rewards()

    # when
    again = owner(REDEEM, input=wanted)["loyaltyRewardRedeem"]
    other = owner(REDEEM, input={**wanted, "reward": "party"})["loyaltyRewardRedeem"]
    new = owner(REDEEM, input={**wanted, "idempotencyKey": "other"})["loyaltyRewardRedeem"]

    # then
    assert again == first
    assert [error["code"] for error in other["errors"]] == ["IDEMPOTENCY_KEY_REUSED"]
    refusal = "INSUFFICIENT_POINTS" if has_successor else "PROGRAM_INACTIVE"
    assert [error["code"] for error in new["errors"]] == [refusal]
    assert everything_of_rewards() == before


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"idempotencyKey": " "}, ("idempotencyKey", "REQUIRED")),
        ({"idempotencyKey": "x" * 251}, ("idempotencyKey", "INVALID")),
        ({"idempotencyKey": "\x00"}, ("idempotencyKey", "INVALID")),
        ({"reward": "\x00"}, ("reward", "NOT_FOUND")),
        ({"reward": "surprise"}, ("reward", "NOT_FOUND")),
        ({"channel": "elsewhere"}, ("reward", "PROGRAM_INACTIVE")),
        ({"channel": "\x00"}, ("reward", "PROGRAM_INACTIVE")),
    ],
)
def test_bad_input_is_refused_and_writes_nothing(account, owner: Api, values, expected):
    publish_rewards()
    wanted = {"reward": "ten-off", "channel": club.CHANNEL, "idempotencyKey": uuid.uuid4().hex, **values}
    (error,) = owner(REDEEM, input=wanted)["loyaltyRewardRedeem"]["errors"]
    assert (error["field"], error["code"]) == expected
    assert club.movements(account) == [("GIVE", 1000)]


def test_the_timeline_tells_of_rewards_and_of_their_end(crowd, staff: Api):
    document = """query($id: ID!) { loyaltyAccount(id: $id) { timeline(first: 10, types: [REWARD, REWARD_ENDED]) {
        totalCount edges { node { type name } } } } }"""
    found = staff(document, id=gid("LoyaltyAccount", crowd[0].account_id))["loyaltyAccount"]["timeline"]
    assert [(node["type"], node["name"]) for node in nodes(found)] == [
        ("REWARD_ENDED", "REVERSED"),
        ("REWARD", "door"),
        ("REWARD", "ten-off"),
    ]


def test_the_rewards_of_a_version_are_for_staff(program, staff: Api, stranger: Api):
    publish_rewards(ten_off(stock=3, conditions={"labels": ["vip"]}))
    document = """{ loyaltyPrograms(first: 1) { edges { node { publishedVersion { rewards {
        key stock conditions { labels } } } } } } }"""
    (found,) = nodes(staff(document)["loyaltyPrograms"])
    assert found["publishedVersion"]["rewards"] == [{"key": "ten-off", "stock": 3, "conditions": {"labels": ["vip"]}}]
    reader = Api(app=App.objects.create(name="Reader", token="reader", permissions=ALL_PERMISSIONS[1:]))
    catalogue = '{ loyaltyRewards(channel: "shop") { reward { stock conditions { labels } } left } }'
    assert reader(catalogue)["loyaltyRewards"] == [{"reward": {"stock": None, "conditions": None}, "left": 3}]
