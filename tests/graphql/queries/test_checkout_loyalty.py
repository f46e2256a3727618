"""``Checkout.loyalty``: the cart."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from playground.models import Checkout, User
from saleor_loyalty.models import LoyaltyAccount, Reservation
from tests import club
from tests.graphql.api import Api, gid

CART = """query($id: ID!, $points: Int) { checkout(id: $id) { loyalty {
    pointsToEarn { points pending message receipt { points lines { code points } } }
    redemption(points: $points) {
        available minPoints maxPoints maxValue { amount } step requestedPoints appliedPoints
        appliedValue { amount currency } eligibleBase { amount } conditions limitMessage
        blocked blockedReason blockedMessage receipt { points summary } }
    applied { points requestedPoints value { amount currency } status expiresAt checkoutId }
    messages { code severity text }
} } }"""


def cart(api: Api, checkout: Checkout, points: int | None = None):
    return api(CART, id=gid("Checkout", checkout), points=points)["checkout"]["loyalty"]


def test_the_customer_reads_what_the_cart_earns_and_what_points_can_pay(owner: Api, checkout: Checkout):
    loyalty = cart(owner, checkout)
    assert loyalty["pointsToEarn"] == {
        "points": 400,
        "pending": False,
        "message": "You will earn 400 points with this order.",
        "receipt": {
            "points": 400,
            "lines": [{"code": "RULE_APPLIED", "points": 400}, {"code": "SHIPPING_EXCLUDED", "points": 0}],
        },
    }
    assert loyalty["redemption"] == {
        "available": 1000,
        "minPoints": 100,
        "maxPoints": 800,
        "maxValue": {"amount": 80},
        "step": 1,
        "requestedPoints": None,
        "appliedPoints": 0,
        "appliedValue": {"amount": 0, "currency": "ILS"},
        "eligibleBase": {"amount": 400},
        "conditions": [
            "100 points = ₪10.00 off.",
            "Use at least 100 points.",
            "Use at most 1,000 points in one purchase.",
            "At most 20% of the eligible amount, here ₪400.00, can be paid with points.",
            "Points cannot be used on products with a coupon.",
            "Points cannot be used on products with an automatic discount.",
            "Points cannot be used together with 1+1 deals.",
            "Shipping cannot be paid with points.",
        ],
        "limitMessage": "At most 20% of the eligible amount can be paid with points: 800 points.",
        "blocked": False,
        "blockedReason": None,
        "blockedMessage": None,
        "receipt": {"points": 0, "summary": "No points."},
    }
    assert loyalty["applied"] is None
    assert [(message["code"], message["severity"], message["text"]) for message in loyalty["messages"]] == [
        ("ESTIMATE_EARN", "INFO", "You will earn 400 points with this order."),
        (
            "CART_CAN_PAY",
            "INFO",
            "You have 1,000 points. You can use up to 800 points for this cart, worth ₪80.00.",
        ),
    ]


@pytest.mark.parametrize(
    ("points", "code", "applied"),
    [
        (0, "INVALID", 0),
        (-5, "INVALID", 0),
        (99, "BELOW_MINIMUM_POINTS", 0),
        (100, None, 100),
        (800, None, 800),
        (801, "ABOVE_MAXIMUM_PERCENT", 0),
        (1001, "ABOVE_MAXIMUM_POINTS", 0),
        (2_147_483_647, "ABOVE_MAXIMUM_POINTS", 0),
    ],
)
def test_asking_about_a_number_of_points_applies_nothing_but_says_what_would_happen(
    owner: Api, checkout: Checkout, points: int, code: str | None, applied: int
):
    # given
    before = club.everything_written()

    # when
    quote = cart(owner, checkout, points)["redemption"]

    # then
    assert (quote["blockedReason"], quote["blocked"], quote["appliedPoints"]) == (code, code is not None, applied)
    assert quote["requestedPoints"] == points
    assert (quote["blockedMessage"] is None) == (code is None)
    assert club.everything_written() == before


def test_what_is_applied_shows_with_its_deadline_and_earns_nothing(owner: Api, checkout: Checkout):
    # given
    club.apply(checkout, 800)
    deadline = Reservation.objects.get().expires_at

    # when
    loyalty = cart(owner, checkout)

    # then
    assert loyalty["applied"] == {
        "points": 800,
        "requestedPoints": 800,
        "value": {"amount": 80, "currency": "ILS"},
        "status": "RESERVED",
        "expiresAt": deadline.isoformat(),
        "checkoutId": gid("Checkout", checkout),
    }
    assert loyalty["pointsToEarn"]["points"] == 320
    assert loyalty["redemption"]["available"] == 1000
    assert [message["code"] for message in loyalty["messages"]] == ["ESTIMATE_EARN", "APPLIED", "RESERVED_UNTIL"]
    assert loyalty["messages"][1]["text"] == "You are using 800 points: ₪80.00 off."


def test_past_the_deadline_nothing_is_applied_though_no_sweep_ran(owner: Api, checkout: Checkout):
    # given
    club.apply(checkout, 800)
    past = timezone.now() - datetime.timedelta(seconds=1)
    Reservation.objects.update(expires_at=past)
    LoyaltyAccount.objects.update(next_due_at=past)

    # when
    loyalty = cart(owner, checkout)

    # then
    assert loyalty["applied"] is None
    assert loyalty["redemption"]["available"] == 1000


def test_a_cart_that_changed_behind_the_points_says_so(owner: Api, checkout: Checkout, variant):
    club.apply(checkout, 800)
    club.change_price(variant, 300)
    messages = cart(owner, checkout)["messages"]
    assert messages[1] == {
        "code": "APPLIED_NO_LONGER_FITS",
        "severity": "ERROR",
        "text": "Your cart has changed: the points you are using no longer fit. You can use up to 600 points.",
    }


def test_anybody_who_has_the_id_reads_what_it_earns_and_nothing_of_the_account(
    anonymous: Api, stranger: Api, clerk: Api, app_without: Api, loyalty_only_staff: Api, checkout: Checkout
):
    club.apply(checkout, 800)
    for somebody in (anonymous, stranger, clerk, app_without, loyalty_only_staff):
        for points in (None, 100, 0):
            loyalty = cart(somebody, checkout, points)
            assert loyalty["pointsToEarn"]["points"] == 320
            assert loyalty["redemption"] is None
            assert loyalty["applied"] is None
            assert [message["code"] for message in loyalty["messages"]] == ["ESTIMATE_EARN"]


def test_permitted_staff_and_apps_read_the_customer_s_redemption(staff: Api, app: Api, checkout: Checkout):
    club.apply(checkout, 800)
    for somebody in (staff, app):
        loyalty = cart(somebody, checkout)
        assert loyalty["applied"]["points"] == 800
        assert loyalty["redemption"]["available"] == 1000


def test_a_guest_is_invited(anonymous: Api, variant):
    loyalty = cart(anonymous, club.fill_cart(None, variant, email="guest@example.com"))
    assert loyalty["pointsToEarn"]["pending"] is True
    assert loyalty["redemption"] is None
    assert [message["text"] for message in loyalty["messages"]] == [
        "This order earns 400 points. They wait for you until you join.",
        "Log in or join to pay with points.",
    ]


def test_a_guest_s_cart_with_a_customer_s_e_mail_shows_nothing_of_the_customer(
    anonymous: Api, owner: Api, account: LoyaltyAccount, variant
):
    """The account is never found by an e-mail."""
    checkout = club.fill_cart(None, variant, email="dana@example.com")
    for somebody in (anonymous, owner):
        loyalty = cart(somebody, checkout)
        assert (loyalty["redemption"], loyalty["applied"]) == (None, None)


def test_where_registration_is_required_a_guest_is_told(anonymous: Api, variant):
    club.publish(club.rules(listing={"registrationRequired": True}))
    messages = cart(anonymous, club.fill_cart(None, variant, email="guest@example.com"))["messages"]
    assert messages[0] == {
        "code": "BLOCKED_REGISTRATION_REQUIRED",
        "severity": "ERROR",
        "text": "Please log in or register to buy in this shop.",
    }


def test_where_guests_earn_nothing_they_are_asked_to_log_in(anonymous: Api, variant):
    club.publish(club.rules(guestEarning="NONE"))
    estimate = cart(anonymous, club.fill_cart(None, variant, email="guest@example.com"))["pointsToEarn"]
    assert (estimate["points"], estimate["message"]) == (0, "Log in or join to earn points with this order.")


def test_the_cart_speaks_its_own_language(owner: Api, customer: User, account: LoyaltyAccount, variant):
    # given
    checkout = club.fill_cart(customer, variant, language_code="it")

    # when
    loyalty = cart(owner, checkout, 99)

    # then
    assert loyalty["pointsToEarn"]["message"] == "Con questo ordine guadagnerai 400 punti."
    assert loyalty["redemption"]["blockedMessage"].endswith("Il minimo è di 100 punti.")
    for language, word in (("he", "נקודות"), ("ar-eg", "نقطة")):
        other = club.fill_cart(customer, variant, language_code=language)
        assert word in cart(owner, other)["pointsToEarn"]["message"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "You have 40 points. Points can be used from 100 points on."),
        ("he", "לרשותך \u206840 נקודות\u2069. ניתן לממש נקודות החל מ־\u2068100 נקודות\u2069."),
        ("ar", "تملك \u206840 نقطة\u2069. يمكن استخدام النقاط ابتداءً من \u2068100 نقطة\u2069."),
        ("it", "Hai 40 punti. I punti si possono usare a partire da 100 punti."),
    ],
)
def test_a_customer_with_too_few_points_is_told(owner: Api, customer: User, variant, language: str, expected: str):
    club.give(customer, 40)
    loyalty = cart(owner, club.fill_cart(customer, variant, language_code=language))
    assert loyalty["redemption"]["blockedReason"] == "INSUFFICIENT_POINTS"
    assert loyalty["redemption"]["maxPoints"] == 0
    assert loyalty["redemption"]["blockedMessage"] == expected
    assert loyalty["messages"][1] == {"code": "BLOCKED_INSUFFICIENT_POINTS", "severity": "WARNING", "text": expected}


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "This cart is too small to pay with points: at least 100 points, worth ₪10.00, must be used."),
        (
            "he",
            (
                "העגלה קטנה מכדי לשלם בנקודות: יש לממש לפחות \u2068100 נקודות\u2069, "
                "בשווי \u2068\u200f10.00\xa0\u200f₪\u2069."
            ),
        ),
        (
            "ar",
            (
                "مبلغ السلة أقل من أن يُدفع بالنقاط: يجب استخدام ما لا يقل عن \u2068100 نقطة\u2069 "
                "بقيمة \u2068\u200f10.00\xa0₪\u2069."
            ),
        ),
        (
            "it",
            (
                "L'importo del carrello è troppo basso per pagare con i punti: occorre usare almeno 100 punti, "
                "per un valore di 10,00\xa0₪."
            ),
        ),
    ],
)
def test_a_cart_too_small_for_points_is_told(owner: Api, account: LoyaltyAccount, language: str, expected: str):
    small = club.add_variant("SMALL", price=40)
    loyalty = cart(owner, club.fill_cart(account.user, small, language_code=language))
    assert (loyalty["redemption"]["blockedReason"], loyalty["redemption"]["maxPoints"]) == ("ABOVE_MAXIMUM_PERCENT", 0)
    assert loyalty["messages"][1]["text"] == loyalty["redemption"]["blockedMessage"] == expected


def test_a_frozen_account_is_told(owner: Api, checkout: Checkout):
    LoyaltyAccount.objects.update(status="FROZEN")
    loyalty = cart(owner, checkout, 100)
    assert loyalty["redemption"]["blockedReason"] == "ACCOUNT_FROZEN"
    assert loyalty["redemption"]["blockedMessage"] == (
        "Your points are blocked at the moment. Please contact the shop."
    )


def test_without_an_active_program_there_is_nothing(owner: Api, checkout: Checkout, settings):
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = False
    assert cart(owner, checkout) is None
