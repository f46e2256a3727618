"""What the shop does: carts change, orders are made, delivered, paid, refunded and cancelled.

Each verb opens its own transaction and locks the cart's or the order's row first, as the loyalty package expects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from . import loyalty
from .carts import OpenCart, open_cart
from .models import (
    GIVEN_BACK,
    Channel,
    Checkout,
    CheckoutLine,
    Fulfillment,
    FulfillmentLine,
    FulfillmentStatus,
    Order,
    OrderLine,
    OrderPromotion,
    User,
    Variant,
    Voucher,
)
from .order_facts import freeze_line
from .pricing import ZERO

NO_ADDRESS: Mapping[str, str] = MappingProxyType({})


class Refused(Exception):
    """The shop does not do it. ``code`` is Saleor's."""

    def __init__(self, code: str, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.field = field


def confirm_account(user: User) -> None:
    """The customer has proved that the e-mail address is theirs."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_confirmed=True, updated_at=timezone.now())
        loyalty.follow_on_commit(user)


def register(email: str, *, language_code: str = "en") -> User:
    """A customer registers; nobody has proved yet whose address it is."""
    with transaction.atomic():
        user = User.objects.create_user(email, is_confirmed=False, language_code=language_code)
        loyalty.follow_on_commit(user)
        return user


def create_checkout(
    channel: Channel,
    *,
    user: User | None,
    email: str,
    language_code: str,
    quantities: Mapping[int, int],
    address: Mapping[str, str] = NO_ADDRESS,
) -> Checkout:
    now = timezone.now()
    with transaction.atomic():
        checkout = Checkout.objects.create(
            channel=channel,
            user=user,
            email=(email or (user.email if user else "")).lower(),
            language_code=language_code,
            address=dict(address),
            created_at=now,
            updated_at=now,
        )
        set_lines(checkout, quantities, is_addition=True)
        _refresh_gift(checkout.pk)
    return checkout


@contextmanager
def changing(checkout_id: UUID) -> Iterator[Checkout]:
    """Lock the cart, let it be changed, then make vouchers, gifts and points true again, in one transaction."""
    with transaction.atomic():
        checkout = Checkout.objects.select_for_update().filter(pk=checkout_id).first()
        if checkout is None:
            raise Refused("NOT_FOUND", "There is no such checkout.", field="id")
        yield checkout
        checkout.updated_at = timezone.now()
        checkout.save()
        _drop_unmet_voucher(checkout.pk)
        _refresh_gift(checkout.pk)
        loyalty.refit(checkout.pk)


def set_lines(checkout: Checkout, quantities: Mapping[int, int], *, is_addition: bool) -> None:
    """Add to or set the quantities of variants; 0 removes the line."""
    sold = set(
        Variant.objects.filter(pk__in=quantities, listings__channel=checkout.channel).values_list("pk", flat=True)
    )
    for variant_id, quantity in quantities.items():
        if variant_id not in sold:
            raise Refused("UNAVAILABLE_VARIANT_IN_CHANNEL", "This is not sold here.", field="lines")
        if quantity < (1 if is_addition else 0):
            raise Refused("ZERO_QUANTITY", "The quantity must be positive.", field="quantity")
        key = {"checkout": checkout, "variant_id": variant_id, "is_gift": False}
        if quantity == 0:
            CheckoutLine.objects.filter(**key).delete()
            continue
        line, is_new = CheckoutLine.objects.get_or_create(
            **key, defaults={"quantity": quantity, "created_at": timezone.now()}
        )
        if not is_new:
            line.quantity = line.quantity + quantity if is_addition else quantity
            line.save(update_fields=["quantity"])


def add_voucher(checkout: Checkout, code: str) -> None:
    voucher = Voucher.objects.filter(channel=checkout.channel, code=code).first()
    cart = open_cart(checkout.pk)
    if voucher is None or cart is None or not voucher.is_usable(timezone.now()):
        raise Refused("INVALID", "Promo code is invalid.", field="promoCode")
    if cart.totals_without_points.subtotal < voucher.min_spent:
        raise Refused("VOUCHER_NOT_APPLICABLE", "Voucher is not applicable to this checkout.", field="promoCode")
    checkout.voucher = voucher


def complete_checkout(checkout_id: UUID, *, user: User | None) -> Order:
    """Make the order of the cart. Raises Refused, or LoyaltyException where points or the buyer stop it."""
    if user is not None:
        Checkout.objects.filter(pk=checkout_id, user=None).update(user=user)
    cart = _open(checkout_id)
    if not cart.lines:
        raise Refused("NO_LINES", "Cannot create an order without lines.")
    if not cart.email:
        raise Refused("EMAIL_NOT_SET", "Checkout email must be set.")
    loyalty.check_code(cart)
    loyalty.check(checkout_id, has_points=bool(cart.rows))
    with transaction.atomic():
        cart = _open(checkout_id, for_update=True)
        _use_voucher(cart)
        order = _write_order(cart)
        loyalty.commit(order, discount=cart.current_discount() if cart.counted_rows else None)
        cart.checkout.delete()
        loyalty.settle_on_commit(order)
    return order


def _use_voucher(cart: OpenCart) -> None:
    """Use a single-use voucher up, under the locks of all vouchers with its code. Raises Refused where it is used."""
    if cart.checkout.voucher is None or not cart.checkout.voucher.is_single_use:
        return
    code = cart.checkout.voucher.code
    vouchers = list(Voucher.objects.select_for_update().filter(code=code, is_single_use=True).order_by("pk"))
    if not vouchers or not all(voucher.is_usable(timezone.now()) for voucher in vouchers):
        raise Refused("VOUCHER_NOT_APPLICABLE", "Voucher is not applicable to this checkout.", field="voucherCode")
    Voucher.objects.filter(pk__in=[voucher.pk for voucher in vouchers]).update(is_used=True)


def _write_order(cart: OpenCart) -> Order:
    now = timezone.now()
    checkout, basket, totals, discount = cart.checkout, cart.basket, cart.totals, cart.current_discount()
    order = Order.objects.create(
        checkout_id=checkout.pk,
        channel=checkout.channel,
        user=checkout.user,
        email=cart.email,
        language_code=checkout.language_code,
        status="CONFIRMED" if checkout.channel.confirms_orders else "UNCONFIRMED",
        voucher_code=checkout.voucher.code if checkout.voucher else "",
        shipping_net=totals.shipping_net,
        shipping_gross=totals.shipping_gross,
        address=checkout.address,
        points_value=discount.value if discount else ZERO,
        created_at=now,
        updated_at=now,
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            variant=line.variant,
            facts=freeze_line(facts, at=now),
            product_name=line.variant.product.name,
            quantity=line.quantity,
            net=totals.lines[facts.id].net,
            gross=totals.lines[facts.id].gross,
            points_row=cart.counted_rows.get(facts.id, ZERO),
        )
        for line, facts in zip(cart.lines, basket.lines, strict=True)
    )
    return order


@contextmanager
def changing_order(order_id: int) -> Iterator[Order]:
    """Lock the order, let it be changed, and settle its points when that is committed."""
    with transaction.atomic():
        order = Order.objects.select_for_update().filter(pk=order_id).first()
        if order is None:
            raise Refused("NOT_FOUND", "There is no such order.", field="id")
        yield order
        order.updated_at = timezone.now()
        order.save()
        loyalty.settle_on_commit(order)


def fulfill(order: Order, quantities: Mapping[int, int] | None, *, needs_approval: bool = False) -> Fulfillment:
    """Deliver the quantities by order line, or with None all that is left."""
    if order.status != "CONFIRMED":
        raise Refused("CANNOT_FULFILL", "Only a confirmed order can be fulfilled.")
    left = quantities_left(order)
    wanted = {pk: quantity for pk, quantity in (left if quantities is None else quantities).items() if quantity}
    if not wanted or any(quantity < 0 or quantity > left.get(pk, 0) for pk, quantity in wanted.items()):
        raise Refused("FULFILL_ORDER_LINE", "That is not left to fulfil.", field="lines")
    status = FulfillmentStatus.WAITING_FOR_APPROVAL if needs_approval else FulfillmentStatus.FULFILLED
    return write_fulfillment(order, wanted, status)


def cancel_fulfillment(fulfillment: Fulfillment) -> Fulfillment:
    if fulfillment.status not in (FulfillmentStatus.FULFILLED, FulfillmentStatus.WAITING_FOR_APPROVAL):
        raise Refused("CANNOT_CANCEL_FULFILLMENT", "This fulfilment does not stand.")
    fulfillment.status = FulfillmentStatus.CANCELED
    fulfillment.save(update_fields=["status"])
    return fulfillment


def approve_fulfillment(fulfillment: Fulfillment) -> Fulfillment:
    if fulfillment.status != FulfillmentStatus.WAITING_FOR_APPROVAL:
        raise Refused("INVALID", "This fulfilment does not wait for approval.")
    fulfillment.status = FulfillmentStatus.FULFILLED
    fulfillment.save(update_fields=["status"])
    return fulfillment


def cancel_order(order: Order) -> None:
    standing = (FulfillmentStatus.FULFILLED, FulfillmentStatus.WAITING_FOR_APPROVAL, *GIVEN_BACK)
    if order.status == "CANCELED" or order.fulfillments.filter(status__in=standing).exists():
        raise Refused("CANNOT_CANCEL_ORDER", "This order cannot be cancelled.")
    order.status = "CANCELED"


def quantities_left(order: Order) -> dict[int, int]:
    """Return by order line what is in no fulfilment that stands, waits or was refunded."""
    taken = FulfillmentLine.objects.filter(order_line__order=order).exclude(
        fulfillment__status=FulfillmentStatus.CANCELED
    )
    sums = dict(taken.values_list("order_line").annotate(Sum("quantity")).order_by())
    return {line.pk: line.quantity - sums.get(line.pk, 0) for line in order.lines.all()}


def write_fulfillment(order: Order, quantities: Mapping[int, int], status: str) -> Fulfillment:
    fulfillment = Fulfillment.objects.create(order=order, status=status, created_at=timezone.now())
    FulfillmentLine.objects.bulk_create(
        FulfillmentLine(fulfillment=fulfillment, order_line_id=pk, quantity=quantity)
        for pk, quantity in quantities.items()
    )
    return fulfillment


def _open(checkout_id: UUID, *, for_update: bool = False) -> OpenCart:
    cart = open_cart(checkout_id, for_update=for_update)
    if cart is None:
        raise Refused("NOT_FOUND", "There is no such checkout.", field="id")
    return cart


def _drop_unmet_voucher(checkout_id: UUID) -> None:
    cart = _open(checkout_id)
    voucher = cart.checkout.voucher
    if voucher and cart.totals_without_points.subtotal < voucher.min_spent:
        Checkout.objects.filter(pk=checkout_id).update(voucher=None)


def _refresh_gift(checkout_id: UUID) -> None:
    """Put the gift of the first promotion that the cart qualifies for on it, or take it off."""
    cart = _open(checkout_id)
    promotions = OrderPromotion.objects.filter(channel=cart.checkout.channel, is_active=True, gift__isnull=False)
    earned = None
    if cart.checkout.voucher is None:
        earned = promotions.filter(min_subtotal__lte=cart.totals_without_points.subtotal).first()
    gifts = CheckoutLine.objects.filter(checkout_id=checkout_id, is_gift=True)
    gifts.exclude(variant=earned.gift if earned else None).delete()
    if earned and len(cart.lines) > 0:
        gifts.get_or_create(
            checkout_id=checkout_id,
            variant=earned.gift,
            is_gift=True,
            defaults={"quantity": 1, "created_at": timezone.now()},
        )
