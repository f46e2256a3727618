"""Arguments of queries that no screen sends, and that no database looks for: NUL, half of a surrogate pair, true for a
number, and times beyond the calendar. None of them is an error of the server."""

from __future__ import annotations

import pytest

from saleor_loyalty.models import LoyaltyAccount
from tests.graphql.api import Api

UNSTORABLE = ["\x00", "\ud800", "a\x00\udfffb"]
PAGE = "(first: 5, %s) { totalCount edges { cursor } }"
NOTHING = {"totalCount": 0, "edges": []}


@pytest.mark.parametrize("text", UNSTORABLE)
@pytest.mark.parametrize(
    "field",
    [
        "loyaltyTransactions" + PAGE % "filter: {channels: [$text]}",
        "loyaltyTransactions" + PAGE % "filter: {orderNumbers: [$text]}",
        "loyaltyProgram(slug: $text) { id }",
        "loyaltyProgram(channel: $text) { id }",
    ],
)
def test_what_cannot_be_stored_is_found_nowhere(staff: Api, account: LoyaltyAccount, field: str, text: str):
    name = field.partition("(")[0]
    found = staff(f"query($text: String!) {{ {field} }}", text=text)
    assert found == {name: None if name == "loyaltyProgram" else NOTHING}


@pytest.mark.parametrize("name", ["loyaltyAccounts", "loyaltyTransactions", "loyaltyLabels", "loyaltyAudiences"])
def test_a_search_leaves_out_what_cannot_be_stored(staff: Api, account: LoyaltyAccount, name: str):
    # given
    document = f"query($text: String) {{ {name}" + PAGE % "search: $text" + " }"

    # when
    everything, unreadable, nobody = (staff(document, text=text)[name] for text in ("", "\x00 \ud800", "zzz\udfff"))

    # then
    assert unreadable == everything
    assert nobody == NOTHING


def test_a_search_finds_a_name_around_what_cannot_be_stored(staff: Api, account: LoyaltyAccount):
    found = staff("query($text: String) { loyaltyAccounts" + PAGE % "search: $text" + " }", text="da\ud800n\x00a")
    assert found["loyaltyAccounts"]["totalCount"] == 1


@pytest.mark.parametrize("text", UNSTORABLE)
def test_no_tier_has_such_a_key(staff: Api, account: LoyaltyAccount, text: str):
    document = "query($text: String) { loyaltyAccounts" + PAGE % "where: {tier: {eq: $text}}" + " }"
    assert staff.error(document, text=text) == ("GraphQLError", "There is no such tier.")


@pytest.mark.parametrize("part", ["{eq: $number}", "{range: {gte: $number}}", "{range: {lte: $number}}"])
@pytest.mark.parametrize(
    "field",
    [
        "loyaltyAccounts" + PAGE % "where: {balance: %s}",
        "loyaltyAccounts" + PAGE % "where: {earned: %s}",
        "loyaltyTransactions" + PAGE % "filter: {pointsChange: %s}",
    ],
)
def test_true_is_one(staff: Api, account: LoyaltyAccount, field: str, part: str):
    document = f"query($number: Int!) {{ {field % part} }}"
    assert staff(document, number=True) == staff(document, number=1)


@pytest.mark.parametrize("name", ["topEarners", "sourcesByRule", "sourcesByProduct", "sourcesByCategory"])
def test_true_of_a_statistic_is_the_first(staff: Api, account: LoyaltyAccount, name: str):
    document = f"query($first: Int) {{ loyaltyStatistics {{ {name}(first: $first) {{ points }} }} }}"
    assert staff(document, first=True) == staff(document, first=1)


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
@pytest.mark.parametrize(
    "field",
    [
        "loyaltyAccounts" + PAGE % "where: {lastActivityAt: {lte: $moment}}",
        "loyaltyAccounts" + PAGE % "where: {createdAt: {gte: $moment}}",
        "loyaltyTransactions" + PAGE % "filter: {createdAt: {gte: $moment}}",
        "loyaltyTransactions" + PAGE % "filter: {occurredAt: {lte: $moment}}",
    ],
)
def test_a_time_that_utc_does_not_have_is_refused(staff: Api, account: LoyaltyAccount, field: str, moment: str):
    refusal = staff.error(f"query($moment: DateTime!) {{ {field} }}", moment=moment)
    assert refusal == ("GraphQLError", "A time must lie in the years 1 to 9999 of UTC.")
