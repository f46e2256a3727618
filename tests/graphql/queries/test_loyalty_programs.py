"""``loyaltyProgram`` and ``loyaltyPrograms``."""

from __future__ import annotations

import json

import pytest

from saleor_loyalty.models import LoyaltyProgram
from saleor_loyalty.programs import create_program, update_draft
from tests import club
from tests.graphql.api import Api, gid, nodes

PROGRAM = """query($id: ID, $slug: String, $channel: String) {
    loyaltyProgram(id: $id, slug: $slug, channel: $channel) {
        id name slug status guestEarning createdAt updatedAt
        pointNames { languageCode zero one two few many other }
        channelListings { key channelSlug channel { name currencyCode } isActive currency registrationRequired
            timeZone }
        publishedVersion { ...version } draftVersion { ...version }
    } }
    fragment version on LoyaltyProgramVersion {
        number publishedAt publishedBy { email } publishedByApp { name } checksum rules
        earningRules { key name type trigger points rates { channel points amountStep { amount currency } }
            scope { type slugs } combination { withCoupons withAutomaticDiscounts withBuyXGetY } taxMode priority
            pendingDays maxPointsPerOrder startsAt endsAt }
        redemptionRules { key type rates { channel points value { amount currency } } minPoints maxPoints maxPercent
            step scope { type slugs } combination { withCoupons withAutomaticDiscounts withBuyXGetY } overLimit }
        expiryPolicy { type } refundPolicy { reversal returnSpentPoints expiredLots graceDays }
        warnings { path code message }
    }"""
SWITCHES_OFF = {"withCoupons": False, "withAutomaticDiscounts": False, "withBuyXGetY": False}
EARNING_RULE = {
    "key": "basic",
    "name": "Basic",
    "type": "CONVERSION_RATE",
    "trigger": "ORDER_FULFILLED",
    "points": 1,
    "rates": [{"channel": "shop", "points": 1, "amountStep": {"amount": 1, "currency": "ILS"}}],
    "scope": {"type": "SHOP", "slugs": []},
    "combination": SWITCHES_OFF,
    "taxMode": "AFTER_TAX",
    "priority": 0,
    "pendingDays": 0,
    "maxPointsPerOrder": None,
    "startsAt": None,
    "endsAt": None,
}
REDEMPTION_RULE = {
    "key": "cart",
    "type": "VARIABLE_VALUE",
    "rates": [{"channel": "shop", "points": 100, "value": {"amount": 10, "currency": "ILS"}}],
    "minPoints": 100,
    "maxPoints": 1000,
    "maxPercent": 20,
    "step": None,
    "scope": {"type": "SHOP", "slugs": []},
    "combination": SWITCHES_OFF,
    "overLimit": "BLOCK",
}


def test_staff_reads_a_program_with_its_rules(staff: Api, program: LoyaltyProgram):
    # given
    update_draft(program.pk, data=club.rules(pointNames={"en": {"one": "star", "other": "stars"}}), at=club.now())

    # when
    found = staff(PROGRAM, slug="club")["loyaltyProgram"]

    # then
    published, draft = found.pop("publishedVersion"), found.pop("draftVersion")
    version = program.published_version
    assert found == {
        "id": gid("LoyaltyProgram", program),
        "name": "Club",
        "slug": "club",
        "status": "ACTIVE",
        "guestEarning": "PENDING_UNTIL_JOINED",
        "createdAt": program.created_at.isoformat(),
        "updatedAt": LoyaltyProgram.objects.get().updated_at.isoformat(),
        "pointNames": [],
        "channelListings": [
            {
                "key": "shop",
                "channelSlug": "shop",
                "channel": {"name": "shop", "currencyCode": "ILS"},
                "isActive": True,
                "currency": "ILS",
                "registrationRequired": False,
                "timeZone": "UTC",
            }
        ],
    }
    assert json.loads(published.pop("rules")) == version.rules
    assert published == {
        "number": 1,
        "publishedAt": version.published_at.isoformat(),
        "publishedBy": None,
        "publishedByApp": None,
        "checksum": version.checksum,
        "earningRules": [EARNING_RULE],
        "redemptionRules": [REDEMPTION_RULE],
        "expiryPolicy": {"type": "NEVER"},
        "refundPolicy": {
            "reversal": "WITHIN_BALANCE",
            "returnSpentPoints": True,
            "expiredLots": "EXPIRE",
            "graceDays": 30,
        },
        "warnings": [],
    }
    assert (draft["number"], draft["publishedAt"]) == (2, None)
    assert json.loads(draft["rules"])["pointNames"]["en"]["one"] == "star"


def test_a_fixed_award_has_no_step_of_money(staff: Api, program: LoyaltyProgram):
    club.publish(club.rules(earning=[{"key": "fix", "name": "Fix", "type": "FIXED_AMOUNT", "points": 100}]))
    rule = staff(PROGRAM, slug="club")["loyaltyProgram"]["publishedVersion"]["earningRules"][0]
    assert (rule["points"], rule["rates"]) == (100, [{"channel": "shop", "points": 100, "amountStep": None}])


def test_it_is_found_by_id_slug_or_channel(staff: Api, program: LoyaltyProgram):
    for key in ({"id": gid("LoyaltyProgram", program)}, {"slug": "club"}, {"channel": "shop"}):
        assert staff(PROGRAM, **key)["loyaltyProgram"]["slug"] == "club"
    assert staff(PROGRAM, slug="club", id=None, channel=None)["loyaltyProgram"]["slug"] == "club"


def test_an_unknown_or_malformed_key_finds_nothing(staff: Api, program: LoyaltyProgram):
    for key in (
        {"id": "garbage"},
        {"id": gid("User", program)},
        {"id": gid("LoyaltyProgram", 10**30)},
        {"id": gid("LoyaltyProgram", 0)},
        {"slug": "nothing"},
        {"slug": "\x00"},
        {"channel": "\x00"},
        {"channel": "nowhere"},
    ):
        assert staff(PROGRAM, **key) == {"loyaltyProgram": None}


def test_exactly_one_key_is_needed(staff: Api, program: LoyaltyProgram):
    for keys in ({}, {"slug": "club", "channel": "shop"}):
        assert staff.error(PROGRAM, **keys) == (
            "GraphQLError",
            "Exactly one of `id`, `slug` and `channel` is needed.",
        )


def test_a_program_without_rules_is_shown_too(staff: Api):
    create_program(name="Gold", slug="gold", at=club.now())
    found = staff(PROGRAM, slug="gold")["loyaltyProgram"]
    assert (found["guestEarning"], found["pointNames"], found["channelListings"]) == (None, [], [])
    assert (found["publishedVersion"], found["draftVersion"]) == (None, None)


def test_a_channel_that_the_shop_no_longer_has_is_null(staff: Api, program: LoyaltyProgram):
    rules = club.rules()
    rules["channels"].append({"key": "old", "channel": "old", "currency": "ILS"})
    club.publish(rules)
    listings = staff(PROGRAM, slug="club")["loyaltyProgram"]["channelListings"]
    assert [(listing["channelSlug"], listing["channel"] is None) for listing in listings] == [
        ("shop", False),
        ("old", True),
    ]


def test_programs_are_listed_oldest_first(staff: Api, program: LoyaltyProgram):
    create_program(name="Gold", slug="gold", at=club.now())
    found = staff("{ loyaltyPrograms(first: 5) { totalCount edges { node { slug } } } }")["loyaltyPrograms"]
    assert (found["totalCount"], [node["slug"] for node in nodes(found)]) == (2, ["club", "gold"])


@pytest.mark.parametrize("field", ["publishedVersion { number }", "draftVersion { number }"])
def test_customers_see_the_program_s_name_but_not_its_versions(owner: Api, account, field: str):
    data = owner(f"{{ me {{ loyaltyAccount {{ program {{ name guestEarning version: {field} }} }} }} }}")
    assert data["me"]["loyaltyAccount"]["program"] == {
        "name": "Club",
        "guestEarning": "PENDING_UNTIL_JOINED",
        "version": None,
    }
