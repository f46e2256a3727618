"""What tells that two customers may be one: the addresses of orders, as keyed digests. There are no cards here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from saleor_loyalty.email_addresses import spellings
from saleor_loyalty.fingerprints import fingerprint_address, fingerprint_phone
from saleor_loyalty.host import Fingerprints

from .models import Order, User
from .order_facts import valid_id

NO_PURCHASE = ("DRAFT", "CANCELED", "EXPIRED")
ORDERS_MAX = 50


def has_ordered(user_id: int) -> bool:
    user = User.objects.get(pk=user_id)
    own = Q(user=user) | Q(email__in=spellings([user.email])) if user.is_confirmed else Q(user=user)
    return Order.objects.filter(own).exclude(status__in=NO_PURCHASE).exists()


def order_fingerprints(order_id: str) -> Fingerprints:
    return _fingerprints(Order.objects.filter(pk=valid_id(order_id) or 0))


def customer_fingerprints(user_id: int) -> Fingerprints:
    return _fingerprints(Order.objects.filter(user_id=user_id).order_by("-pk")[:ORDERS_MAX])


def _fingerprints(orders: Iterable[Order]) -> Fingerprints:
    found = [order.address for order in orders]
    return Fingerprints(
        addresses=frozenset(map(_address, found)) - {""},
        phones=frozenset(fingerprint_phone(address.get("phone") or "") for address in found) - {""},
    )


def _address(address: dict[str, Any]) -> str:
    return fingerprint_address(
        street=address.get("street_address1") or "",
        postal_code=address.get("postal_code") or "",
        city=address.get("city") or "",
        country=address.get("country") or "",
    )
