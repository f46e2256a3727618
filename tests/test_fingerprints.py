"""What counts as the same address, phone, card or device, and that nothing of it can be read back."""

from __future__ import annotations

import pytest
from django.test import override_settings

from saleor_loyalty.fingerprints import (
    fingerprint_address,
    fingerprint_card,
    fingerprint_device,
    fingerprint_phone,
)

HOME = {"street": "Tęczowa 7", "postal_code": "53-601", "city": "Wrocław", "country": "PL"}
CARD = {"last_digits": "4242", "expiry_month": 12, "expiry_year": 2031, "brand": "Visa"}


@pytest.mark.parametrize(
    "values",
    [
        {"street": " tęczowa  7. "},
        {"street": "TĘCZOWA", "street_more": "7"},
        {"postal_code": "53 601"},
        {"city": "elsewhere"},
        {"country": "pl"},
    ],
)
def test_case_accents_spaces_and_punctuation_make_no_other_address(values):
    assert fingerprint_address(**{**HOME, **values}) == fingerprint_address(**HOME)


@pytest.mark.parametrize(
    "values", [{"street": "Tęczowa 8"}, {"street_more": "m. 2"}, {"postal_code": "53-602"}, {"country": "DE"}]
)
def test_another_house_flat_code_or_country_is_another_address(values):
    assert fingerprint_address(**{**HOME, **values}) != fingerprint_address(**HOME)


def test_without_a_postal_code_the_city_counts():
    without = {**HOME, "postal_code": ""}
    assert fingerprint_address(**without) == fingerprint_address(**{**without, "city": "WROCŁAW"})
    assert fingerprint_address(**without) != fingerprint_address(**{**without, "city": "Gdańsk"})


@pytest.mark.parametrize("values", [{"street": " - "}, {"postal_code": "", "city": ""}, {"country": ""}])
def test_too_little_of_an_address_is_none(values):
    assert fingerprint_address(**{**HOME, **values}) == ""


def test_phones_cards_and_devices_are_compared_by_what_matters_of_them():
    assert fingerprint_phone("+48 71 123-45-67") == fingerprint_phone("48711234567")
    assert fingerprint_card(**CARD) == fingerprint_card(**{**CARD, "brand": "VISA"})
    assert fingerprint_card(**CARD) != fingerprint_card(**{**CARD, "expiry_year": 2032})
    assert fingerprint_device(" a ") == fingerprint_device("a") != fingerprint_device("A")
    # Half a character, which JSON can carry and no text can.
    assert len(fingerprint_device("a\ud800")) == 64
    nothing = [
        fingerprint_phone("112"),
        fingerprint_card(**{**CARD, "last_digits": ""}),
        fingerprint_card(**{**CARD, "expiry_month": None}),
        fingerprint_device("  "),
    ]
    assert nothing == [""] * 4


def test_a_digest_depends_on_the_secret_key_and_on_what_it_is_of():
    plain = fingerprint_phone("48711234567")
    assert (len(plain), "48711234567" in plain) == (64, False)
    assert fingerprint_device("48711234567") != plain
    with override_settings(SECRET_KEY="another"):
        assert fingerprint_phone("48711234567") != plain
