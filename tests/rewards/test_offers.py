"""The catalogue as it is offered: to a member, to a visitor, and in a constant number of statements."""

from __future__ import annotations

from saleor_loyalty.models import LoyaltyAccount
from saleor_loyalty.programs import active_program
from saleor_loyalty.rewards import find_offers
from tests import club

from .builders import PARTY, issue, publish_rewards, ten_off


def offers(user=None):
    program = active_program(club.CHANNEL, at=club.now())
    found = find_offers(program, channel=club.CHANNEL, user_id=user.pk if user else None, at=club.now())
    return [(offer.reward.key, offer.reason, offer.missing_points, offer.left) for offer in found]


def test_each_reward_says_whether_this_customer_can_have_it(dana):
    publish_rewards(ten_off(stock=2), PARTY, {**ten_off(usageLimitPerCustomer=1), "key": "once"})
    account = club.give(dana, 250)
    issue(account, "once")
    assert offers(dana) == [
        ("ten-off", "", 0, 2),
        ("party", "INSUFFICIENT_POINTS", 150, None),
        ("once", "LIMIT_REACHED", 0, None),
    ]
    assert offers() == [
        ("ten-off", "NOT_A_MEMBER", 100, 2),
        ("party", "NOT_A_MEMBER", 300, None),
        ("once", "NOT_A_MEMBER", 100, None),
    ]


def test_what_is_not_current_is_not_offered(dana):
    publish_rewards(ten_off(endsAt="2020-01-01T00:00:00+00:00"), PARTY)
    assert [key for key, *_ in offers(dana)] == ["party"]


def test_a_customer_without_an_account_is_told_what_is_missing(program):
    noa = club.add_customer("noa@example.com")
    assert offers(noa)[0] == ("ten-off", "INSUFFICIENT_POINTS", 100, None)
    assert not LoyaltyAccount.objects.filter(user=noa).exists()


def test_asking_takes_the_same_number_of_statements_for_1_reward_and_for_20(dana, django_assert_num_queries):
    club.give(dana, 100)
    for count in (1, 20):
        publish_rewards(*({**ten_off(conditions={"labels": ["vip"]}), "key": f"r{n}"} for n in range(count)))
        program = active_program(club.CHANNEL, at=club.now())
        # The account, the user, the labels, what of the points is due, the stock, what was had.
        with django_assert_num_queries(6):
            find_offers(program, channel=club.CHANNEL, user_id=dana.pk, at=club.now())
