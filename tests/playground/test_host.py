"""The playground keeps the promises of the port."""

from __future__ import annotations

import datetime
import inspect
import uuid
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from playground import refunds, shop
from playground.host import PlaygroundHost
from playground.models import (
    Category,
    Channel,
    Checkout,
    Listing,
    Order,
    OrderPromotion,
    Product,
    User,
    Variant,
    Voucher,
)
from saleor_loyalty.host import Ceiling, CheckoutHandle, Host, OrderFacts
from saleor_loyalty.programs import create_program, pause_program, publish_draft, update_draft
from tests.address_cases import MEANT, STORED

D = Decimal
HOST = PlaygroundHost()
RULES = {
    "schemaVersion": 1,
    "channels": [{"key": "main", "channel": "main", "currency": "USD"}],
    "earning": [{"key": "base", "name": "Base", "type": "CONVERSION_RATE", "points": 1}],
}


@pytest.fixture
def channel(db):
    return Channel.objects.create(slug="main", name="Main", currency="USD", tax_rate=D("0.23"), shipping_price=D(10))


@pytest.fixture
def program(channel):
    """Rows of points count only while a program is active in the channel."""
    at = timezone.now()
    made = create_program(name="Club", slug="club", at=at)
    update_draft(made.pk, data=RULES, at=at)
    publish_draft(made.pk, at=at)
    return made


def add_variant(channel: Channel, sku: str, price: str, *, category: Category | None = None) -> Variant:
    product = Product.objects.create(slug=sku.lower(), name=sku, category=category)
    variant = Variant.objects.create(product=product, sku=sku)
    Listing.objects.create(variant=variant, channel=channel, price=D(price))
    return variant


def fill(channel: Channel, quantities: dict[Variant, int], *, user: User | None = None) -> Checkout:
    return shop.create_checkout(
        channel,
        user=user,
        email="guest@example.com",
        language_code="en",
        quantities={variant.pk: quantity for variant, quantity in quantities.items()},
    )


def opened(checkout: Checkout) -> CheckoutHandle:
    handle = HOST.open_checkout(str(checkout.pk), for_update=False)
    assert handle is not None
    return handle


def line_ids(handle: CheckoutHandle) -> list[str]:
    return [line.id for line in handle.basket.lines]


@pytest.mark.parametrize("protocol", [Host])
def test_every_member_of_the_port_is_there_with_its_parameters(protocol):
    for name, member in inspect.getmembers(protocol, inspect.isfunction):
        if not name.startswith("_"):
            own = inspect.signature(getattr(PlaygroundHost, name))
            assert list(own.parameters) == list(inspect.signature(member).parameters), name
    assert set(Host.__annotations__) <= set(dir(PlaygroundHost))


def test_unknown_and_malformed_ids_are_gone_not_errors(db):
    for key in (str(uuid.uuid4()), "x", "", "1"):
        assert HOST.open_checkout(key, for_update=False) is None
    for key in ("999", "x", "", "9" * 40, str(uuid.uuid4())):
        assert HOST.order_facts(key) is None
    assert HOST.graphql_roots("Checkout", ["x", str(uuid.uuid4())]) == {}
    assert HOST.graphql_roots("Order", ["x", "7"]) == {}
    assert HOST.checkouts(["x"]) == {}


def test_a_checkout_is_pictured_without_points(channel):
    home = Category.objects.create(slug="home", name="Home")
    kitchen = Category.objects.create(slug="kitchen", name="Kitchen", parent=home)
    cup = add_variant(channel, "CUP", "12.30", category=kitchen)
    user = User.objects.create_user("nora@example.com")
    handle = opened(fill(channel, {cup: 2}, user=user))
    line = handle.basket.lines[0]
    assert (handle.user_id, handle.email, handle.channel, handle.currency) == (user.pk, user.email, "main", "USD")
    assert (line.product_slug, line.variant_sku, line.category_slugs) == ("cup", "CUP", ("home", "kitchen"))
    assert (line.net, line.gross, line.unit_price, line.quantity) == (D("20.00"), D("24.60"), D("12.30"), 2)
    assert handle.basket.customer.member_status == "MEMBER"
    assert handle.current_discount() is None


def test_rows_take_exactly_the_value_off_and_go_again(channel, program):
    cup, plate = add_variant(channel, "CUP", "10"), add_variant(channel, "PLATE", "10")
    checkout = fill(channel, {cup: 3, plate: 1})
    handle = opened(checkout)
    applied = handle.put_discount(D(7), line_ids(handle), name="Points", reason="700 points")
    assert (applied.value, applied.rows, sum(applied.shares.values())) == (D(7), D(7), D(7))
    again = opened(checkout)
    assert again.current_discount() == applied
    assert again.totals.subtotal == D(33)
    assert sum(line.redeemed_gross for line in again.basket.lines) == D(7)
    assert sum(line.gross for line in again.basket.lines) == D(40)
    again.take_discount_off()
    assert again.current_discount() is None
    assert opened(checkout).totals.subtotal == D(40)


@pytest.mark.parametrize(("percent", "amount", "rows"), [(D(10), None, D("7.78")), (None, D(10), D(7))])
def test_with_a_voucher_the_total_still_falls_by_the_value(channel, percent, amount, rows, program):
    cup = add_variant(channel, "CUP", "50")
    checkout = fill(channel, {cup: 1})
    checkout.voucher = Voucher.objects.create(channel=channel, code="V", percent=percent, amount=amount)
    checkout.save()
    handle = opened(checkout)
    before = handle.totals.subtotal_gross
    assert handle.put_discount(D(7), line_ids(handle), name="P", reason="P").rows == rows
    assert before - opened(checkout).totals.subtotal_gross == D(7)


def test_a_value_above_the_ceiling_is_a_programming_error_and_writes_nothing(channel):
    checkout = fill(channel, {add_variant(channel, "CUP", "10"): 1})
    handle = opened(checkout)
    for value in (D("10.01"), D(0), D(-1)):
        with pytest.raises(ValueError, match="ask ceiling first"):
            handle.put_discount(value, line_ids(handle), name="P", reason="P")
    assert opened(checkout).current_discount() is None


def test_the_ceiling_is_the_lines_and_names_no_reason(channel):
    cup, plate = add_variant(channel, "CUP", "10"), add_variant(channel, "PLATE", "30")
    handle = opened(fill(channel, {cup: 1, plate: 1}))
    cup_line = next(line.id for line in handle.basket.lines if line.variant_sku == "CUP")
    assert handle.ceiling(D(25), line_ids(handle)) == Ceiling(value=D(25))
    assert handle.ceiling(D(25), [cup_line]) == Ceiling(value=D(10))


def test_the_ceiling_keeps_a_voucher_above_its_threshold(channel):
    checkout = fill(channel, {add_variant(channel, "CUP", "50"): 1})
    checkout.voucher = Voucher.objects.create(channel=channel, code="V", amount=D(5), min_spent=D(45))
    checkout.save()
    handle = opened(checkout)
    assert handle.ceiling(D(5), line_ids(handle)) == Ceiling(value=D(5))
    assert handle.ceiling(D(7), line_ids(handle)) == Ceiling(value=D(5), reason="VOUCHER_THRESHOLD")


def test_the_ceiling_keeps_a_promotion_and_a_gift(channel):
    cup, gift = add_variant(channel, "CUP", "50"), add_variant(channel, "GIFT", "9")
    OrderPromotion.objects.create(channel=channel, name="Gift", gift=gift, min_subtotal=D(40))
    handle = opened(fill(channel, {cup: 1}))
    gift_line = next(line for line in handle.basket.lines if line.is_gift)
    assert (gift_line.gross, all(line.has_buy_x_get_y for line in handle.basket.lines)) == (D("0.00"), True)
    assert handle.ceiling(D(20), line_ids(handle)) == Ceiling(value=D(10), reason="GIFT_THRESHOLD")
    OrderPromotion.objects.create(channel=channel, name="Sale", percent=D(10), min_subtotal=D(45))
    handle = opened(Checkout.objects.get())
    assert all(line.has_automatic_discount for line in handle.basket.lines)
    assert handle.ceiling(D(20), line_ids(handle)) == Ceiling(value=D("4.50"), reason="PROMOTION_THRESHOLD")


def test_no_line_falls_below_zero_when_a_price_falls_after_the_fit(channel, program):
    cup, plate = add_variant(channel, "CUP", "10"), add_variant(channel, "PLATE", "30")
    checkout = fill(channel, {cup: 1, plate: 1})
    handle = opened(checkout)
    handle.put_discount(D(40), line_ids(handle), name="P", reason="P")
    Listing.objects.filter(variant=plate).update(price=D(5))
    assert [line.gross for line in opened(checkout).totals.lines.values()] == [D("0.00"), D("0.00")]
    assert opened(checkout).current_discount().value == D(15)


def test_rows_count_nothing_while_the_package_or_the_program_is_off(channel, program, settings):
    checkout = fill(channel, {add_variant(channel, "CUP", "10"): 1})
    handle = opened(checkout)
    handle.put_discount(D(5), line_ids(handle), name="P", reason="P")
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = False
    assert opened(checkout).totals.subtotal == D(10)
    assert opened(checkout).current_discount().value == D(0)
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = True
    assert opened(checkout).totals.subtotal == D(5)
    pause_program(program.pk, at=timezone.now())
    assert opened(checkout).totals.subtotal == D(10)


def test_opening_for_update_locks_the_row(channel):
    checkout = fill(channel, {add_variant(channel, "CUP", "10"): 1})
    with (
        CaptureQueriesContext(
            connection,
        ) as queries,
        transaction.atomic(),
    ):
        HOST.open_checkout(str(checkout.pk), for_update=True)
    assert 'FOR UPDATE OF "playground_checkout"' in "".join(query["sql"] for query in queries)


def test_many_checkouts_and_baskets_take_a_constant_number_of_statements(channel):
    variants = [add_variant(channel, f"V{number}", "10") for number in range(20)]
    checkouts = [fill(channel, {variant: 1}) for variant in variants]

    def count(size: int) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as opening:
            assert len(HOST.checkouts([str(checkout.pk) for checkout in checkouts[:size]])) == size
        with CaptureQueriesContext(connection) as offering:
            found = HOST.product_baskets(variants[:size], channel="main", customer=None, at=timezone.now())
            assert [basket.lines[0].gross for basket in found] == [D("10.00")] * size
        return len(opening), len(offering)

    assert count(1) == count(20)


def test_a_product_is_offered_at_its_cheapest_variant_and_only_where_it_is_sold(channel):
    variant = add_variant(channel, "CUP", "10")
    cheaper = Variant.objects.create(product=variant.product, sku="CUP-S")
    Listing.objects.create(variant=cheaper, channel=channel, price=D(12), promotion_price=D(8))
    elsewhere = Variant.objects.create(product=variant.product, sku="CUP-X")
    at = timezone.now()
    found = HOST.product_baskets([variant.product, variant, elsewhere], channel="main", customer=None, at=at)
    assert [basket and basket.lines[0].variant_sku for basket in found] == ["CUP-S", "CUP", None]
    assert (found[0].lines[0].gross, found[0].lines[0].has_automatic_discount) == (D("8.00"), True)
    assert HOST.product_baskets([variant], channel="nowhere", customer=None, at=at) == [None]


def test_an_order_is_pictured_as_it_is_now(channel):
    user = User.objects.create_user("nora@example.com", is_confirmed=False)
    cup = add_variant(channel, "CUP", "10")
    checkout = fill(channel, {cup: 3}, user=user)
    order = shop.complete_checkout(checkout.pk, user=user)
    line = order.lines.get()

    def facts() -> OrderFacts:
        found = HOST.order_facts(str(order.pk))
        assert found is not None
        return found

    assert (facts().status, facts().is_charged_in_full, facts().fulfilled) == ("CONFIRMED", False, {})
    assert (facts().checkout_id, facts().ordered, facts().discount) == (str(checkout.pk), {str(line.pk): 3}, None)
    assert facts().basket.lines[0].gross == D("30.00")
    assert facts().basket.customer.member_status == "PENDING"
    with shop.changing_order(order.pk) as row:
        standing = shop.fulfill(row, {line.pk: 2})
        waiting = shop.fulfill(row, {line.pk: 1}, needs_approval=True)
    assert facts().fulfilled == {str(line.pk): 2}
    with shop.changing_order(order.pk):
        shop.approve_fulfillment(waiting)
    assert facts().fulfilled == {str(line.pk): 3}
    with shop.changing_order(order.pk) as row:
        refunds.refund_lines(row, {line.pk: 1})
    assert facts().fulfilled == {str(line.pk): 2}
    with shop.changing_order(order.pk) as row, pytest.raises(shop.Refused):
        shop.cancel_order(row)
    with shop.changing_order(order.pk):
        standing.refresh_from_db()
        shop.cancel_fulfillment(standing)
    assert facts().fulfilled == {}


def test_an_order_that_was_paid_stays_charged_in_full_when_it_is_refunded(channel):
    # given
    cup = add_variant(channel, "CUP", "10")
    order = shop.complete_checkout(fill(channel, {cup: 3}).pk, user=None)
    line = order.lines.get()
    with shop.changing_order(order.pk) as row:
        row.is_paid = True
        shop.fulfill(row, None)

    for refunded, quantity in (("10", 1), ("30", 2)):
        # when
        with shop.changing_order(order.pk) as row:
            refunds.refund_lines(row, {line.pk: quantity})

        # then
        facts = HOST.order_facts(str(order.pk))
        assert facts is not None
        assert (Order.objects.get().refunded, facts.is_charged_in_full) == (D(refunded), True)


def test_changed_orders_come_in_order_and_past_the_mark(channel):
    cup = add_variant(channel, "CUP", "10")
    orders = [shop.complete_checkout(fill(channel, {cup: 1}).pk, user=None) for _ in range(3)]
    moment = timezone.now()
    Order.objects.update(updated_at=moment)
    keys = [str(order.pk) for order in orders]
    assert HOST.changed_orders(since=moment, after_id="", limit=2) == [(moment, keys[0]), (moment, keys[1])]
    assert HOST.changed_orders(since=moment, after_id=keys[1], limit=2) == [(moment, keys[2])]
    assert HOST.changed_orders(since=moment + datetime.timedelta(seconds=1), after_id="", limit=2) == []


def test_users_are_found_by_each_word_of_their_name_or_address(db):
    nora = User.objects.create_user("nora@example.com", first_name="Nora", last_name="Levi")
    User.objects.create_user("omar@example.com", first_name="Omar", last_name="Levi")
    assert list(HOST.search_users("levi NOR")) == [nora.pk]
    assert HOST.users([nora.pk, 0]).keys() == {nora.pk}


def test_an_address_means_the_same_person_as_on_every_host(db, django_assert_num_queries):
    keys = {address: User.objects.create(email=address, is_confirmed=True).pk for address in STORED}
    meant = {asked: keys[address] for asked, address in MEANT.items() if address is not None}

    with django_assert_num_queries(2):
        assert PlaygroundHost().find_users("email", MEANT) == meant
        assert PlaygroundHost().owners_of_emails(MEANT) == meant
    User.objects.update(is_confirmed=False)
    assert PlaygroundHost().owners_of_emails(MEANT) == {}
    assert PlaygroundHost().find_users("external_reference", MEANT) == {}


def test_a_private_file_is_kept_until_it_is_deleted():
    storage = HOST.private_storage()
    name = storage.save(f"{uuid.uuid4()}/rows.csv", ContentFile(b"a,b\r\n"))
    with storage.open(name) as file:
        assert file.read() == b"a,b\r\n"
    storage.delete(name)
    assert not storage.exists(name)
