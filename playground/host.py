"""The playground as a host of the loyalty package. It holds no state."""

from __future__ import annotations

import contextlib
import datetime
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage, Storage
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import StrIndex, Upper
from django.db.models.lookups import GreaterThan
from graphene.utils.str_converters import to_camel_case

from saleor_loyalty.basket import Basket
from saleor_loyalty.email_addresses import match_addresses, plain_address, spellings
from saleor_loyalty.errors import AlreadyExists, LoyaltyException
from saleor_loyalty.host import CheckoutHandle, Fingerprints, GraphQLTypes, OrderFacts, Requester, UserFacts
from saleor_loyalty.reward_terms import IssuedReward, RewardState, RewardTerms

from . import fingerprints, offers, order_facts, rewards
from .carts import open_cart, open_carts, valid_uuid
from .models import App, Channel, Checkout, Order, User
from .rare_part import LONG_WORD, SAMPLE, rare_part

logger = logging.getLogger(__name__)


class PlaygroundHost:
    """Implements ``saleor_loyalty.host.Host``."""

    def import_models(self) -> None:
        """Nothing to do early: permissions are plain names here."""

    def ready(self) -> None:
        """Nothing to patch: the shop calls the verbs itself."""

    def checks(self) -> list[Any]:
        return []

    def is_active(self) -> bool:
        return bool(settings.PLAYGROUND_LOYALTY_IS_ACTIVE)

    def inactive_rows(self) -> None:
        """It is a setting."""

    def notify_customer(self, event: str, *, payload: Mapping[str, Any], channel: str) -> None:
        """There is nobody to send it: it is logged."""
        logger.info("Notification %s for user %s.", event, payload.get("user_id"))

    def write_context(self) -> AbstractContextManager[None]:
        return contextlib.nullcontext()

    def read_alias(self, context: Any) -> str:
        return "default"

    def read_own_writes(self, context: Any) -> None:
        """There is one database connection: it sees them anyway."""

    def language_code(self, context: Any) -> str | None:
        return None

    def private_storage(self) -> Storage:
        return FileSystemStorage(location=settings.PLAYGROUND_PRIVATE_FILES)

    def export_url(self, token: str) -> str:
        return f"{settings.PLAYGROUND_URL}/exports/{token}"

    def requester(self, context: Any) -> Requester:
        user: User | None = getattr(context, "user", None)
        app: App | None = getattr(context, "app", None)
        granted = set(app.permissions if app else user.permissions if user and user.is_staff else [])
        return Requester(
            user_id=user.pk if user else None,
            app_id=app.pk if app else None,
            is_staff=bool(user and user.is_staff),
            can_manage_loyalty="MANAGE_LOYALTY" in granted,
            can_manage_users="MANAGE_USERS" in granted,
            can_manage_orders="MANAGE_ORDERS" in granted,
            can_manage_checkouts="MANAGE_CHECKOUTS" in granted,
            channels=frozenset(user.channels) if user and user.is_staff and user.channels is not None else None,
        )

    @property
    def graphql_types(self) -> GraphQLTypes:
        from .graphql.types import GRAPHQL_TYPES

        return GRAPHQL_TYPES

    def graphql_roots(self, type_name: str, keys: Iterable[str], *, using: str = "default") -> dict[str, Any]:
        if type_name == "Channel":
            return {channel.slug: channel for channel in Channel.objects.using(using).filter(slug__in=set(keys))}
        if type_name == "Checkout":
            valid = {key for key in keys if valid_uuid(key)}
            return {cart.id: cart.checkout for cart in open_carts(Checkout.objects.filter(pk__in=valid), using=using)}
        numbers = {pk for pk in map(order_facts.valid_id, keys) if pk is not None}
        model: Any = {"App": App, "Order": Order}[type_name]
        return {str(row.pk): row for row in model.objects.using(using).filter(pk__in=numbers)}

    def users(self, user_ids: Iterable[int], *, using: str = "default") -> dict[int, UserFacts]:
        return {pk: _user_facts(user) for pk, user in self.user_instances(user_ids, using=using).items()}

    def user_instances(self, user_ids: Iterable[int], *, using: str = "default") -> dict[int, User]:
        return {user.pk: user for user in User.objects.using(using).filter(pk__in=set(user_ids))}

    def search_users(self, query: str, *, using: str = "default") -> QuerySet[Any]:
        users = User.objects.using(using)
        words = query.split()
        is_long = any(len(word) >= LONG_WORD for word in words)
        known = [" ".join(texts) for texts in users.order_by().values_list(*_SEARCHED)[:SAMPLE]] if is_long else []
        for word in words:
            part = rare_part(word, texts=known)
            users = users.filter(_any_contains(part))
            if part != word:
                users = users.filter(_any_contains_by_row(word))
        return users.values_list("pk", flat=True)

    def create_customer(
        self, context: Any, *, email: str, first_name: str, last_name: str, language_code: str | None
    ) -> int:
        user = User(email=plain_address(email), first_name=first_name, last_name=last_name, is_confirmed=False)
        user.language_code = language_code or "en"
        user.set_unusable_password()
        try:
            user.full_clean()
            with transaction.atomic():
                user.save(force_insert=True)
        except IntegrityError:
            raise AlreadyExists("User with this Email already exists.", field="email") from None
        except ValidationError as exception:
            field, errors = next(iter(exception.error_dict.items()))
            kind = AlreadyExists if errors[0].code == "unique" else LoyaltyException
            raise kind(" ".join(errors[0].messages), field=to_camel_case(field)) from None
        return user.pk

    def find_users(self, field: str, values: Iterable[str], *, using: str = "default") -> dict[str, int]:
        """Its users have no external references."""
        asked = set(values) if field == "email" else set()
        found = User.objects.using(using).filter(email__in=spellings(asked))
        return match_addresses(asked, found.values_list("email", "pk"))

    def owners_of_emails(self, emails: Iterable[str], *, using: str = "default") -> dict[str, int]:
        asked = set(emails)
        members = User.objects.using(using).filter(is_active=True, is_confirmed=True)
        return match_addresses(asked, members.filter(email__in=spellings(asked)).values_list("email", "pk"))

    def changed_users(
        self, *, since: datetime.datetime, after_id: int, limit: int
    ) -> Sequence[tuple[datetime.datetime, int]]:
        later = Q(updated_at__gt=since) | Q(updated_at=since, pk__gt=after_id)
        users = User.objects.filter(later, is_staff=False).order_by("updated_at", "pk")
        return list(users.values_list("updated_at", "pk")[:limit])

    def user_ids(self, *, after_id: int, limit: int) -> Sequence[int]:
        users = User.objects.filter(pk__gt=after_id, is_staff=False).order_by("pk")
        return list(users.values_list("pk", flat=True)[:limit])

    def users_with_member_status(self, status: str, *, using: str = "default") -> QuerySet[Any]:
        members = Q(is_active=True, is_confirmed=True)
        users = User.objects.using(using).filter(members if status == "MEMBER" else ~members)
        return users.order_by().values_list("pk", flat=True)

    def open_checkout(self, checkout_id: str, *, for_update: bool) -> CheckoutHandle | None:
        return open_cart(checkout_id, for_update=for_update)

    def checkouts(self, checkout_ids: Iterable[str], *, using: str = "default") -> dict[str, CheckoutHandle]:
        valid = {key for key in checkout_ids if valid_uuid(key)}
        return {cart.id: cart for cart in open_carts(Checkout.objects.filter(pk__in=valid), using=using)}

    def order_facts(self, order_id: str, *, for_update: bool = False) -> OrderFacts | None:
        return order_facts.read_order_facts(order_id, for_update=for_update)

    def changed_orders(
        self, *, since: datetime.datetime, after_id: str, limit: int, once: bool = False
    ) -> Sequence[tuple[datetime.datetime, str]]:
        return order_facts.changed_orders(since=since, after_id=after_id, limit=limit, once=once)

    def has_ordered(self, user_id: int) -> bool:
        return fingerprints.has_ordered(user_id)

    def order_fingerprints(self, order_id: str) -> Fingerprints:
        return fingerprints.order_fingerprints(order_id)

    def customer_fingerprints(self, user_id: int) -> Fingerprints:
        return fingerprints.customer_fingerprints(user_id)

    def note_on_order(self, order_id: str, text: str) -> None:
        order = Order.objects.get(pk=order_facts.valid_id(order_id) or 0)
        Order.objects.filter(pk=order.pk).update(notes=[*order.notes, text])

    def product_baskets(
        self, instances: Sequence[Any], *, channel: str, customer: Any, at: datetime.datetime, using: str = "default"
    ) -> list[Basket | None]:
        return offers.product_baskets(instances, channel=channel, customer=customer, at=at, using=using)

    def issue_reward(self, terms: RewardTerms, *, at: datetime.datetime) -> IssuedReward:
        return rewards.issue_reward(terms)

    def revoke_reward(self, type: str, reference: str, *, at: datetime.datetime) -> RewardState:
        return rewards.revoke_reward(reference)

    def reopen_reward(self, type: str, reference: str) -> None:
        rewards.reopen_reward(reference)

    def gift_card_codes(self, order_id: str) -> list[str]:
        return rewards.gift_card_codes(order_id)

    def reward_states(
        self, references: Iterable[tuple[str, str]], *, using: str = "default"
    ) -> dict[tuple[str, str], RewardState]:
        return rewards.reward_states(references, using=using)

    def publish_facts(
        self, *, user_id: int | None, customer: Mapping[str, str], orders: Mapping[str, Mapping[str, str]]
    ) -> None:
        """The playground's customers and orders have no place for them."""


_SEARCHED = ("last_name", "first_name", "email")
"""Names first: they are shorter, and what is found in one is not looked for in the next."""


def _any_contains(word: str) -> Q:
    return Q(*((f"{column}__icontains", word) for column in _SEARCHED), _connector=Q.OR)


def _any_contains_by_row(word: str) -> Q:
    """Return the same in words that no index serves: of those who are left it is asked one by one."""
    texts = (StrIndex(Upper(column), Upper(Value(word))) for column in _SEARCHED)
    return Q(*(GreaterThan(place, 0) for place in texts), _connector=Q.OR)


def _user_facts(user: User) -> UserFacts:
    return UserFacts(
        id=user.pk,
        email=user.email,
        first_name=user.first_name,
        last_name=user.last_name,
        is_active=user.is_active,
        is_confirmed=user.is_confirmed,
        joined_at=user.joined_at,
        last_login_at=user.last_login,
        language_code=user.language_code,
    )
