"""``Product.loyalty`` and ``ProductVariant.loyalty``: the product page."""

from __future__ import annotations

import pytest

from playground.models import Category, Channel, Listing, Product
from saleor_loyalty.models import LoyaltyTransaction
from tests import club
from tests.graphql.api import Api, gid

OFFER = """loyalty(channel: $asked, languageCode: $language) { points message redemptionMessage
    receipt { points summary programVersion { number } lines { code message points base { amount currency } } } }"""
PRODUCT = f"""query($id: ID!, $channel: String, $asked: String, $language: LanguageCodeEnum) {{
    product(id: $id, channel: $channel) {{ {OFFER} }} }}"""
VARIANT = f"""query($id: ID!, $channel: String, $asked: String, $language: LanguageCodeEnum) {{
    productVariant(id: $id, channel: $channel) {{ {OFFER} }} }}"""


def test_a_visitor_reads_what_the_product_earns_and_how_it_can_be_paid(anonymous: Api, variant):
    data = anonymous(PRODUCT, id=gid("Product", variant.product_id), channel=club.CHANNEL)
    assert data["product"]["loyalty"] == {
        "points": 400,
        "message": "Buy this product and earn 400 points.",
        "redemptionMessage": (
            "Pay with your points: 100 points = ₪10.00 off. Use at least 100 points. "
            "Use at most 1,000 points in one purchase. At most 20% of the amount can be paid with points."
        ),
        "receipt": {
            "points": 400,
            "summary": "400 points earned.",
            "programVersion": {"number": 1},
            "lines": [
                {
                    "code": "RULE_APPLIED",
                    "message": "Counted: 400 points.",
                    "points": 400,
                    "base": {"amount": 400, "currency": "ILS"},
                }
            ],
        },
    }
    assert LoyaltyTransaction.objects.count() == 0


def test_a_variant_says_the_same(anonymous: Api, variant):
    data = anonymous(VARIANT, id=gid("ProductVariant", variant), channel=club.CHANNEL)
    assert data["productVariant"]["loyalty"]["points"] == 400


def test_of_several_variants_the_cheapest_counts(anonymous: Api, variant):
    # given
    cheaper = variant.product.variants.create(sku="STOOL")
    Listing.objects.create(variant=cheaper, channel=Channel.objects.get(), price=90)

    # when
    data = anonymous(PRODUCT, id=gid("Product", variant.product_id), channel=club.CHANNEL)

    # then
    assert data["product"]["loyalty"]["points"] == 90


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("EN", "Buy this product and earn 400 points."),
        ("EN_US", "Buy this product and earn 400 points."),
        ("IT", "Acquista questo prodotto e guadagna 400 punti."),
        ("PL", "Buy this product and earn 400 points."),
    ],
)
def test_the_language_is_the_one_that_is_asked_for(anonymous: Api, variant, language: str, expected: str):
    data = anonymous(PRODUCT, id=gid("Product", variant.product_id), channel=club.CHANNEL, language=language)
    assert data["product"]["loyalty"]["message"] == expected


def test_hebrew_and_arabic_have_their_own_letters_and_plural_forms(anonymous: Api, variant):
    def message(language: str, price: int) -> str:
        club.change_price(variant, price)
        data = anonymous(PRODUCT, id=gid("Product", variant.product_id), channel=club.CHANNEL, language=language)
        return data["product"]["loyalty"]["message"]

    # when / then
    assert "נקודה" in message("HE", 1)
    assert "נקודות" in message("HE", 5)
    arabic = [message("AR", price) for price in (1, 2, 3, 11, 100)]
    assert len(set(arabic)) == 5
    assert "نقاط" in arabic[2]


def test_the_program_s_own_name_for_points_is_used(anonymous: Api, variant):
    club.publish(club.rules(pointNames={"en": {"one": "star", "other": "stars"}}))
    data = anonymous(PRODUCT, id=gid("Product", variant.product_id), channel=club.CHANNEL, language="EN")
    assert data["product"]["loyalty"]["message"] == "Buy this product and earn 400 stars."


def test_the_channel_can_be_asked_for_instead_of_the_product_s_own(anonymous: Api, variant):
    data = anonymous(PRODUCT, id=gid("Product", variant.product_id), asked=club.CHANNEL)
    assert data["product"]["loyalty"]["points"] == 400


def test_without_channel_program_or_price_there_is_no_offer(anonymous: Api, variant):
    product = gid("Product", variant.product_id)
    club.open_channel("elsewhere")
    assert anonymous(PRODUCT, id=product) == {"product": {"loyalty": None}}
    assert anonymous(PRODUCT, id=product, asked="nowhere") == {"product": {"loyalty": None}}
    assert anonymous(PRODUCT, id=product, asked="elsewhere") == {"product": {"loyalty": None}}


def test_a_paused_program_offers_nothing(anonymous: Api, variant, program, staff: Api):
    staff("mutation($id: ID!) { loyaltyProgramPause(id: $id) { errors { code } } }", id=gid("LoyaltyProgram", program))
    data = anonymous(PRODUCT, id=gid("Product", variant.product_id), channel=club.CHANNEL)
    assert data == {"product": {"loyalty": None}}


def test_a_product_out_of_scope_says_so(anonymous: Api, variant):
    # given
    scope = {"type": "CATEGORY", "slugs": ["lamps"]}
    Category.objects.create(slug="lamps", name="Lamps")
    earning = [{"key": "basic", "name": "Basic", "type": "CONVERSION_RATE", "points": 1, "scope": scope}]
    club.publish(club.rules(earning=earning, redemption={"scope": scope}))

    # when
    data = anonymous(PRODUCT, id=gid("Product", variant.product_id), channel=club.CHANNEL)

    # then
    assert Product.objects.get().category is None
    offer = data["product"]["loyalty"]
    assert (offer["points"], offer["message"], offer["redemptionMessage"]) == (
        0,
        "No points are earned on this product.",
        "Points cannot be spent on this product.",
    )
    assert [line["code"] for line in offer["receipt"]["lines"]] == ["LINE_NOT_IN_SCOPE"]


def test_a_product_below_one_step_tells_the_rate(anonymous: Api, variant):
    earning = [{"key": "basic", "name": "Basic", "type": "CONVERSION_RATE", "points": 3, "amountStep": "500"}]
    club.publish(club.rules(earning=earning))
    data = anonymous(PRODUCT, id=gid("Product", variant.product_id), channel=club.CHANNEL)
    offer = data["product"]["loyalty"]
    assert (offer["points"], offer["message"]) == (0, "Earn 3 points for every ₪500.00 you pay.")


@pytest.mark.parametrize(
    ("redemption", "expected"),
    [
        (
            {"type": "VARIABLE_PERCENT", "maxPercent": 50, "minPoints": None, "maxPoints": None},
            "Pay up to 50% of the amount with your points: 100 points = ₪10.00 off.",
        ),
        (
            {"type": "FIXED", "maxPercent": None, "minPoints": None, "maxPoints": None},
            "Use exactly 100 points in one purchase and get ₪10.00 off.",
        ),
        (
            {"type": "FIXED", "maxPercent": 20, "minPoints": None, "maxPoints": None},
            (
                "Use exactly 100 points in one purchase and get ₪10.00 off. "
                "At most 20% of the amount can be paid with points."
            ),
        ),
        (
            {"maxPercent": None, "maxPoints": None},
            "Pay with your points: 100 points = ₪10.00 off. Use at least 100 points.",
        ),
    ],
)
def test_the_redemption_message_follows_the_type(anonymous: Api, variant, redemption: dict, expected: str):
    club.publish(club.rules(redemption=redemption))
    data = anonymous(PRODUCT, id=gid("Product", variant.product_id), channel=club.CHANNEL)
    assert data["product"]["loyalty"]["redemptionMessage"] == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "HE",
            (
                "אפשר לשלם בנקודות: \u2068100 נקודות\u2069 = הנחה של \u2068\u200f10.00\xa0\u200f₪\u2069. "
                "המינימום למימוש: \u2068100 נקודות\u2069. המקסימום למימוש בקנייה אחת: \u20681,000 נקודות\u2069. "
                "ניתן לשלם בנקודות עד \u206820%\u2069 מהסכום."
            ),
        ),
        (
            "AR",
            (
                "ادفع بنقاطك: مقابل \u2068100 نقطة\u2069 تحصل على خصم قدره \u2068\u200f10.00\xa0₪\u2069. "
                "لا يمكن استخدام أقل من \u2068100 نقطة\u2069. "
                "لا يمكن استخدام أكثر من \u20681,000 نقطة\u2069 في عملية شراء واحدة. "
                "يمكن دفع ما لا يزيد على \u206820%\u2069 من المبلغ بالنقاط."
            ),
        ),
        (
            "IT",
            (
                "Paga con i tuoi punti: 100 punti = 10,00\xa0₪ di sconto. Usa almeno 100 punti. "
                "Usa al massimo 1.000 punti in un acquisto. Parte pagabile con i punti: massimo 20% dell'importo."
            ),
        ),
    ],
)
def test_the_redemption_message_names_minimum_maximum_and_share(anonymous: Api, variant, language: str, expected: str):
    data = anonymous(PRODUCT, id=gid("Product", variant.product_id), channel=club.CHANNEL, language=language)
    assert data["product"]["loyalty"]["redemptionMessage"] == expected


def test_a_fixed_award_says_nothing_of_a_rate_for_what_costs_nothing(anonymous: Api, variant):
    club.change_price(variant, 0)
    club.publish(club.rules(earning=[{"key": "fix", "name": "Fix", "type": "FIXED_AMOUNT", "points": 100}]))
    offer = anonymous(PRODUCT, id=gid("Product", variant.product_id), channel=club.CHANNEL)["product"]["loyalty"]
    assert [line["code"] for line in offer["receipt"]["lines"]] == ["BELOW_STEP"]
    assert (offer["points"], offer["message"]) == (0, "No points are earned on this product.")


def test_a_fixed_award_says_so_and_without_redemption_nothing_is_said(anonymous: Api, variant):
    rules = club.rules(earning=[{"key": "fix", "name": "Fix", "type": "FIXED_AMOUNT", "points": 100}])
    rules["redemption"] = []
    club.publish(rules)
    offer = anonymous(PRODUCT, id=gid("Product", variant.product_id), channel=club.CHANNEL)["product"]["loyalty"]
    assert offer["message"] == "Every order with this product earns 100 points, whatever its amount."
    assert offer["redemptionMessage"] is None


@pytest.mark.parametrize("slug", ["\x00", "sho\x00p", "nowhere"])
def test_a_channel_without_a_program_or_that_cannot_exist_has_nothing(anonymous: Api, variant, slug: str):
    product = gid("Product", variant.product_id)
    for document, subject in ((PRODUCT, product), (VARIANT, gid("ProductVariant", variant))):
        data = anonymous(document, id=subject, channel=club.CHANNEL, asked=slug)
        assert [shown["loyalty"] for shown in data.values()] == [None]
