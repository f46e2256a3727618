"""When two e-mail addresses are one: in the same spelling, or in lower case and without the space around them.

Addresses are kept in lower case here, and by the hosts, but for old ones. Pure; the hosts find users by it, and the
domain accounts and rows, so that an address means the same person wherever it is given.
"""

from __future__ import annotations

from collections.abc import Iterable


def plain_address(address: str) -> str:
    """Return the address as it is kept: in lower case, without space around it."""
    return address.strip().lower()


def spellings(addresses: Iterable[str]) -> set[str]:
    """Return all that is to be looked for: each address as it was given and as it is kept."""
    return {spelling for address in addresses for spelling in (address.strip(), plain_address(address))}


def match_addresses(addresses: Iterable[str], found: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return the keys that were found by the addresses as they were given; those that nobody has are left out.

    Whoever has the address in just that spelling comes before whoever has it as it is kept. ``found``: what
    ``spellings`` found, with the key of who has it.
    """
    by_spelling = dict(found)
    keys = {
        address: by_spelling.get(address.strip(), by_spelling.get(plain_address(address))) for address in addresses
    }
    return {address: key for address, key in keys.items() if key is not None}
