"""Receipts in words: a sentence for the customer in each language, and the arithmetic for staff alone."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal

import pytest

from saleor_loyalty import ledger
from saleor_loyalty.graphql.receipt_summary import reason_code
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction
from saleor_loyalty.rules import Receipt, ReceiptLine, SetAside, explain_redemption, points_taken
from tests import club
from tests.graphql.api import Api, gid

LANGUAGES = ("EN", "HE", "AR", "IT")
# The direction of what is inserted is kept apart in Hebrew and Arabic.
ISOLATES = dict.fromkeys(map(ord, "\u2068\u2069"))

MINE = """query($language: LanguageCodeEnum) { me { loyaltyAccount { transactions(first: 20) { edges { node {
    type internalNote receipt(languageCode: $language) {
        points summary lines { code points message staffMessage ruleKey detail base { amount } } }
} } } } } }"""
STAFF = """query($id: ID!) { loyaltyAccount(id: $id) { transactions(first: 20) { edges { node {
    receipt { lines { code points message staffMessage ruleKey detail base { amount } } } } } } } }"""


@pytest.fixture
def moved(account: LoyaltyAccount) -> LoyaltyAccount:
    """Dana's 1000 points (with an internal note); 30 imported, 20 for a plan, 10 deducted and given back, set to 100;
    and 5 of a guest's that moved here."""
    now = club.now()
    keys = (f"receipt-{number}" for number in range(20))

    def by_hand(verb, points, **values):
        return verb(account.pk, points=points, at=now, idempotency_key=next(keys), **values).transaction

    by_hand(ledger.give_points, 30, type="IMPORT", source="IMPORT")
    by_hand(ledger.give_points, 20, source="PLAN", expires_at=now + datetime.timedelta(seconds=1))
    ledger.expire_due_lots(at=now + datetime.timedelta(seconds=1), limit=10)
    deducted = by_hand(ledger.deduct_points, 10)
    ledger.reverse_transaction(deducted.pk, at=now, idempotency_key=next(keys))
    by_hand(ledger.set_available, 100)
    guest = ledger.open_account(account.program, email="visitor@example.com", at=now)
    ledger.give_points(guest.pk, points=5, at=now, idempotency_key=next(keys))
    ledger.transfer_guest_points(guest.pk, to_account_id=account.pk, since=now, order_ids=(), at=now)
    return account


def receipts(api: Api, language: str = "EN"):
    edges = api(MINE, language=language)["me"]["loyaltyAccount"]["transactions"]["edges"]
    return list(reversed([edge["node"] for edge in edges]))


SUMMARIES = {
    "EN": [
        "1,000 points given to you.",
        "30 points taken over.",
        "20 points for your membership.",
        "20 points expired.",
        "10 points deducted.",
        "10 points given back.",
        "Your points were set to 100 points.",
        "5 points moved here from another account.",
    ],
    "HE": [
        "הוענקו לך: 1,000 נקודות.",
        "הועברו: 30 נקודות.",
        "על המנוי שלך: 20 נקודות.",
        "פגו: 20 נקודות.",
        "הופחתו: 10 נקודות.",
        "הוחזרו: 10 נקודות.",
        "הנקודות שלך נקבעו: 100 נקודות.",
        "הועברו לכאן מחשבון אחר: 5 נקודות.",
    ],
    "AR": [
        "مُنحت 1,000 نقطة.",
        "نُقل 30 نقطة.",
        "20 نقطة لعضويتك.",
        "انتهت صلاحية 20 نقطة.",
        "خُصم 10 نقاط.",
        "إعادة 10 نقاط.",
        "عُيّنت نقاطك إلى 100 نقطة.",
        "نُقل 5 نقاط إلى هنا من حساب آخر.",
    ],
    "IT": [
        "Ti sono stati assegnati: 1.000 punti.",
        "Ripresi: 30 punti.",
        "Per il tuo abbonamento: 20 punti.",
        "Scaduti: 20 punti.",
        "Sottratti: 10 punti.",
        "Restituiti: 10 punti.",
        "I tuoi punti sono stati impostati: 100 punti.",
        "Arrivati da un altro account: 5 punti.",
    ],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_customer_reads_every_movement_in_one_sentence(owner: Api, moved: LoyaltyAccount, language: str):
    found = [row["receipt"]["summary"].translate(ISOLATES) for row in receipts(owner, language)]
    assert found == SUMMARIES[language]


def test_the_arithmetic_is_for_staff_alone_and_notes_are_in_no_receipt(owner: Api, staff: Api, moved: LoyaltyAccount):
    # what the customer sees
    set_to = receipts(owner)[6]["receipt"]
    assert set_to["points"] == -930
    assert [(line["code"], line["points"], line["message"]) for line in set_to["lines"]] == [
        ("SET_TO", 100, "Corrected by the shop."),
        ("AVAILABLE_BEFORE", -1030, "What was available before."),
    ]
    for row in receipts(owner):
        assert row["internalNote"] is None
        for line in row["receipt"]["lines"]:
            hidden = {name: line[name] for name in ("staffMessage", "ruleKey", "detail", "base")}
            assert hidden == {"staffMessage": None, "ruleKey": None, "detail": None, "base": None}

    # what staff sees
    edges = staff(STAFF, id=gid("LoyaltyAccount", moved))["loyaltyAccount"]["transactions"]["edges"]
    found = [line for edge in reversed(edges) for line in edge["node"]["receipt"]["lines"]]
    assert [line["staffMessage"] for line in found if line["code"] != "EXPIRED"] == [
        "Given: 1,000 points. Source: MANUAL.",
        "Imported: 30 points.",
        "Given for the start of a membership: 20 points.",
        "Deducted: -10 points. Source: MANUAL.",
        "Corrects a movement of type DEDUCT: 10 points.",
        "To be available: 100 points.",
        "Less what was available: -1,030 points.",
        "Moved between accounts: 5 points.",
    ]
    assert {line["base"] for line in found} == {None}
    stored = json.dumps(list(LoyaltyTransaction.objects.values_list("receipt", flat=True)))
    for text in ("called us", "Welcome", "dana", "visitor"):
        assert text not in stored


SHORT = {
    "EN": "1,000 points used. 300 points were no longer available: points that you get later pay for them.",
    "HE": "מומשו: 1,000 נקודות. חסרו 300 נקודות: נקודות שיתווספו בהמשך יכסו אותן.",
    "AR": "استخدام 1,000 نقطة. لم تعد 300 نقطة متاحة: ستسددها النقاط التي تحصل عليها لاحقًا.",
    "IT": "Usati: 1.000 punti. 300 punti non erano più disponibili: li copriranno i punti che riceverai.",
}
NEEDED = {
    "EN": "Set aside and not needed: 200 points.",
    "HE": "נשמרו ולא נדרשו: 200 נקודות.",
    "AR": "حُجزت ولم تلزم: 200 نقطة.",
    "IT": "Riservati e non serviti: 200 punti.",
}


def pay_with_points(account: LoyaltyAccount, *, value: int, reserved: int, deducted: int = 0) -> None:
    """An order whose rows are worth ``value``, at 100 points = 10; its reservation is gone where points were deducted
    since."""
    now = club.now()
    if deducted:
        ledger.deduct_points(account.pk, points=deducted, at=now, idempotency_key="spent elsewhere")
    set_aside = SetAside(points=reserved, value=Decimal(reserved) / 10)
    rate = {"rate_points": 100, "rate_value": Decimal(10)}
    points = points_taken(Decimal(value), **rate, reserved=set_aside)
    receipt = explain_redemption(
        points, value=Decimal(value), currency="ILS", rule_key="cart", **rate, program_version=1, reserved=set_aside
    )
    ledger.commit_reservation(
        checkout_id="cart",
        account_id=account.pk,
        order_id="1",
        points_max=points,
        at=now,
        idempotency_key="order:1",
        receipt=receipt,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_an_order_owes_is_said_in_a_second_sentence(owner: Api, account: LoyaltyAccount, language: str):
    pay_with_points(account, value=100, reserved=1000, deducted=300)
    receipt = receipts(owner, language)[-1]["receipt"]
    assert receipt["summary"].translate(ISOLATES) == SHORT[language]
    assert [(line["code"], line["points"]) for line in receipt["lines"]] == [
        ("RULE_APPLIED", 1000),
        ("SHORTFALL", 300),
    ]
    second = receipt["lines"][1]
    assert second["message"].translate(ISOLATES) == SHORT[language].partition(". ")[2]
    assert (second["staffMessage"], second["detail"]) == (None, None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_set_aside_and_not_needed_has_a_line(owner: Api, account: LoyaltyAccount, language: str):
    pay_with_points(account, value=80, reserved=1000)
    line = receipts(owner, language)[-1]["receipt"]["lines"][1]
    assert (line["code"], line["points"], line["message"].translate(ISOLATES)) == ("RELEASED", 200, NEEDED[language])


def test_staff_reads_what_was_there_and_how_much_less_the_rows_were_worth(staff: Api, account: LoyaltyAccount):
    pay_with_points(account, value=80, reserved=1000, deducted=300)
    edges = staff(STAFF, id=gid("LoyaltyAccount", account))["loyaltyAccount"]["transactions"]["edges"]
    [released, short] = edges[0]["node"]["receipt"]["lines"][1:]
    assert released["staffMessage"] == (
        "Free again: 200 points of 1000, because the rows were worth \u20aa20.00 less than was set aside."
    )
    assert short["staffMessage"] == (
        "Owed, because the reservation had ended and fewer were available: 100 points. Available then: 700."
    )
    assert (released["detail"], short["detail"]) == ("1000", "700")


NOTHING = {
    "EN": "No points. The amount is too small to earn a point.",
    "HE": "אין נקודות. הסכום קטן מכדי לצבור נקודה.",
    "AR": "لا نقاط. المبلغ أصغر من أن يُكسب نقطة.",
    "IT": "Nessun punto. L'importo è troppo piccolo per guadagnare un punto.",
}
ORDER = """query($id: ID!) { order(id: $id) { loyalty { receipt { points summary lines { code staffMessage } } } } }"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_that_earns_nothing_says_why_in_its_own_language(owner: Api, customer, variant, language: str):
    # given
    club.change_price(variant, "0.50")
    order = club.order_of(customer, variant, language_code=language.lower())
    club.settle(order)

    # when
    receipt = owner(ORDER, id=gid("Order", order))["order"]["loyalty"]["receipt"]

    # then
    assert receipt == {
        "points": 0,
        "summary": NOTHING[language],
        "lines": [
            {"code": "BELOW_STEP", "staffMessage": None},
            {"code": "SHIPPING_EXCLUDED", "staffMessage": None},
        ],
    }


@pytest.mark.parametrize(
    ("codes", "reason"),
    [
        ([], None),
        (["SHIPPING_EXCLUDED", "TAX_EXCLUDED"], None),
        (["SHIPPING_EXCLUDED", "LINE_NOT_IN_SCOPE"], "RECEIPT_LINE_NOT_IN_SCOPE"),
        # What holds for most lines; among equals what the customer is nearest to.
        (["LINE_ON_COUPON", "LINE_NOT_IN_SCOPE", "LINE_NOT_IN_SCOPE"], "RECEIPT_LINE_NOT_IN_SCOPE"),
        (["LINE_NOT_IN_SCOPE", "LINE_ON_COUPON"], "RECEIPT_LINE_ON_COUPON"),
        (["GIFT_CARD_EXCLUDED", "OUTSIDE_WINDOW"], "RECEIPT_OUTSIDE_WINDOW"),
        # What speaks of the whole order comes before anything else.
        (["BELOW_STEP", "BELOW_STEP", "PROGRAM_INACTIVE"], "RECEIPT_PROGRAM_INACTIVE"),
    ],
)
def test_the_reason_why_nothing_was_earned(codes, reason):
    lines = tuple(ReceiptLine(code) for code in codes)
    assert reason_code(Receipt(kind="EARN", points=0, currency="ILS", lines=lines)) == reason


@pytest.mark.parametrize(("kind", "points"), [("EARN", 1), ("SET", 0), ("REDEEM", 0)])
def test_what_earned_something_or_is_no_award_has_no_such_reason(kind, points):
    lines = (ReceiptLine("BELOW_STEP"),)
    assert reason_code(Receipt(kind=kind, points=points, currency="ILS", lines=lines)) is None
