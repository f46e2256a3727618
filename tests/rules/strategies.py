"""Hypothesis strategies: baskets of any kind, and rules documents that are valid for them."""

from decimal import Decimal

from hypothesis import strategies as st

from saleor_loyalty.basket import Basket, BasketLine, CustomerFacts
from saleor_loyalty.rules import minor_unit, parse_rules

from .builders import AT, conversion, document, fixed, listing, redemption

CURRENCIES = ("ILS", "JPY", "KWD")
CATEGORIES = ("root", "middle", "leaf")
COLLECTIONS = ("summer", "winter", "new")


def baskets(lines_max=6):
    return st.sampled_from(CURRENCIES).flatmap(lambda currency: _baskets_in(currency, lines_max))


@st.composite
def _baskets_in(draw, currency, lines_max):
    unit = minor_unit(currency)
    lines = [draw(_lines(str(number), unit)) for number in range(draw(st.integers(0, lines_max)))]
    shipping = draw(st.integers(0, 5_000)) * unit
    return Basket(
        currency=currency,
        channel="default",
        prices_entered_with_tax=draw(st.booleans()),
        lines=tuple(lines),
        shipping_net=shipping,
        shipping_gross=shipping,
        customer=CustomerFacts(
            user_id=draw(st.none() | st.integers(1, 9)),
            email=draw(st.sampled_from(["", "a@example.com"])),
            member_status=draw(st.sampled_from(["MEMBER", "PENDING", "VISITOR"])),
            labels=tuple(draw(st.lists(st.sampled_from(["vip", "new"]), unique=True))),
        ),
        at=AT,
    )


@st.composite
def _lines(draw, line_id, unit):
    net = draw(st.integers(0, 50_000))
    tax = draw(st.integers(0, 10_000))
    redeemed = draw(st.integers(0, net))
    quantity = draw(st.integers(1, 7))
    flags = {
        name: draw(st.integers(0, 5)) == 0
        for name in ("has_automatic_discount", "has_voucher", "has_buy_x_get_y", "is_gift", "is_gift_card")
    }
    return BasketLine(
        id=line_id,
        product_id=line_id,
        variant_id=line_id,
        product_slug=f"product-{line_id}",
        variant_sku=f"sku-{line_id}",
        category_slugs=CATEGORIES[: draw(st.integers(0, 3))],
        collection_slugs=tuple(draw(st.lists(st.sampled_from(COLLECTIONS), unique=True, max_size=2))),
        quantity=quantity,
        unit_price=(net + tax) * unit / quantity,
        net=net * unit,
        gross=(net + tax) * unit,
        redeemed_net=redeemed * unit,
        redeemed_gross=redeemed * unit,
        **flags,
    )


combinations = st.fixed_dictionaries(
    {name: st.booleans() for name in ("withCoupons", "withAutomaticDiscounts", "withBuyXGetY")}
)

scopes = st.one_of(
    st.just({"type": "SHOP"}),
    *(
        st.lists(st.sampled_from(slugs), min_size=1, max_size=3, unique=True).map(
            lambda chosen, type=type: {"type": type, "slugs": chosen}
        )
        for type, slugs in {
            "CATEGORY": CATEGORIES,
            "COLLECTION": COLLECTIONS,
            "PRODUCT": ("product-0", "product-1", "product-2"),
            "VARIANT": ("sku-0", "sku-1", "sku-2"),
        }.items()
    ),
)


@st.composite
def _earning_rules(draw, number):
    more = {
        "scope": draw(scopes),
        "combination": draw(combinations),
        "taxMode": draw(st.sampled_from(["BEFORE_TAX", "AFTER_TAX"])),
        "priority": draw(st.integers(-2, 2)),
    }
    points = draw(st.integers(1, 500))
    if draw(st.booleans()):
        more["maxPointsPerOrder"] = points + draw(st.integers(0, 5_000))
    if draw(st.booleans()):
        return fixed(f"fixed-{number}", points, **more)
    return conversion(f"earn-{number}", points, amountStep=draw(st.integers(1, 20)), **more)


@st.composite
def _redemption_rules(draw):
    more = {
        "scope": draw(scopes),
        "combination": draw(combinations),
        "overLimit": draw(st.sampled_from(["BLOCK", "CLAMP"])),
    }
    type = draw(st.sampled_from(["VARIABLE_VALUE", "VARIABLE_PERCENT", "FIXED"]))
    points = draw(st.integers(1, 300))
    if type == "VARIABLE_PERCENT":
        more["maxPercent"] = draw(st.integers(1, 90))
    elif draw(st.booleans()):
        more["maxPercent"] = draw(st.integers(1, 100))
    if type == "VARIABLE_VALUE":
        if draw(st.booleans()):
            more["step"] = points * draw(st.integers(1, 3))
        low = draw(st.integers(1, 5)) * more.get("step", points)
        if draw(st.booleans()):
            more["minPoints"] = low
        if draw(st.booleans()):
            more["maxPoints"] = low * draw(st.integers(1, 6))
    return redemption(type, points=points, value=draw(st.integers(1, 50)), **more)


@st.composite
def rules_for(draw, currency, *, earning_max=5, with_redemption=True):
    """Valid rules for the channel "default" in this currency."""
    return parse_rules(
        document(
            channels=[listing(currency=currency)],
            earning=[draw(_earning_rules(number)) for number in range(draw(st.integers(0, earning_max)))],
            redemption=[draw(_redemption_rules())] if with_redemption else [],
            earnOnRedeemed=draw(st.booleans()),
            guestEarning=draw(st.sampled_from(["NONE", "PENDING_UNTIL_JOINED"])),
        )
    )


@st.composite
def baskets_with_rules(draw, **more):
    cart = draw(baskets())
    return cart, draw(rules_for(cart.currency, **more))


amounts = st.integers(0, 10_000_00).map(lambda cents: Decimal(cents) / 100)
