"""Keyed digests of what may tell that two customers are one: addresses, phones, payments and devices.

What goes in is never stored: only whether two digests are equal can be told, and only by who has the shop's key.
After the key was changed nothing equals what was stored before. Addresses and phones are normalized first, so that
case, accents, spaces and punctuation make no difference. Never of an IP address: too many honest people share one.
"""

from __future__ import annotations

import unicodedata

from django.utils.crypto import salted_hmac

DEVICE_MAX = 500
"""Characters of a device's name that count."""
_SALT = "saleor_loyalty.fingerprints"
_PHONE_DIGITS_MIN = 7


def fingerprint_address(
    *, street: str, street_more: str = "", postal_code: str = "", city: str = "", country: str = ""
) -> str:
    """Return the digest of a postal address; empty where too little of it is known to mean one place."""
    place = _plain(postal_code) or _plain(city)
    road = _plain(f"{street} {street_more}")
    if not road or not place or not country:
        return ""
    return _digest("address", road, place, country.upper())


def fingerprint_phone(number: str) -> str:
    """Return the digest of a phone number in international form; empty where it is too short to be one."""
    digits = "".join(character for character in number if character.isdigit())
    return _digest("phone", digits) if len(digits) >= _PHONE_DIGITS_MIN else ""


def fingerprint_card(*, last_digits: str, expiry_month: int | None, expiry_year: int | None, brand: str = "") -> str:
    """Return the digest of a payment card; empty where too little of it is known."""
    if not last_digits or not expiry_month or not expiry_year:
        return ""
    return _digest("card", last_digits, str(expiry_month), str(expiry_year), _plain(brand))


def fingerprint_device(name: str) -> str:
    """Return the digest of a device by whatever the storefront knows it by; empty without that."""
    plain = name.strip()[:DEVICE_MAX]
    return _digest("device", plain) if plain else ""


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in letters if character.isalnum())


def _digest(*parts: str) -> str:
    # Half a character, which JSON can carry, counts as any other.
    content = "\n".join(parts).encode("utf-8", "surrogatepass")
    return salted_hmac(_SALT, content, algorithm="sha256").hexdigest()
