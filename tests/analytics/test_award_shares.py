"""The points of orders by rule, product and category: shares that add up to the point."""

from __future__ import annotations

import pytest

from saleor_loyalty import analytics, ledger
from saleor_loyalty.models import AwardDimension, AwardStatistics, LoyaltyTransaction, OrderRecord

from . import reports
from .orders import Bought, record_order, settle
from .reports import NOW, award, give, moment, open_account, period, reverse, roll_up

pytestmark = pytest.mark.django_db
SHIRT, SHOES = ("1", ("clothes", "shirts")), ("2", ("clothes", "shoes"))


def by(program, dimension: str, chosen: analytics.Period | None = None, **arguments) -> list[tuple]:
    found = analytics.award_sources(
        program.pk,
        dimension=AwardDimension(dimension),
        limit=arguments.pop("limit", 10),
        at=NOW,
        period=chosen,
        **arguments,
    )
    return [(row.key, row.given, row.reversed, row.transactions) for row in found]


def test_an_award_is_shared_out_as_its_receipt_says(program):
    # given
    order = record_order(
        open_account(program), [Bought(*SHIRT, {"base": 60, "shirts": 25}), Bought(*SHOES, {"base": 15})]
    )

    # when
    settle(order, 100, on="2026-03-05T12:00")

    # then: before and after the roll-up
    for _ in range(2):
        assert by(program, "RULE") == [("base", 75, 0, 1), ("shirts", 25, 0, 1)]
        assert by(program, "PRODUCT") == [("1", 85, 0, 1), ("2", 15, 0, 1)]
        assert by(program, "CATEGORY") == [("shirts", 85, 0, 1), ("shoes", 15, 0, 1)]
        roll_up(program)


def test_points_that_move_to_a_member_stay_one_award(program):
    # given
    guest, member = open_account(program), ledger.open_account(program, user_id=7, at=NOW)
    settle(record_order(guest, [Bought(*SHIRT, {"base": 10})], order_id="order"), 10, on="2026-03-05T12:00")
    roll_up(program)

    # when
    moved = ledger.transfer_guest_points(
        guest.pk, to_account_id=member.pk, since=moment("2026-01-01T00:00"), order_ids=["order"], at=NOW
    )

    # then: also as of the day on which they were awarded, and before and after the roll-up
    assert moved == 10
    for _ in range(2):
        for chosen in (None, period("2026-03-05", "2026-03-05")):
            assert by(program, "RULE", chosen) == [("base", 10, 0, 1)]
            assert analytics.point_status(program.pk, at=NOW, period=chosen).given == 10
            earners = analytics.top_earners(program.pk, limit=2, at=NOW, period=chosen)
            assert [(row.account_id, row.points) for row in earners] == [(member.pk, 10)]
        roll_up(program)


def test_many_parcels_come_to_exactly_what_one_would_have_given(program):
    # given: of each single point the larger rule would get all, if postings were split one by one
    order = record_order(open_account(program), [Bought(*SHIRT, {"base": 6}), Bought(*SHOES, {"extra": 4})])

    # when
    for target in range(1, 11):
        settle(order, target, on=f"2026-03-{target:02}T12:00")

    # then
    assert LoyaltyTransaction.objects.count() == 10
    assert [row[:3] for row in by(program, "RULE")] == [("base", 6, 0), ("extra", 4, 0)]
    roll_up(program, limit=3)
    assert [row[:3] for row in by(program, "RULE")] == [("base", 6, 0), ("extra", 4, 0)]


def test_what_is_taken_back_whole_leaves_nothing(program):
    order = record_order(open_account(program), [Bought(*SHIRT, {"base": 10}), Bought(*SHOES, {"extra": 5})])
    for target, day in ((15, "05"), (11, "06"), (4, "07"), (0, "08")):
        settle(order, target, on=f"2026-03-{day}T12:00")
        roll_up(program, limit=2)

    assert [row[:3] for row in by(program, "RULE")] == [("base", 10, 10), ("extra", 5, 5)]
    assert [row[:3] for row in by(program, "CATEGORY")] == [("shirts", 10, 10), ("shoes", 5, 5)]
    # 15 were 10 and 5; of 11 that stand 7 and 4
    assert [row[:3] for row in by(program, "RULE", period("2026-03-06", "2026-03-06"))] == [
        ("base", 0, 3),
        ("extra", 0, 1),
    ]


def test_a_reversal_that_could_not_take_everything_is_shared_by_what_it_took(program):
    # given: 30 of the 40 points are spent
    account = open_account(program)
    order = record_order(account, [Bought(*SHIRT, {"base": 20}), Bought(*SHOES, {"extra": 20})])
    settle(order, 40, on="2026-03-05T12:00")
    reports.spend(account, 30, on="2026-03-06T12:00", order_id="other")

    # when
    settle(order, 0, on="2026-03-07T12:00")

    # then
    assert [row[:3] for row in by(program, "RULE")] == [("base", 20, 5), ("extra", 20, 5)]
    status = analytics.point_status(program.pk, at=NOW)
    assert (status.given, status.reversed) == (40, 10)


def test_what_no_receipt_explains_has_no_key_and_is_counted_all_the_same(program):
    # given: receipts of other shapes, and an order that is not recorded
    account = open_account(program)
    award(account, 7, on="2026-03-05T12:00", channel="shop", order_id="bare")
    reverse(account, 3, on="2026-03-06T12:00", order_id="bare")
    give(account, 5, source="ORDER")
    give(account, 11, source="VIP")

    # then: the source VIP is no order's
    for _ in range(2):
        for dimension in AwardDimension.values:
            assert by(program, dimension) == [("", 12, 3, 2)]
        roll_up(program)


@pytest.mark.parametrize(
    "receipt",
    [
        {"lines": None, "posted": 7, "standing": 7},
        {"lines": "text"},
        {"lines": [{"code": "RULE_APPLIED", "points": "many", "rule_key": "base"}]},
        {"lines": [{"code": "RULE_APPLIED", "points": -5, "rule_key": "base"}], "posted": "x", "standing": []},
        {"lines": {"code": "CAPPED"}, "posted": 7, "standing": -100},
    ],
)
def test_a_receipt_of_another_shape_stops_nothing(program, receipt):
    reports.award_with(open_account(program), 7, receipt=receipt)
    assert by(program, "RULE") == [("", 7, 0, 1)]
    assert roll_up(program) == (1, True)
    assert by(program, "PRODUCT") == [("", 7, 0, 1)]


def test_a_product_without_a_category_and_one_that_is_not_in_the_basket(program):
    order = record_order(open_account(program), [Bought("1", (), {"base": 8})])
    order.receipt["lines"].append({**order.receipt["lines"][-1], "order_line_id": "added-later", "points": 2})
    settle(order, 10, on="2026-03-05T12:00")

    assert by(program, "PRODUCT") == [("1", 8, 0, 1), ("", 2, 0, 1)]
    assert by(program, "CATEGORY") == [("", 10, 0, 1)]


def test_the_label_of_a_product_is_its_slug_when_it_was_bought(program):
    account = open_account(program)
    settle(record_order(account, [Bought(*SHIRT, {"base": 8})]), 8, on="2026-03-05T12:00")
    renamed = record_order(account, [Bought(*SHIRT, {"base": 8})])
    renamed.basket["lines"][0]["product_slug"] = "a-shirt"
    renamed.save()
    settle(renamed, 8, on="2026-03-05T12:00")
    for _ in range(2):
        (found,) = analytics.award_sources(program.pk, dimension=AwardDimension.PRODUCT, limit=5, at=NOW)
        assert (found.key, found.label, found.given) == ("1", "product-1", 16)
        roll_up(program, limit=1)


def test_periods_are_read_from_months_and_days_alike(program):
    # given: a point on each first, fifteenth and last day of a quarter
    account = open_account(program)
    days = ["2026-01-01", "2026-01-15", "2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01", "2026-03-31"]
    for number, day in enumerate(days):
        settle(record_order(account, [Bought(*SHIRT, {"base": 10**number})]), 10**number, on=f"{day}T12:00")
    roll_up(program)
    assert AwardStatistics.objects.filter(dimension="RULE", span="MONTH").count() == 3

    def total(first: str | None, last: str | None) -> int:
        return sum(row[1] for row in by(program, "RULE", period(first, last)))

    # then
    assert total(None, None) == 1111111
    assert total("2026-01-01", "2026-03-31") == 1111111
    assert total("2026-01-02", "2026-03-30") == 111110
    assert total("2026-01-15", "2026-01-31") == 110
    assert total("2026-01-16", "2026-02-01") == 1100
    assert total("2026-02-01", "2026-02-28") == 11000
    assert total("2026-01-31", None) == 1111100
    assert total(None, "2026-02-27") == 1111
    assert total("0001-01-01", "9999-12-31") == 1111111
    assert total("9999-12-05", "9999-12-31") == 0


def test_keys_are_limited_to_those_that_gave_most(program):
    account = open_account(program)
    order = record_order(account, [Bought(str(number), (), {"base": 5}) for number in range(4)])
    settle(order, 20, on="2026-03-05T12:00")
    assert [row[0] for row in by(program, "PRODUCT", limit=3)] == ["0", "1", "2"]
    assert by(program, "PRODUCT", limit=0) == []


def test_another_program_with_the_same_order_has_its_own_shares(program):
    other = reports.publish(time_zone="UTC", slug="other")
    for chosen, product in ((program, SHIRT), (other, SHOES)):
        order = record_order(open_account(chosen), [Bought(*product, {"base": 8})], order_id="same")
        settle(order, 8, on="2026-03-05T12:00")
    assert OrderRecord.objects.filter(order_id="same").count() == 2
    assert (by(program, "PRODUCT"), by(other, "PRODUCT")) == ([("1", 8, 0, 1)], [("2", 8, 0, 1)])


def test_rules_have_the_name_of_the_newest_version_that_has_them(program):
    assert analytics.rule_names([program.pk]) == {program.pk: {}}
    for names in ({"base": "Old", "gone": "Gone"}, {"base": "New"}):
        reports.publish(time_zone="UTC", earning=names)
    assert analytics.rule_names([program.pk, 0]) == {program.pk: {"base": "New", "gone": "Gone"}, 0: {}}
