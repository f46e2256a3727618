"""The shop's tables."""

from .catalogue import Category, Channel, Collection, Listing, Product, Variant
from .checkout import Checkout, CheckoutLine, LinePoints
from .order import GIVEN_BACK, Fulfillment, FulfillmentLine, FulfillmentStatus, Order, OrderLine
from .people import App, User, UserManager
from .sales import OrderPromotion, Voucher

__all__ = [
    "GIVEN_BACK",
    "App",
    "Category",
    "Channel",
    "Checkout",
    "CheckoutLine",
    "Collection",
    "Fulfillment",
    "FulfillmentLine",
    "FulfillmentStatus",
    "LinePoints",
    "Listing",
    "Order",
    "OrderLine",
    "OrderPromotion",
    "Product",
    "User",
    "UserManager",
    "Variant",
    "Voucher",
]
