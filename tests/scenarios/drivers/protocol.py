"""What a story may ask of a shop, whichever host stands behind it.

A driver speaks to its shop over GraphQL, as a storefront or the Dashboard would; only what has no GraphQL operation
(setting the scene, letting time pass) goes past it. Everything that a driver returns was read over GraphQL.

- Customers are known by their e-mail, variants by their SKU, checkouts and orders by their global id.
- All money is gross, in major units of the channel's currency. The channel enters prices with tax.
- ``by`` is who is asking: a customer's e-mail, ``STAFF`` (with every permission, MANAGE_LOYALTY among them),
  ``STAFF_WITHOUT_PERMISSION``, or None for somebody anonymous.
- A refusal is not an exception: its codes stand in ``errors``. A driver raises AssertionError where an operation
  fails that a story did not expect to be refused (scene setting, payment, fulfilment).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

STAFF = "staff@example.com"
STAFF_WITHOUT_PERMISSION = "clerk@example.com"
STREET = "Tęczowa 7"


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One entry of a mutation's ``errors``."""

    code: str
    field: str | None = None
    message: str = ""
    max_points: int | None = None
    min_points: int | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a loyalty mutation or a completion answered."""

    errors: tuple[Refusal, ...] = ()
    order: str | None = None
    """The id of the order that a completion made."""
    pending: int | None = None
    """``order.loyalty.pending`` in the very answer of a completion."""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(error.code for error in self.errors)


@dataclass(frozen=True, kw_only=True)
class CheckoutState:
    """``Checkout`` and its ``loyalty``."""

    total: Decimal
    """With shipping."""
    subtotal: Decimal
    line_totals: Mapping[str, Decimal]
    """By SKU; a gift line is not in it."""
    points_to_earn: int
    applied_points: int
    applied_value: Decimal
    max_points: int | None
    """None where no redemption is shown to whoever asked."""
    blocked_code: str | None
    voucher_code: str | None
    messages: tuple[str, ...] = ()
    """The codes of ``loyalty.messages``, in order."""


@dataclass(frozen=True, kw_only=True)
class OrderState:
    """``Order`` and its ``loyalty``."""

    total: Decimal
    status: str
    """Saleor's names: UNFULFILLED, PARTIALLY_FULFILLED, FULFILLED, CANCELED, UNCONFIRMED …"""
    line_ids: Mapping[str, str]
    """By SKU."""
    earned: int
    pending: int
    redeemed: int
    redeemed_value: Decimal
    reversed: int
    returned: int


@dataclass(frozen=True, kw_only=True)
class AccountState:
    """``me { loyaltyAccount { points } }``."""

    available: int
    balance: int
    pending: int
    reserved: int
    debt: int
    earned: int
    redeemed: int
    revision: int


@dataclass(frozen=True, kw_only=True)
class Movement:
    """One ledger row as the customer reads it."""

    type: str
    points: int
    balance: int


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A raw GraphQL answer."""

    data: Mapping[str, Any] | None
    errors: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


class ShopDriver(Protocol):
    """A shop with one channel, a flat shipping price of 10.00, and nobody and nothing in it yet."""

    channel: str
    currency: str

    # --- the scene -------------------------------------------------------------------------------------------------

    def publish_program(self, rules: Mapping[str, Any], *, slug: str = "club", name: str = "Club") -> None:
        """Publish the rules (a second call: the next version) and make the program active."""

    def pause_program(self, *, slug: str = "club") -> None: ...

    def add_product(
        self, sku: str, *, price: Decimal, category: str | None = None, collections: Sequence[str] = ()
    ) -> None:
        """Add a product (slug = SKU in lower case) with one variant; makes the category and collections by slug."""

    def change_price(self, sku: str, *, price: Decimal) -> None: ...

    def put_on_promotion(self, sku: str, *, price: Decimal) -> None:
        """Start a catalogue promotion that sells the variant at ``price``."""

    def add_voucher(
        self,
        code: str,
        *,
        percent: Decimal | None = None,
        amount: Decimal | None = None,
        min_spent: Decimal | None = None,
    ) -> None:
        """Add an entire-order voucher: either ``percent`` or ``amount``."""

    def add_gift_promotion(self, *, gift_sku: str, min_subtotal: Decimal) -> None: ...

    def add_order_promotion(self, *, percent: Decimal, min_subtotal: Decimal) -> None: ...

    def add_customer(self, email: str, *, is_confirmed: bool = True, language_code: str = "en") -> None: ...

    def register(self, email: str) -> None:
        """Somebody registers; nothing is proved yet."""

    def confirm_account(self, email: str) -> None:
        """The customer confirms the e-mail address, by what was sent to it."""

    # --- the checkout ----------------------------------------------------------------------------------------------

    def start_checkout(
        self,
        lines: Mapping[str, int],
        *,
        by: str | None,
        email: str | None = None,
        language_code: str = "en",
        street: str = STREET,
    ) -> str:
        """Create a checkout (the customer's own, or a guest's with ``email``) with addresses and delivery chosen.
        Everybody lives in the same street, where nothing else is said."""

    def add_lines(self, checkout: str, lines: Mapping[str, int], *, by: str | None) -> None: ...

    def set_quantity(self, checkout: str, sku: str, quantity: int, *, by: str | None) -> None:
        """Set a line's quantity; 0 removes the line."""

    def add_promo_code(self, checkout: str, code: str, *, by: str | None) -> Outcome: ...

    def remove_promo_code(self, checkout: str, code: str, *, by: str | None) -> None: ...

    def attach_customer(self, checkout: str, *, by: str) -> None: ...

    def detach_customer(self, checkout: str, *, by: str) -> None: ...

    def apply_points(
        self, checkout: str, points: int, *, by: str | None, idempotency_key: str | None = None
    ) -> Outcome: ...

    def remove_points(self, checkout: str, *, by: str | None) -> Outcome: ...

    def read_checkout(self, checkout: str, *, by: str | None, points: int | None = None) -> CheckoutState:
        """Read the checkout; ``points`` is what ``redemption(points:)`` is asked for."""

    def let_reservation_lapse(self, checkout: str) -> None:
        """Let the time of the checkout's open reservation pass."""

    def complete(self, checkout: str, *, by: str | None, is_paid: bool = False) -> Outcome:
        """Make the order of it; ``is_paid`` pays its total before."""

    # --- the order -------------------------------------------------------------------------------------------------

    def pay(self, order: str) -> None: ...

    def fulfill(self, order: str, quantities: Mapping[str, int] | None = None) -> str:
        """Fulfil the quantities by SKU, or all that is left. Returns the id of the fulfilment."""

    def cancel_fulfillment(self, fulfillment: str) -> None: ...

    def cancel_order(self, order: str) -> None: ...

    def hold_new_orders(self) -> None:
        """From now on new orders wait for staff to confirm them."""

    def confirm_order(self, order: str) -> None: ...

    def set_line_quantity(self, order: str, sku: str, quantity: int) -> None:
        """Edit an order that is not confirmed; 0 deletes the line."""

    def refund_lines(self, order: str, quantities: Mapping[str, int]) -> None:
        """Pay delivered quantities by SKU back."""

    def refund_amount(self, order: str, amount: Decimal) -> None:
        """Pay money back for no line in particular."""

    def refund_shipping(self, order: str) -> None: ...

    def return_lines(self, order: str, quantities: Mapping[str, int]) -> None:
        """Take delivered quantities back without money."""

    def promise_refund(self, order: str, quantities: Mapping[str, int]) -> None:
        """Grant a refund that is never paid; nothing at all in a shop that has no such thing."""

    def read_order(self, order: str, *, by: str | None) -> OrderState | None:
        """None where ``loyalty`` is null for whoever asked."""

    def step_referrals(self, *, days: int = 0) -> None:
        """Run the periodic task of referrals, as so many days from now."""

    def let_days_pass(self, email: str, days: int) -> None:
        """Let the customer's points expire so many days sooner, as if these had passed. No task runs."""

    def reconcile(self) -> None:
        """Run the nightly reconciliation now."""

    # --- the account -----------------------------------------------------------------------------------------------

    def read_account(self, email: str) -> AccountState:
        """Read the account as its owner."""

    def read_movements(self, email: str) -> list[Movement]:
        """Read the owner's transactions, oldest first."""

    def give_points(
        self,
        email: str,
        points: int,
        *,
        reason: str = "a present",
        idempotency_key: str | None = None,
        by: str = STAFF,
    ) -> Outcome: ...

    def deduct_points(
        self,
        email: str,
        points: int,
        *,
        reason: str = "a mistake",
        idempotency_key: str | None = None,
        by: str = STAFF,
    ) -> Outcome: ...

    def set_balance(
        self,
        email: str,
        points: int,
        *,
        expected_revision: int | None = None,
        reason: str = "counted anew",
        idempotency_key: str | None = None,
        by: str = STAFF,
    ) -> Outcome: ...

    def audit_findings(self) -> list[str]:
        """The codes of what an audit finds that is begun now; empty where points moved exactly once."""

    def query(self, document: str, variables: Mapping[str, Any] | None = None, *, by: str | None) -> Answer:
        """Send any GraphQL document."""

    def query_with_file(
        self, document: str, variables: Mapping[str, Any], *, file: bytes, place: str, by: str | None
    ) -> Answer:
        """Send a GraphQL document with a file in the place of a variable, as ``input.file``."""
