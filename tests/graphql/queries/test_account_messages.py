"""The texts of the club area: ``LoyaltyAccount.messages`` and the names of transactions."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from playground.models import User
from saleor_loyalty.ledger import deduct_points
from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram, Reservation
from tests import club
from tests.checkout.test_commit_redemption import make_order
from tests.graphql.api import Api, nodes

MESSAGES = """query($language: LanguageCodeEnum, $asked: String, $channel: String) {
    me { loyaltyAccount(channel: $asked) {
        messages(languageCode: $language, channel: $channel) { code severity text } } } }"""


def messages(api: Api, **variables) -> list[dict[str, str]]:
    return api(MESSAGES, **variables)["me"]["loyaltyAccount"]["messages"]


def texts(api: Api, **variables) -> list[str]:
    return [message["text"] for message in messages(api, **variables)]


@pytest.fixture
def history(owner: Api, account: LoyaltyAccount, checkout) -> LoyaltyAccount:
    """1000 points given, 300 of them redeemed; 50 more expire soon."""
    club.apply(checkout, 300)
    club.complete(checkout)
    club.give(account.user, 50, expires_at=timezone.now() + datetime.timedelta(days=3))
    return account


def test_the_club_area_tells_what_was_earned_redeemed_and_is_left(owner: Api, history: LoyaltyAccount):
    assert messages(owner, asked=club.CHANNEL) == [
        {"code": "ACCOUNT_EARNED", "severity": "INFO", "text": "Earned in total: 1,050 points"},
        {"code": "ACCOUNT_REDEEMED", "severity": "INFO", "text": "Redeemed in purchases: 300 points"},
        {"code": "ACCOUNT_UNREDEEMED", "severity": "INFO", "text": "Not yet redeemed: 750 points"},
        {"code": "ACCOUNT_AVAILABLE_WORTH", "severity": "INFO", "text": "You can use 750 points, worth ₪75.00."},
        {"code": "ACCOUNT_EXPIRING", "severity": "WARNING", "text": "Expiring soon: 50 points"},
    ]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "HE",
            [
                "סך הכול נצברו: \u20681,050 נקודות\u2069",
                "סך הכול מומשו ברכישות: \u2068300 נקודות\u2069",
                "טרם מומשו: \u2068750 נקודות\u2069",
                "לרשותך \u2068750 נקודות\u2069 למימוש, בשווי \u2068\u200f75.00\xa0\u200f₪\u2069.",
                "יפקעו בקרוב: \u206850 נקודות\u2069",
            ],
        ),
        (
            "AR",
            [
                "إجمالي ما كسبته من النقاط: \u20681,050 نقطة\u2069",
                "إجمالي ما استخدمته في مشترياتك: \u2068300 نقطة\u2069",
                "لم يُستخدم بعد: \u2068750 نقطة\u2069",
                "يمكنك استخدام \u2068750 نقطة\u2069 بقيمة \u2068\u200f75.00\xa0₪\u2069.",
                "ستنتهي صلاحيته قريبًا: \u206850 نقطة\u2069",
            ],
        ),
        (
            "IT",
            [
                "Totale guadagnato: 1.050 punti",
                "Riscattato negli acquisti: 300 punti",
                "Non ancora riscattati: 750 punti",
                "Puoi usare 750 punti, per un valore di 75,00\xa0₪.",
                "In scadenza a breve: 50 punti",
            ],
        ),
    ],
)
def test_the_club_area_speaks_the_language_that_is_asked_for(
    owner: Api, history: LoyaltyAccount, language: str, expected: list[str]
):
    assert texts(owner, asked=club.CHANNEL, language=language) == expected


def test_without_a_channel_in_which_points_can_be_spent_no_worth_is_told(owner: Api, account: LoyaltyAccount):
    available = "You can use 1,000 points."
    assert texts(owner)[3] == available
    assert texts(owner, channel="nowhere")[3] == available
    assert texts(owner, channel=club.CHANNEL)[3] == "You can use 1,000 points, worth ₪100.00."


def test_pending_reserved_and_owed_points_are_told_where_there_are_any(
    owner: Api, account: LoyaltyAccount, checkout, variant
):
    # given
    club.apply(checkout, 300)
    club.give(account.user, 70, available_at=timezone.now() + datetime.timedelta(days=3))

    # when / then
    assert texts(owner)[2:] == [
        "Not yet redeemed: 1,070 points",
        "You can use 700 points.",
        "Not yet available: 70 points",
        "Set aside for a cart: 300 points",
    ]


def test_a_debt_is_told(owner: Api, account: LoyaltyAccount, checkout):
    # given points that were lost between the cart and its order
    club.apply(checkout, 300)
    order, discount = make_order(checkout)
    past = timezone.now() - datetime.timedelta(seconds=1)
    Reservation.objects.update(expires_at=past)
    LoyaltyAccount.objects.update(next_due_at=past)
    deduct_points(account.pk, points=1000, at=club.now(), idempotency_key="lost")
    club.commit(order, checkout, discount)

    # when / then
    assert messages(owner)[-1] == {
        "code": "ACCOUNT_DEBT",
        "severity": "WARNING",
        "text": "Your next points first make up for a debt of 300 points.",
    }


def test_a_customer_whose_program_was_never_published_reads_points(owner: Api, account: LoyaltyAccount):
    LoyaltyProgram.objects.update(published_version=None, status="DRAFT")
    assert texts(owner)[0] == "Earned in total: 1,000 points"


def test_the_program_s_own_name_for_points_is_used(owner: Api, account: LoyaltyAccount):
    club.publish(club.rules(pointNames={"en": {"one": "star", "other": "stars"}}))
    assert texts(owner)[0] == "Earned in total: 1,000 stars"


NAMES = """query($language: LanguageCodeEnum) { me { loyaltyAccount { transactions(first: 10) { edges { node {
    typeName(languageCode: $language) sourceName(languageCode: $language) } } } } } }"""


@pytest.mark.parametrize(
    ("language", "given", "redeemed"),
    [
        (None, ("Points given", "Birthday"), ("Points redeemed", "Order")),
        ("HE", ("הענקת נקודות", "יום הולדת"), ("מימוש נקודות", "הזמנה")),
        ("AR", ("منح نقاط", "عيد ميلاد"), ("استخدام نقاط", "طلب")),
        ("IT", ("Punti assegnati", "Compleanno"), ("Punti riscattati", "Ordine")),
    ],
)
def test_a_transaction_says_in_words_what_happened_and_why(
    owner: Api, customer: User, history: LoyaltyAccount, language: str | None, given, redeemed
):
    # given
    club.give(customer, 5, source="BIRTHDAY")

    # when
    log = nodes(owner(NAMES, language=language)["me"]["loyaltyAccount"]["transactions"])

    # then
    found = [(node["typeName"], node["sourceName"]) for node in log]
    assert (found[0], found[2]) == (given, redeemed)
