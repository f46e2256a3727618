"""The checkout: what may be spent there, putting points on it, keeping them true, and taking them with the order.

One verb a file. Every verb opens the checkout through the host; points are moved by ``ledger/`` alone. Order of locks:
the host's checkout → the account → the reservation → the lots.
"""

from .apply_points import apply_points
from .check_redemption import check_redemption
from .clamp import clamp_value
from .commit_redemption import commit_redemption
from .fitting import CheckoutRedemption
from .quote_redemption import may_see_redemption, quote_checkout, quote_checkouts
from .refit_redemption import refit_redemption
from .release_checkout import release_checkout
from .remove_points import remove_points

__all__ = [
    "CheckoutRedemption",
    "apply_points",
    "check_redemption",
    "clamp_value",
    "commit_redemption",
    "may_see_redemption",
    "quote_checkout",
    "quote_checkouts",
    "refit_redemption",
    "release_checkout",
    "remove_points",
]
