"""Who gets how much: caps, closed accounts, customers who have not joined; and what fails holds up nobody."""

from __future__ import annotations

import datetime

import pytest

from playground.models import User
from saleor_loyalty.models import Lot, LoyaltyAccount, Referral
from saleor_loyalty.referrals import summaries_of
from saleor_loyalty.tasks import step_referrals_task
from tests import club

from .builders import DAY, buy, claim, deliver, open_code, paid, referral_rules, states, sweep

pytestmark = pytest.mark.django_db
JANUARY = datetime.datetime(2027, 1, 20, 12, tzinfo=datetime.UTC)


def invite(dana, variant, number: int, *, at: datetime.datetime) -> Referral:
    """Let Dana invite a new customer whose order passes the trigger at ``at``."""
    user = club.add_customer(f"friend{number}@example.com")
    referral = claim(user, open_code(dana))
    deliver(buy(user, variant, street=f"Street {number}"), at=at)
    sweep(at)
    return referral


def confirmed() -> list[tuple[int, int, str]]:
    """Return what the two sides got and the cap, of each referral in order."""
    return list(Referral.objects.order_by("pk").values_list("referrer_points", "referee_points", "cap"))


def test_beyond_the_caps_the_referrer_gets_nothing_and_the_invited_customer_everything(dana, variant):
    # given
    club.publish(referral_rules(maxPerMonth=2, maxInAll=3, refundDays=0))

    # when three in January, and three in February
    for number in range(3):
        invite(dana, variant, number, at=JANUARY)
    for number in range(3, 6):
        invite(dana, variant, number, at=JANUARY + 20 * DAY)

    # then
    assert confirmed() == [
        (200, 100, ""),
        (200, 100, ""),
        (0, 100, "MONTH"),
        (200, 100, ""),
        (0, 100, "ALL"),
        (0, 100, "ALL"),
    ]
    assert club.points_of(dana, at=JANUARY + 20 * DAY)[0] == 600


def test_the_month_is_that_of_the_channel(dana, variant):
    # given it is the 1st of February in the channel while it is still the 31st of January in UTC
    rules = referral_rules(maxPerMonth=1, refundDays=0)
    rules["channels"][0]["timeZone"] = "Asia/Jerusalem"
    club.publish(rules)
    late = datetime.datetime(2027, 1, 31, 22, 30, tzinfo=datetime.UTC)

    # when
    invite(dana, variant, 0, at=late - DAY)
    invite(dana, variant, 1, at=late)
    invite(dana, variant, 2, at=late + DAY)

    # then
    assert [points for points, _, _ in confirmed()] == [200, 200, 0]


def test_a_closed_referrer_gets_nothing_and_the_invited_customer_everything(referral, dana, noa, variant):
    # given
    order, at = buy(noa, variant), club.now()
    deliver(order, at=at)
    sweep(at)
    LoyaltyAccount.objects.filter(user=dana).update(status="CLOSED")

    # when
    sweep(at + 14 * DAY)

    # then
    assert (states(), confirmed(), paid()) == (["CONFIRMED"], [(0, 100, "")], [("noa@example.com", 100)])


def test_a_closed_invited_customer_ends_it(referral, noa, variant):
    # given
    order, at = buy(noa, variant), club.now()
    deliver(order, at=at)
    sweep(at)
    LoyaltyAccount.objects.filter(user=noa).update(status="CLOSED")

    # when
    sweep(at + 14 * DAY)

    # then
    referral.refresh_from_db()
    assert (referral.state, referral.end_reason, paid()) == ("CANCELED", "ACCOUNT_CLOSED", [])


def test_points_of_a_referrer_who_has_not_joined_wait_for_that(referral, dana, noa, variant):
    # given
    order, at = buy(noa, variant), club.now()
    deliver(order, at=at)
    sweep(at)
    User.objects.filter(pk=dana.pk).update(is_confirmed=False)

    # when
    due = at + 14 * DAY
    sweep(due)

    # then
    assert (club.points_of(dana, at=due), club.points_of(noa, at=due)) == ((0, 200, 0, 0), (100, 0, 0, 0))


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ({"referrerPoints": 50, "refereePoints": None}, [("dana@example.com", 50)]),
        ({"referrerPoints": None, "refereePoints": 70}, [("noa@example.com", 70)]),
    ],
)
def test_one_side_alone_may_get_something(dana, noa, variant, section, expected):
    # given
    club.publish(referral_rules(**section, refundDays=0))
    claim(noa, open_code(dana))
    at = club.now()

    # when
    deliver(buy(noa, variant), at=at)
    sweep(at)

    # then
    assert (states(), paid()) == (["CONFIRMED"], expected)


def test_the_points_last_as_the_rules_say(dana, noa, variant):
    # given
    club.publish({**referral_rules(refundDays=0), "expiry": {"type": "ROLLING", "days": 10}})
    claim(noa, open_code(dana))

    # when
    deliver(buy(noa, variant), at=JANUARY)
    sweep(JANUARY)

    # then
    day_after = datetime.datetime(2027, 1, 31, tzinfo=datetime.UTC)
    assert set(Lot.objects.values_list("expires_at", flat=True)) == {day_after}


def test_what_fails_is_tried_again_later_and_holds_up_nobody(dana, variant, monkeypatch):
    # given
    club.publish(referral_rules(refundDays=0))
    for number in range(2):
        user = club.add_customer(f"friend{number}@example.com")
        claim(user, open_code(dana))
        deliver(buy(user, variant, street=f"Street {number}"), at=JANUARY)
    broken, fine = Referral.objects.order_by("pk")
    real = __import__("playground.fingerprints", fromlist=["x"]).order_fingerprints

    def order_fingerprints(order_id: str):
        if order_id == broken.order_id:
            raise RuntimeError("the gateway is away")
        return real(order_id)

    monkeypatch.setattr("playground.fingerprints.order_fingerprints", order_fingerprints)

    # when
    assert sweep(JANUARY) == 2

    # then
    assert states() == ["WAITING", "CONFIRMED"]
    monkeypatch.undo()
    assert (sweep(JANUARY), sweep(JANUARY + DAY), states()) == (0, 1, ["CONFIRMED", "CONFIRMED"])
    fine.refresh_from_db()
    assert fine.referrer_points == 200


def test_the_task_goes_on_until_nothing_is_due(dana, variant, monkeypatch):
    # given
    club.publish(referral_rules(refundDays=0))
    for number in range(3):
        user = club.add_customer(f"friend{number}@example.com")
        claim(user, open_code(dana))
        deliver(buy(user, variant, street=f"Street {number}"))
    sent = []
    monkeypatch.setattr(step_referrals_task, "delay", lambda limit: sent.append(limit))

    # when
    counts = [step_referrals_task(limit=2), step_referrals_task(limit=2)]

    # then
    assert (counts, sent, states()) == ([2, 1], [2], ["CONFIRMED"] * 3)


def test_the_referrer_reads_how_far_they_are(dana, noa, variant):
    # given
    club.publish(referral_rules(refundDays=0))
    at = club.now()
    invite(dana, variant, 0, at=at)
    claim(noa, open_code(dana))
    waiting, lapsed = (club.add_customer(f"{name}@example.com") for name in ("waiting", "lapsed"))
    claim(waiting, open_code(dana))
    club.settle(buy(waiting, variant))
    Referral.objects.filter(pk=claim(lapsed, open_code(dana)).pk).update(valid_until=at)
    account = LoyaltyAccount.objects.get(user=dana)

    # when
    summary = summaries_of([account.pk, 0], at=club.now())

    # then
    found = summary[account.pk]
    assert (found.claimed, found.waiting, found.confirmed, found.ended, found.points) == (1, 1, 1, 1, 200)
    assert (summary[0].claimed, summary[0].points) == (0, 0)
