"""The catalogs are complete, alike and compiled; the texts come out right in each language."""

from __future__ import annotations

import datetime
import gettext
from decimal import Decimal
from io import BytesIO

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from saleor_loyalty.graphql.enums import LoyaltyReceiptCodeEnum
from saleor_loyalty.messages import find_language, format_money, format_points, format_time, render
from saleor_loyalty.messages.catalog import LANGUAGES, LOCALE_DIRECTORY
from saleor_loyalty.messages.compiling import compile_catalog, find_source
from saleor_loyalty.messages.rendering import PLACEHOLDER_KINDS, find_placeholders
from saleor_loyalty.models import (
    AccountStatus,
    ProgramStatus,
    ReservationStatus,
    Source,
    TransactionType,
)

# Beside the members of LoyaltyReceiptCodeEnum, those that later rules will say.
RECEIPT_CODES = [
    *LoyaltyReceiptCodeEnum._meta.enum.__members__,
    "MULTIPLIER_APPLIED", "NOT_A_MEMBER", "LIMIT_REACHED", "ACCOUNT_FROZEN", "PENDING_UNTIL", "REFUNDED",
]  # fmt: skip

# Every code that a redemption can be refused with.
REFUSAL_CODES = [
    "INVALID", "NOT_FOUND", "REGISTRATION_REQUIRED", "PROGRAM_INACTIVE", "ACCOUNT_FROZEN", "NOT_A_MEMBER",
    "NOTHING_ELIGIBLE", "NOT_COMBINABLE", "BELOW_MINIMUM_POINTS", "ABOVE_MAXIMUM_POINTS",
    "ABOVE_MAXIMUM_PERCENT", "NOT_MULTIPLE_OF_STEP", "INSUFFICIENT_POINTS", "CURRENCY_MISMATCH",
    "RESERVATION_EXPIRED", "RESERVATION_NOT_FOUND", "IDEMPOTENCY_KEY_REUSED",
]  # fmt: skip

NEEDED = [
    *(f"RECEIPT_{code}" for code in RECEIPT_CODES),
    *(f"RECEIPT_{code}_STAFF" for code in RECEIPT_CODES),
    *(f"BLOCKED_{code}" for code in REFUSAL_CODES),
    *(f"STATUS_ACCOUNT_{status}" for status in AccountStatus.values),
    *(f"STATUS_PROGRAM_{status}" for status in ProgramStatus.values),
    *(f"STATUS_RESERVATION_{status}" for status in ReservationStatus.values),
    *(f"STATUS_MEMBER_{status}" for status in ("VISITOR", "PENDING", "MEMBER")),
    *(f"TRANSACTION_{kind}" for kind in TransactionType.values),
    *(f"SOURCE_{source}" for source in Source.values),
    *(f"LIMIT_{reason}_THRESHOLD" for reason in ("VOUCHER", "PROMOTION", "GIFT")),
    *(f"OFFER_REDEEM_{kind}" for kind in ("VARIABLE_VALUE", "VARIABLE_PERCENT", "FIXED")),
    *(f"CONDITION_{kind}" for kind in ("VARIABLE_VALUE", "VARIABLE_PERCENT", "FIXED")),
    *(f"ORDER_PENDING_{trigger}" for trigger in ("ORDER_PLACED", "ORDER_PAID", "ORDER_FULFILLED")),
]

CLDR_FORMS = {
    "en": ["one", "other"],
    "he": ["one", "two", "other"],
    "ar": ["zero", "one", "two", "few", "many", "other"],
    "it": ["one", "many", "other"],
}

# Words that another language has taken over, and a message that is one such word.
SAME_IN_ENGLISH = {
    "POINTS_NAMED",
    "RECEIPT_MULTIPLIER_APPLIED",
    "SOURCE_ACCOUNT",
    "SOURCE_FEEDBACK",
    "SOURCE_SOCIAL",
    "SOURCE_VIP",
}

AT = datetime.datetime(2026, 11, 22, 16, 28, tzinfo=datetime.UTC)
FACTS = {
    "points": 3,
    "available_points": 4,
    "earned_points": 5,
    "max_points": 6,
    "min_points": 7,
    "redeemed_points": 8,
    "requested_points": 9,
    "number": 10,
    "value": Decimal(11),
    "base": Decimal(12),
    "percent": 13,
    "date": AT,
    "time": AT,
    "rule": "basic",
    "program": "Club",
    "plan": "Gold",
    "detail": "(1/1)",
}


def read_source(language: str):
    with find_source(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def texts(language: str) -> dict[str, list[str]]:
    """All forms of each message."""
    return {
        message.id if isinstance(message.id, str) else message.id[0]: (
            [message.string] if isinstance(message.string, str) else list(message.string)
        )
        for message in read_source(language)
        if message.id
    }


def without_tool_version(compiled: bytes) -> dict:
    catalog = dict(gettext.GNUTranslations(BytesIO(compiled))._catalog)
    catalog[""] = [line for line in catalog[""].splitlines() if not line.startswith("Generated-By")]
    return catalog


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_committed_catalog_is_the_compiled_source(language):
    committed = (LOCALE_DIRECTORY / language / "LC_MESSAGES" / "saleor_loyalty.mo").read_bytes()
    assert without_tool_version(committed) == without_tool_version(compile_catalog(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_message_and_no_text_is_empty(language):
    here, english = texts(language), texts("en")
    assert list(here) == list(english)
    assert [code for code, forms in here.items() if not all(form.strip() for form in forms)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_has_the_same_placeholders_in_every_language(language):
    here, english = texts(language), texts("en")
    for code, forms in here.items():
        if code.startswith("POINTS"):
            continue
        assert set(find_placeholders(forms[0])) == set(find_placeholders(english[code][0])), code
        assert set(find_placeholders(forms[0])) <= PLACEHOLDER_KINDS.keys(), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plural_messages_have_every_form_of_the_language(language):
    for code, allowed in {"POINTS": {"number"}, "POINTS_NAMED": {"number", "name"}}.items():
        forms = texts(language)[code]
        assert len(forms) == len(CLDR_FORMS[language]), code
        for form in forms:
            assert set(find_placeholders(form)) <= allowed
        # The form for everything else must say the number.
        assert "number" in find_placeholders(forms[-1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plural_forms_are_chosen_as_cldr_says(language):
    choose = read_source(language).plural_expr
    select = gettext.c2py(choose)
    cldr = Locale(language).plural_form
    for number in [*range(1200), 10_000, 100_002, 1_000_000, 1_000_001, 2_000_000]:
        assert CLDR_FORMS[language][select(number)] == cldr(number), number


@pytest.mark.parametrize("language", ["he", "ar", "it"])
def test_no_text_is_a_copy_of_the_english_one(language):
    here, english = texts(language), texts("en")
    same = {code for code in here if here[code] == english[code]}
    assert same <= SAME_IN_ENGLISH


@pytest.mark.parametrize("code", NEEDED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_needed_code_has_a_text(code, language):
    text = render(code, language=language, currency="ILS", **FACTS)
    assert text
    assert "{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_renders_with_its_facts(language):
    for code in texts(language):
        if not code.startswith("POINTS"):
            assert "{" not in render(code, language=language, currency="ILS", **FACTS)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["0 points", "1 point", "2 points", "3 points", "11 points", "1,000 points"]),
        ("he", ["0 נקודות", "נקודה אחת", "2 נקודות", "3 נקודות", "11 נקודות", "1,000 נקודות"]),
        ("ar", ["0 نقطة", "نقطة واحدة", "نقطتين", "3 نقاط", "11 نقطة", "1,000 نقطة"]),
        ("it", ["0 punti", "1 punto", "2 punti", "3 punti", "11 punti", "1.000 punti"]),
    ],
)
def test_points_are_said_in_the_right_plural_form(language, expected):
    assert [format_points(number, language=language) for number in (0, 1, 2, 3, 11, 1000)] == expected


def test_a_negative_number_keeps_its_sign_and_takes_the_form_of_its_size():
    assert format_points(-1, language="en") == "-1 point"
    assert format_points(-20, language="it") == "-20 punti"


def test_the_programs_own_names_replace_the_word_points():
    names = {
        "en": {"one": "star", "other": "stars"},
        "he": {"one": "כוכב", "two": "{number} כוכבים", "other": "כוכבים"},
        "ar": {"two": "نجمتين", "few": "نجوم", "other": "نجمة"},
    }
    assert format_points(1, language="en", point_names=names) == "1 star"
    assert format_points(5, language="en", point_names=names) == "5 stars"
    assert format_points(2, language="he", point_names=names) == "2 כוכבים"
    assert format_points(2, language="ar", point_names=names) == "نجمتين"
    assert format_points(4, language="ar", point_names=names) == "4 نجوم"
    # A form that is not given is said with "other".
    assert format_points(11, language="ar", point_names=names) == "11 نجمة"
    # A language without names says points.
    assert format_points(5, language="it", point_names=names) == "5 punti"
    assert render("ESTIMATE_EARN", language="en", points=5, point_names=names) == (
        "You will earn 5 stars with this order."
    )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("en", "en"),
        ("ar-eg", "ar"),
        ("IT_CH", "it"),
        ("HE", "he"),
        ("iw", "he"),
        ("pt-br", "en"),
        ("", "en"),
        (None, "en"),
        ("tlh", "en"),
    ],
)
def test_a_regional_language_reads_its_base_and_an_unknown_one_english(asked, found):
    assert find_language(asked) == found


def test_values_in_right_to_left_texts_are_isolated_each_on_its_own():
    for language in ("he", "ar"):
        for code, forms in texts(language).items():
            if code.startswith("POINTS"):
                continue
            text = render(code, language=language, currency="ILS", **FACTS)
            count = len(find_placeholders(forms[0]))
            assert text.count("\u2068") == text.count("\u2069") == count, code


def test_left_to_right_texts_isolate_only_right_to_left_values():
    assert render("RECEIPT_CAPPED_STAFF", language="en", rule="basic", points=1, detail="") == (
        "Rule basic gave at most 1 point."
    )
    assert render("RECEIPT_CAPPED_STAFF", language="en", rule="בסיס", points=1, detail="") == (
        "Rule \u2068בסיס\u2069 gave at most 1 point."
    )


def test_the_refusal_of_the_worked_example_says_its_numbers():
    text = render(
        "BLOCKED_ABOVE_MAXIMUM_PERCENT",
        language="en",
        currency="ILS",
        requested_points=1000,
        percent=20,
        base=Decimal(400),
        max_points=800,
        value=Decimal(80),
    )
    assert text == (
        "You asked to use 1,000 points, more than 20% of the eligible amount of ₪400.00. "
        "You can use up to 800 points, worth ₪80.00."
    )


def test_money_has_the_digits_of_its_currency():
    assert format_money(Decimal("1234.5"), currency="USD", language="en") == "$1,234.50"
    assert format_money(Decimal("1234"), currency="JPY", language="en") == "¥1,234"
    assert format_money(Decimal("1.5"), currency="KWD", language="it") == "1,500\xa0KWD"


def test_times_are_in_the_time_zone_and_say_utc_otherwise():
    assert format_time(AT, language="it") == "22 nov 2026, 16:28 UTC"
    assert format_time(AT, language="it", time_zone="Asia/Jerusalem") == "22 nov 2026, 18:28"


def test_a_share_with_a_fraction_keeps_it():
    text = render("CONDITION_PERCENT", language="en", percent=Decimal("12.5"), base=Decimal(10), currency="USD")
    assert text == "At most 12.5% of the eligible amount, here $10.00, can be paid with points."


def test_an_unknown_code_is_an_error():
    with pytest.raises(KeyError):
        render("NO_SUCH_MESSAGE", language="en")


def test_a_missing_fact_is_an_error_that_names_it():
    with pytest.raises(ValueError, match="message ORDER_EARNED needs the fact 'points'"):
        render("ORDER_EARNED", language="en")


def test_an_unknown_fact_is_an_error_that_names_it():
    with pytest.raises(TypeError, match="unknown facts: colour"):
        render("ORDER_EARNED", language="en", points=1, colour="red")
