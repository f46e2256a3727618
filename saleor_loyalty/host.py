"""The port: all that the package needs of the shop around it.

The domain and the GraphQL layer know the host only through these Protocols. The implementation is found by the
dotted path in ``LOYALTY_HOST`` (default: ``saleor_loyalty.adapter.host.SaleorHost``). There is no sniffing and no
conditional import: a wrong path fails at start.

Two objects cross the boundary for the two host aggregates: a ``CheckoutHandle`` (an opened, usually locked checkout
on which discount rows can be put) and ``OrderFacts`` (a frozen picture of an order as it is now).
Ids of the host (orders, checkouts, channels, products) are text; user ids are integers, apps' ids are integers.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, Protocol

from django.utils.module_loading import import_string

from . import app_settings
from .basket import Basket
from .reward_terms import IssuedReward, RewardState, RewardTerms

if TYPE_CHECKING:
    from django.core.files.storage import Storage
    from django.db.models import QuerySet


@dataclass(frozen=True, kw_only=True, slots=True)
class Requester:
    """Who is asking. An anonymous requester has neither id."""

    user_id: int | None = None
    app_id: int | None = None
    is_staff: bool = False
    can_manage_loyalty: bool = False
    can_manage_users: bool = False
    can_manage_orders: bool = False
    can_manage_checkouts: bool = False
    channels: frozenset[str] | None = None
    """The slugs of the channels in which a staff member may work; None: all of them, as an app."""

    @property
    def actor_kind(self) -> str:
        if self.app_id is not None:
            return "APP"
        if self.user_id is not None:
            return "STAFF" if self.is_staff else "CUSTOMER"
        return "SYSTEM"

    @property
    def actor_id(self) -> int | None:
        return self.app_id if self.app_id is not None else self.user_id


@dataclass(frozen=True, kw_only=True, slots=True)
class UserFacts:
    """What the program may know of a user."""

    id: int
    email: str
    first_name: str = ""
    last_name: str = ""
    is_active: bool = True
    is_confirmed: bool = True
    last_login_at: datetime.datetime | None = None
    language_code: str = "en"
    joined_at: datetime.datetime | None = None
    """When the user registered."""

    @property
    def member_status(self) -> str:
        return "MEMBER" if self.is_active and self.is_confirmed else "PENDING"


@dataclass(frozen=True, kw_only=True, slots=True)
class AppliedDiscount:
    """The discount rows that stand on a checkout now.

    ``value`` is what the rows take off the base total (what the applied points are worth); ``rows`` is the sum of the
    rows. They differ where the host computes a percentage after line discounts. Both in the entry kind, major units.
    """

    value: Decimal
    rows: Decimal
    shares: Mapping[str, Decimal] = field(default_factory=dict)
    """Line id -> its row."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ceiling:
    """The most that points may take off, and the reason where the host's own thresholds lower it."""

    value: Decimal
    reason: Literal["", "VOUCHER_THRESHOLD", "PROMOTION_THRESHOLD", "GIFT_THRESHOLD", "SHIPPING_THRESHOLD"] = ""


class CheckoutHandle(Protocol):
    """One checkout, opened by the host."""

    id: str
    user_id: int | None
    email: str
    channel: str
    currency: str
    language_code: str

    @property
    def basket(self) -> Basket:
        """The checkout as it would be without our rows."""

    def current_discount(self) -> AppliedDiscount | None:
        """Return the loyalty rows that stand on the checkout, or None without any."""

    def ceiling(self, value: Decimal, line_ids: Sequence[str]) -> Ceiling:
        """Return the greatest value, at most ``value``, that rows on ``line_ids`` can take off the base total
        without a line below zero and without pushing the cart below a threshold it now meets."""

    def put_discount(self, value: Decimal, line_ids: Sequence[str], *, name: str, reason: str) -> AppliedDiscount:
        """Write rows on ``line_ids`` so that the base total falls by exactly ``value``; replaces earlier rows.
        Raises ValueError where that is not reachable: ask ``ceiling`` first. Refreshes the host's stored totals."""

    def take_discount_off(self) -> None:
        """Remove our rows, if any, and refresh the host's stored totals."""


OrderStatus = Literal["DRAFT", "UNCONFIRMED", "CONFIRMED", "CANCELED", "EXPIRED"]
OrderOrigin = Literal["CHECKOUT", "DRAFT", "REISSUE", "IMPORT"]


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundFacts:
    """What of an order was given back and paid back by now, however it came to that. Money is with tax."""

    units: Mapping[str, int] = field(default_factory=dict)
    """Line id -> units that were refunded or returned, with or without money; what was replaced is not among them."""
    worth: Decimal = Decimal(0)
    """What those units cost in money, by the host's own prices of a unit."""
    money: Decimal = Decimal(0)
    """All money that was really paid back, shipping included; what is only granted or under way is not in it."""
    shipping: Decimal = Decimal(0)
    """The part of ``money`` that the host says is for shipping."""
    charged: Decimal = Decimal(0)
    """All money that ever came in."""

    @property
    def loose(self) -> Decimal:
        """The refunded money that belongs neither to units nor to shipping."""
        return max(self.money - self.shipping - self.worth, Decimal(0))


NOTHING_REFUNDED = RefundFacts()


@dataclass(frozen=True, kw_only=True, slots=True)
class Fingerprints:
    """Keyed digests (``fingerprints``) of what may tell that two customers are one: the texts themselves never leave
    the host. What is shared by design, as the address of a shop where goods are collected, is none of a customer's."""

    addresses: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    payments: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderFacts:
    """An order as it is now: everything that ``settle_order`` may look at."""

    id: str
    number: str
    checkout_id: str | None
    channel: str
    currency: str
    language_code: str = "en"
    user_id: int | None = None
    email: str = ""
    status: OrderStatus
    origin: OrderOrigin = "CHECKOUT"
    is_charged_in_full: bool = False
    """Whether the money that came in reached the total, whatever was refunded since."""
    created_at: datetime.datetime
    basket: Basket
    """The order's lines without points; ``redeemed_*`` hold the points' share of each line."""
    fulfilled: Mapping[str, int] = field(default_factory=dict)
    """Line id -> quantity in fulfilments that stand (not cancelled, not waiting for approval)."""
    ordered: Mapping[str, int] = field(default_factory=dict)
    """Line id -> ordered quantity."""
    discount: AppliedDiscount | None = None
    """Our rows on the order now."""
    refunds: RefundFacts = NOTHING_REFUNDED
    voucher_code: str = ""
    """The code that was entered for the cart, if any."""

    @property
    def has_ended(self) -> bool:
        """Whether it will never be delivered: nothing is earned by it, and all that was spent on it goes back."""
        return self.status in ("CANCELED", "EXPIRED")


@dataclass(frozen=True, kw_only=True, slots=True)
class GraphQLTypes:
    """The host's own GraphQL types that the schema refers to (graphene 2 classes)."""

    User: Any
    App: Any
    Channel: Any
    Checkout: Any
    Order: Any
    Product: Any
    ProductVariant: Any
    Money: Any
    DateTime: Any
    Date: Any
    Decimal: Any
    UUID: Any
    JSONString: Any
    LanguageCodeEnum: Any
    OrderDirection: Any
    DateRangeInput: Any
    DateTimeRangeInput: Any
    IntRangeInput: Any
    ErrorPolicyEnum: Any
    """IGNORE_FAILED, REJECT_EVERYTHING and REJECT_FAILED_ROWS; its values are the same in lower case."""
    Upload: Any
    """A file of a multipart request. Its value is the name under which the request's ``FILES`` has it."""


class Host(Protocol):
    """The shop around us."""

    graphql_types: GraphQLTypes

    def import_models(self) -> None:
        """Called from ``AppConfig.import_models`` after our own models are loaded."""

    def ready(self) -> None:
        """Called from ``AppConfig.ready``: schema, clamp, periodic tasks."""

    def is_active(self) -> bool:
        """Return False where the operator switched the plugin off."""

    def inactive_rows(self) -> QuerySet[Any] | None:
        """Return what has a row where ``is_active`` is false, to be asked within another statement of the domain;
        None where ``is_active`` costs no statement."""

    def notify_customer(self, event: str, *, payload: Mapping[str, Any], channel: str) -> None:
        """Hand a notification for one customer to the host's own notification system, where it has one: templates and
        mail services of the shop send it. ``payload`` is JSON-ready and names the recipient."""

    def write_context(self) -> AbstractContextManager[None]:
        """Allow writing on the default connection, where the host restricts it (tasks, lazy recalculations)."""

    def read_alias(self, context: Any) -> str:
        """Return the database alias that a query of this GraphQL context reads from."""

    def requester(self, context: Any) -> Requester:
        """Return who is asking, from a GraphQL context."""

    def users(self, user_ids: Iterable[int], *, using: str = "default") -> dict[int, UserFacts]:
        """Return the facts of those users that exist, in one statement."""

    def user_instances(self, user_ids: Iterable[int], *, using: str = "default") -> dict[int, Any]:
        """Return what the host's GraphQL type User resolves from."""

    def graphql_roots(
        self, type_name: Literal["App", "Channel", "Checkout", "Order"], keys: Iterable[str], *, using: str = "default"
    ) -> dict[str, Any]:
        """Return by key what the host's GraphQL type of that name resolves from (wrapped as the host's own resolvers
        wrap it), read anew in a constant number of statements. Channels are keyed by slug, the others by id, as text.
        What is gone or no id of the host (a malformed UUID) is left out."""

    def read_own_writes(self, context: Any) -> None:
        """Called as a mutation of ours begins: later reads of this GraphQL context must see what it writes."""

    def checkouts(self, checkout_ids: Iterable[str], *, using: str = "default") -> dict[str, CheckoutHandle]:
        """Return by id the checkouts that exist, opened for reading only (as ``open_checkout`` without lock), in a
        number of statements that does not grow with their number."""

    def search_users(self, query: str, *, using: str = "default") -> QuerySet[Any]:
        """Return a queryset of user primary keys that match a name or e-mail."""

    def create_customer(
        self, context: Any, *, email: str, first_name: str, last_name: str, language_code: str | None
    ) -> int:
        """Make a customer as the host's own staff would, tell the world of it on commit, and return the user's id.
        Raises AlreadyExists for an e-mail that a user has; LoyaltyException for what the host refuses."""

    def find_users(
        self, field: Literal["email", "external_reference"], values: Iterable[str], *, using: str = "default"
    ) -> dict[str, int]:
        """Return the keys of the users that have one of these values in that field, by the value as it is asked for,
        in one statement. E-mail addresses count as ``email_addresses`` says."""

    def owners_of_emails(self, emails: Iterable[str], *, using: str = "default") -> dict[str, int]:
        """Return the keys of the members whose e-mail address it is and who have proved that to the host, by the
        address as it is asked for, in one statement. Addresses count as ``email_addresses`` says."""

    def users_with_member_status(self, status: str, *, using: str = "default") -> QuerySet[Any]:
        """Return a queryset of the primary keys of the users whose ``UserFacts.member_status`` it is: MEMBER or
        PENDING."""

    def changed_users(
        self, *, since: datetime.datetime, after_id: int, limit: int
    ) -> Sequence[tuple[datetime.datetime, int]]:
        """Return (updated at, user key) of users changed after ``since``, or at that moment with a key past
        ``after_id``; ordered, without staff. Also registering and confirming change a user."""

    def user_ids(self, *, after_id: int, limit: int) -> Sequence[int]:
        """Return the keys of the next users after that one, ordered, without staff."""

    def open_checkout(self, checkout_id: str, *, for_update: bool) -> CheckoutHandle | None:
        """Return the checkout, its row locked if asked for (then inside an atomic block); None if it is gone."""

    def order_facts(self, order_id: str, *, for_update: bool = False) -> OrderFacts | None:
        """Return the order as it is now; None if it is gone."""

    def has_ordered(self, user_id: int) -> bool:
        """Return whether the user has ever ordered, or anybody under the user's e-mail address where it is confirmed.
        Drafts and orders that were cancelled or expired are none."""

    def order_fingerprints(self, order_id: str) -> Fingerprints:
        """Return the digests of the order's addresses, phones and payments; none of an order that is gone."""

    def customer_fingerprints(self, user_id: int) -> Fingerprints:
        """Return the digests of the user's own addresses and of the user's latest orders: a bounded number."""

    def changed_orders(
        self, *, since: datetime.datetime, after_id: str, limit: int, once: bool = False
    ) -> Sequence[tuple[datetime.datetime, str]]:
        """Return (updated at, order id) of orders changed at or after ``since``, ordered, past ``after_id``.

        An order may come for each of its changes, by when they were. With ``once`` it comes once, with its last
        change, and orders come by their ids; ``since`` then stays the same from page to page."""

    def note_on_order(self, order_id: str, text: str) -> None:
        """Write a note for staff into the order's history. Called in the atomic block of what it is about, in a
        savepoint of its own; may raise where the order is gone."""

    def product_baskets(
        self, instances: Sequence[Any], *, channel: str, customer: Any, at: datetime.datetime, using: str = "default"
    ) -> list[Basket | None]:
        """Return for each product or variant a basket of one unit at today's price, in a constant number of
        statements; None where it is not sold in the channel. For a product: its cheapest variant."""

    def language_code(self, context: Any) -> str | None:
        """Return the language of the request, where the host knows one."""

    def publish_facts(
        self, *, user_id: int | None, customer: Mapping[str, str], orders: Mapping[str, Mapping[str, str]]
    ) -> None:
        """Keep small facts with a customer and with orders, by order id, where the host's own apps find them, and tell
        those apps where something changed. What is gone is left out. A host without such a place does nothing."""

    def issue_reward(self, terms: RewardTerms, *, at: datetime.datetime) -> IssuedReward:
        """Make what a customer had for points, in the running transaction, and tell the world of it on commit.

        A code for the cart is used up by one order. Whose it is is asked of ``rewards.check_reward_code`` before an
        order is made with it. Raises RewardRefused REWARD_UNAVAILABLE where the shop cannot make it.
        """

    def revoke_reward(self, type: str, reference: str, *, at: datetime.datetime) -> RewardState:
        """Lock what was made and switch it off, if it is UNUSED; tell the world on commit. Returns what it was."""

    def reopen_reward(self, type: str, reference: str) -> None:
        """Lock a code for the cart, and let it be used again: the order that used it has ended."""

    def reward_states(
        self, references: Iterable[tuple[str, str]], *, using: str = "default"
    ) -> dict[tuple[str, str], RewardState]:
        """Return by (type, reference) what things are now, in at most one statement for each kind of thing."""

    def gift_card_codes(self, order_id: str) -> Sequence[str]:
        """Return the codes of the gift cards that the order was paid with. At most one statement; a host without gift
        cards returns none."""

    def private_storage(self) -> Storage:
        """Return where files are kept that nobody may read but through us. A host without a place of that kind hands
        out one that serves whoever knows a file's name: names must not be guessable."""

    def export_url(self, token: str) -> str:
        """Return the address at which the host answers with ``exports.serve_export`` for this token."""


@lru_cache(maxsize=1)
def get_host() -> Host:
    """Return the host that ``LOYALTY_HOST`` names. The host object holds no state."""
    host: Host = import_string(app_settings.HOST)()
    return host
