"""What tells in a real Saleor that two customers may be one: addresses, phones and cards, as keyed digests alone.

Reads only. Saleor 3.21 knows cards of its old payments alone; later versions also those of transactions. Of a customer
the address book and the latest orders count: their number is bounded. Where goods are collected is no customer's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from saleor.account.models import Address, User
from saleor.order import OrderStatus
from saleor.order.models import Order
from saleor.payment.models import Payment, TransactionItem

from ..email_addresses import spellings
from ..fingerprints import fingerprint_address, fingerprint_card, fingerprint_phone
from ..host import Fingerprints

ORDERS_MAX = 50
"""Of a customer, the latest so many orders count."""
ADDRESSES_MAX = 100
NO_PURCHASE = (OrderStatus.DRAFT, OrderStatus.CANCELED, OrderStatus.EXPIRED)
_CARD = ("cc_last_digits", "cc_exp_month", "cc_exp_year", "cc_brand")


def has_ordered(user_id: int) -> bool:
    """Two statements."""
    user = User.objects.filter(pk=user_id).only("pk", "email", "is_confirmed").first()
    if user is None:
        return False
    own = Q(user_id=user.pk)
    if user.is_confirmed and user.email:
        own |= Q(user_email__in=spellings([user.email]))
    return Order.objects.filter(own).exclude(status__in=NO_PURCHASE).exists()


def order_fingerprints(order_id: str) -> Fingerprints:
    """Three statements; two in Saleor 3.21."""
    try:
        pk = UUID(order_id)
    except ValueError:
        return Fingerprints()
    orders = Order.objects.filter(pk=pk).select_related("shipping_address", "billing_address")
    return _fingerprints(orders, addresses=())


def customer_fingerprints(user_id: int) -> Fingerprints:
    """Four statements; three in Saleor 3.21."""
    own = Order.objects.filter(user_id=user_id).exclude(status=OrderStatus.DRAFT)
    orders = own.select_related("shipping_address", "billing_address").order_by("-created_at")[:ORDERS_MAX]
    addresses = Address.objects.filter(user_addresses=user_id).order_by("-pk")[:ADDRESSES_MAX]
    return _fingerprints(orders, addresses=addresses)


def _fingerprints(orders: QuerySet[Order], *, addresses: Iterable[Address]) -> Fingerprints:
    found = list(orders)
    known = [*addresses, *(address for order in found for address in _addresses_of(order))]
    return Fingerprints(
        addresses=_kept(_address(address) for address in known),
        phones=_kept(fingerprint_phone(str(address.phone or "")) for address in known),
        payments=_kept(_cards_of([order.pk for order in found])),
    )


def _addresses_of(order: Order) -> list[Address]:
    shipping = None if order.collection_point_id or order.collection_point_name else order.shipping_address
    return [address for address in (order.billing_address, shipping) if address is not None]


def _address(address: Address) -> str:
    return fingerprint_address(
        street=address.street_address_1,
        street_more=address.street_address_2,
        postal_code=address.postal_code,
        city=address.city,
        country=address.country.code or "",
    )


def _cards_of(order_ids: list[Any]) -> Iterable[str]:
    sources = [Payment.objects.filter(order_id__in=order_ids)]
    if any(field.name == "cc_last_digits" for field in TransactionItem._meta.get_fields()):
        sources.append(TransactionItem.objects.filter(order_id__in=order_ids))
    for rows in sources:
        for last_digits, month, year, brand in rows.order_by().values_list(*_CARD).distinct():
            yield fingerprint_card(
                last_digits=last_digits or "", expiry_month=month, expiry_year=year, brand=brand or ""
            )


def _kept(digests: Iterable[str]) -> frozenset[str]:
    return frozenset(digests) - {""}
