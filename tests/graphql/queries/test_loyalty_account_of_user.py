"""``me { loyaltyAccount }``: the club area of the customer."""

from __future__ import annotations

import datetime

from django.utils import timezone

from saleor_loyalty.models import LoyaltyAccount
from tests import club
from tests.graphql.api import Api, gid, nodes

ACCOUNT = """query($channel: String, $program: ID) { me { loyaltyAccount(channel: $channel, program: $program) {
    id status memberStatus revision enrolledAt
    user { email }
    email
    program { name slug status }
    points { available balance pending reserved debt expiringSoon earned redeemed expired reversed deducted }
    value { amount currency }
    reservations { points }
} } }"""


def test_the_customer_reads_the_own_points_and_their_value(owner: Api, account: LoyaltyAccount):
    # when
    data = owner(ACCOUNT, channel=club.CHANNEL)

    # then
    assert data["me"]["loyaltyAccount"] == {
        "id": gid("LoyaltyAccount", account),
        "status": "ACTIVE",
        "memberStatus": "MEMBER",
        "revision": 1,
        "enrolledAt": None,
        "user": {"email": "dana@example.com"},
        "email": None,
        "program": {"name": "Club", "slug": "club", "status": "ACTIVE"},
        "points": {
            "available": 1000,
            "balance": 1000,
            "pending": 0,
            "reserved": 0,
            "debt": 0,
            "expiringSoon": 0,
            "earned": 1000,
            "redeemed": 0,
            "expired": 0,
            "reversed": 0,
            "deducted": 0,
        },
        "value": {"amount": 100, "currency": "ILS"},
        "reservations": [],
    }


def test_points_that_are_due_to_expire_no_longer_count_though_no_sweep_ran(owner: Api, account: LoyaltyAccount):
    # given
    account.lots.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    LoyaltyAccount.objects.update(next_due_at=timezone.now() - datetime.timedelta(seconds=1))

    # when
    data = owner(ACCOUNT, channel=club.CHANNEL)

    # then
    points = data["me"]["loyaltyAccount"]["points"]
    assert (points["available"], points["balance"], points["expired"]) == (0, 0, 1000)
    account.refresh_from_db()
    assert account.balance == 1000


def test_the_account_is_found_by_program(owner: Api, account: LoyaltyAccount):
    program = gid("LoyaltyProgram", account.program_id)
    data = owner(ACCOUNT, program=program)
    assert data["me"]["loyaltyAccount"]["id"] == gid("LoyaltyAccount", account)
    assert data["me"]["loyaltyAccount"]["value"] is None


def test_without_arguments_it_is_the_oldest_account(owner: Api, account: LoyaltyAccount):
    data = owner("{ me { loyaltyAccount { id } } }")
    assert data["me"]["loyaltyAccount"]["id"] == gid("LoyaltyAccount", account)


def test_an_explicit_null_is_as_if_left_out(owner: Api, account: LoyaltyAccount):
    data = owner(ACCOUNT, channel=None, program=None)
    assert data["me"]["loyaltyAccount"]["id"] == gid("LoyaltyAccount", account)


def test_a_foreign_or_malformed_program_and_an_unknown_channel_have_no_account(owner: Api, account: LoyaltyAccount):
    for arguments in (
        {"program": "garbage"},
        {"program": gid("LoyaltyAccount", account)},
        {"program": gid("LoyaltyProgram", -1)},
        {"program": gid("LoyaltyProgram", 10**30)},
        {"channel": "nowhere"},
    ):
        assert owner(ACCOUNT, **arguments) == {"me": {"loyaltyAccount": None}}


def test_a_customer_without_account_has_none(program, anonymous: Api):
    newcomer = Api(user=club.add_customer("new@example.com"))
    assert newcomer(ACCOUNT, channel=club.CHANNEL) == {"me": {"loyaltyAccount": None}}
    assert anonymous(ACCOUNT, channel=club.CHANNEL) == {"me": None}


def test_a_channel_that_cannot_exist_is_like_one_without_a_program(owner: Api, account: LoyaltyAccount):
    assert owner(ACCOUNT, channel="sho\x00p") == {"me": {"loyaltyAccount": None}}
    document = "query($channel: String) { me { loyaltyAccount { value(channel: $channel) { amount } } } }"
    assert owner(document, channel="\x00") == {"me": {"loyaltyAccount": {"value": None}}}


def test_two_channels_in_one_response_do_not_mix(owner: Api, account: LoyaltyAccount):
    data = owner(
        """{ me {
            here: loyaltyAccount(channel: "shop") { value { amount } }
            bare: loyaltyAccount {
                value { amount } asked: value(channel: "shop") { amount } none: value(channel: "x") { amount } }
        } }"""
    )
    assert data["me"] == {
        "here": {"value": {"amount": 100}},
        "bare": {"value": None, "asked": {"amount": 100}, "none": None},
    }


LOG = """query($filter: LoyaltyTransactionFilterInput, $sortBy: LoyaltyTransactionSortingInput,
              $first: Int, $after: String, $last: Int, $before: String) {
    me { loyaltyAccount { transactions(filter: $filter, sortBy: $sortBy, first: $first, after: $after, last: $last,
                                       before: $before) {
        totalCount
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        edges { cursor node { sequence type source pointsChange pointsBalance reason internalNote idempotencyKey
                              externalReference user { id } lots { issued remaining expiresAt } account { id } } }
    } } } }"""


def test_the_log_tells_each_movement_but_nothing_for_staff(owner: Api, account: LoyaltyAccount):
    # given
    club.give(account.user, 50, source="BIRTHDAY", reason="Happy birthday")

    # when
    log = owner(LOG, first=10)["me"]["loyaltyAccount"]["transactions"]

    # then
    assert log["totalCount"] == 2
    hidden = {"internalNote": None, "idempotencyKey": None, "externalReference": None, "user": None}
    assert nodes(log) == [
        {
            "sequence": 2,
            "type": "GIVE",
            "source": "BIRTHDAY",
            "pointsChange": 50,
            "pointsBalance": 1050,
            "reason": "Happy birthday",
            "lots": [{"issued": 50, "remaining": 50, "expiresAt": None}],
            "account": {"id": gid("LoyaltyAccount", account)},
            **hidden,
        },
        {
            "sequence": 1,
            "type": "GIVE",
            "source": "MANUAL",
            "pointsChange": 1000,
            "pointsBalance": 1000,
            "reason": "Welcome",
            "lots": [{"issued": 1000, "remaining": 1000, "expiresAt": None}],
            "account": {"id": gid("LoyaltyAccount", account)},
            **hidden,
        },
    ]


def test_the_log_is_filtered_by_type_source_and_time(owner: Api, account: LoyaltyAccount):
    # given
    club.give(account.user, 50, source="BIRTHDAY")
    tomorrow = (timezone.now() + datetime.timedelta(days=1)).isoformat()

    def sequences(**condition):
        log = owner(LOG, first=10, filter=condition)["me"]["loyaltyAccount"]["transactions"]
        assert log["totalCount"] == len(log["edges"])
        return [node["sequence"] for node in nodes(log)]

    # when / then
    assert sequences() == [2, 1]
    assert sequences(source=["BIRTHDAY"]) == [2]
    assert sequences(type=["GIVE"], source=["MANUAL", "BIRTHDAY"]) == [2, 1]
    assert sequences(type=["REDEEM"]) == []
    assert sequences(type=[]) == []
    assert sequences(createdAt={"gte": tomorrow}) == []
    assert sequences(createdAt={"lte": tomorrow}) == [2, 1]
    assert sequences(type=None, source=None, createdAt=None) == [2, 1]


def test_the_log_is_sorted_both_ways(owner: Api, account: LoyaltyAccount):
    club.give(account.user, 50)
    for field in ("SEQUENCE", "CREATED_AT"):
        for direction, expected in (("ASC", [1, 2]), ("DESC", [2, 1])):
            log = owner(LOG, first=10, sortBy={"field": field, "direction": direction})
            found = nodes(log["me"]["loyaltyAccount"]["transactions"])
            assert [node["sequence"] for node in found] == expected


def test_the_lots_that_still_hold_points_come_soonest_expiry_first(owner: Api, account: LoyaltyAccount):
    # given
    soon = timezone.now() + datetime.timedelta(days=3)
    club.give(account.user, 20, expires_at=soon + datetime.timedelta(days=1))
    club.give(account.user, 10, expires_at=soon)
    expired = club.give(account.user, 5).lots.get(issued=5)
    type(expired).objects.filter(pk=expired.pk).update(expires_at=timezone.now() - datetime.timedelta(seconds=1))

    # when
    data = owner(
        """{ me { loyaltyAccount { points { expiringSoon } lots(first: 2) { totalCount
            pageInfo { hasNextPage } edges { node { issued remaining expiresAt transaction { sequence } } } } } } }"""
    )

    # then
    account_data = data["me"]["loyaltyAccount"]
    assert account_data["points"]["expiringSoon"] == 30
    assert account_data["lots"]["totalCount"] == 3
    assert account_data["lots"]["pageInfo"] == {"hasNextPage": True}
    assert nodes(account_data["lots"]) == [
        {"issued": 10, "remaining": 10, "expiresAt": soon.isoformat(), "transaction": {"sequence": 3}},
        {
            "issued": 20,
            "remaining": 20,
            "expiresAt": (soon + datetime.timedelta(days=1)).isoformat(),
            "transaction": {"sequence": 2},
        },
    ]


def test_what_is_set_aside_for_a_cart_shows_as_reserved(owner: Api, checkout, account: LoyaltyAccount):
    # given
    club.apply(checkout, 300)

    # when
    data = owner(
        """{ me { loyaltyAccount { points { available reserved balance }
            reservations { points requestedPoints status checkoutId value { amount currency } } } } }"""
    )

    # then
    assert data["me"]["loyaltyAccount"] == {
        "points": {"available": 700, "reserved": 300, "balance": 1000},
        "reservations": [
            {
                "points": 300,
                "requestedPoints": 300,
                "status": "RESERVED",
                "checkoutId": gid("Checkout", checkout),
                "value": {"amount": 30, "currency": "ILS"},
            }
        ],
    }
