"""Stories of staff who look at what the program's points did: point status, sources, top customers."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.scenarios.drivers.protocol import STAFF, STAFF_WITHOUT_PERMISSION, ShopDriver
from tests.scenarios.stories import DANA, NOA, ask, buy, open_club

pytestmark = pytest.mark.django_db(transaction=True)

TERMS = "given redeemed expired reversed deducted outstandingBefore outstanding"
REPORT = f"""query($period: DateRangeInput, $channel: String) {{
    loyaltyStatistics(period: $period, channel: $channel) {{ {TERMS} startDate endDate timeZone
        available pending reserved debt previous {{ startDate endDate given outstanding }}
        days: series {{ startDate given }}
        weeks: series(step: WEEK) {{ given }} months: series(step: MONTH) {{ given }}
        sources {{ source points transactions }} sourcesByRule {{ ruleKey points }}
        sourcesByProduct {{ slug points }} topEarners(first: 2) {{ points account {{ user {{ email }} }} }} }} }}"""


def report(shop: ShopDriver, **variables: Any) -> Any:
    """Return a report whose terms add up, numbers as whole ones."""
    found = dict(ask(shop, REPORT, **variables))
    terms = {name: int(found[name]) for name in TERMS.split()}
    left = terms["outstandingBefore"] + terms["given"]
    left -= terms["redeemed"] + terms["expired"] + terms["reversed"] + terms["deducted"]
    assert left == terms["outstanding"]
    return found | terms


@pytest.fixture
def lived(shop: ShopDriver) -> ShopDriver:
    """Dana got 1000 points, used 200, earned 480 and lost 30 by hand; Noa got 700; 60 are set aside in a cart."""
    open_club(shop, redemption={"minPoints": 10})
    shop.add_customer(NOA)
    assert shop.give_points(NOA, 700).errors == ()
    checkout = shop.start_checkout({"EYELINER": 5}, by=DANA)
    assert shop.apply_points(checkout, 200, by=DANA).errors == ()
    shop.fulfill(buy(shop, checkout))
    assert shop.deduct_points(DANA, 30).errors == ()
    cart = shop.start_checkout({"BRUSH": 1}, by=DANA)
    assert shop.apply_points(cart, 60, by=DANA).errors == ()
    return shop


def test_what_happened_today_stands_beside_yesterday(lived: ShopDriver):
    # given
    today = timezone.now().date()
    period = {"gte": today.isoformat(), "lte": today.isoformat()}

    # when
    found = report(lived, period=period)

    # then
    assert {name: found[name] for name in ("given", "redeemed", "deducted", "outstanding")} == {
        "given": 2180,
        "redeemed": 200,
        "deducted": 30,
        "outstanding": 1950,
    }
    parts = {name: int(found[name]) for name in ("available", "pending", "reserved", "debt")}
    assert parts == {"available": 1890, "pending": 0, "reserved": 60, "debt": 0}
    yesterday = (today - datetime.timedelta(days=1)).isoformat()
    assert found["previous"] == {"startDate": yesterday, "endDate": yesterday, "given": 0, "outstanding": 0}
    assert found["days"] == [{"startDate": today.isoformat(), "given": 2180}]
    assert found["weeks"] == found["months"] == [{"given": 2180}]


def test_sources_and_top_customers(lived: ShopDriver):
    found = report(lived)

    assert found["sources"] == [
        {"source": "MANUAL", "points": 1700, "transactions": 2},
        {"source": "ORDER", "points": 480, "transactions": 1},
    ]
    assert found["sourcesByRule"] == [{"ruleKey": "basic", "points": 480}]
    assert found["sourcesByProduct"] == [{"slug": "eyeliner", "points": 480}]
    assert found["topEarners"] == [
        {"points": 1480, "account": {"user": {"email": DANA}}},
        {"points": 700, "account": {"user": {"email": NOA}}},
    ]


def test_a_channel_and_what_belongs_to_none_are_the_whole(lived: ShopDriver):
    everything, own, none = (report(lived, channel=channel) for channel in (None, lived.channel, ""))

    assert (own["given"], own["redeemed"], own["deducted"]) == (480, 200, 0)
    assert (none["given"], none["redeemed"], none["deducted"]) == (1700, 0, 30)
    for term in TERMS.split():
        assert own[term] + none[term] == everything[term]


def test_only_who_manages_points_sees_them(lived: ShopDriver):
    for somebody in (STAFF_WITHOUT_PERMISSION, DANA, None):
        answer = lived.query(REPORT, by=somebody)
        assert [error["extensions"]["exception"]["code"] for error in answer.errors] == ["PermissionDenied"]
    assert not lived.query(REPORT, by=STAFF).errors
