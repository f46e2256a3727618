"""Saleor's users, as the program may know them: who is asking, their facts, the search for them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from saleor.account.models import User
from saleor.core.db.connection import allow_writer
from saleor.permission.enums import AccountPermissions, CheckoutPermissions, OrderPermissions

from ..email_addresses import match_addresses, spellings
from ..host import Requester, UserFacts
from .permission import LoyaltyPermissions

_REQUESTER_ATTRIBUTE = "_loyalty_requester"


def read_requester(context: Any) -> Requester:
    """Return who is asking. Read once a GraphQL context: an app's permissions cost a statement each time."""
    requester: Requester | None = getattr(context, _REQUESTER_ATTRIBUTE, None)
    if requester is None:
        requester = _requester_of(context)
        setattr(context, _REQUESTER_ATTRIBUTE, requester)
    return requester


def _requester_of(context: Any) -> Requester:
    # Saleor loads both when they are first asked for, and reads its site settings for it from the writer.
    with allow_writer():
        app, user = (getattr(context, name, None) or None for name in ("app", "user"))
    if app:
        return Requester(app_id=app.pk, channels=None, **_permissions_of(app))
    if user is None:
        return Requester()
    # An ordinary customer has no permissions to ask the database for.
    is_staff = user.is_active and user.is_staff
    if not is_staff:
        return Requester(user_id=user.pk)
    permissions = _permissions_of(user)
    # Whoever may not manage loyalty reaches nothing of it, in whatever channel.
    channels = _channels_of(user) if permissions["can_manage_loyalty"] else None
    return Requester(user_id=user.pk, is_staff=True, channels=channels, **permissions)


def _channels_of(user: User) -> frozenset[str] | None:
    """Return the slugs of the channels in which the staff member may work; None where that is everywhere.

    As Saleor has it: one group without restriction is enough, and who is in no group may work in no channel; but a
    superuser may always.
    """
    if user.is_superuser:
        return None
    with allow_writer():
        groups = list(user.groups.values_list("restricted_access_to_channels", "channels__slug"))
    if any(not is_restricted for is_restricted, _slug in groups):
        return None
    return frozenset(slug for _is_restricted, slug in groups if slug)


def _permissions_of(asking: Any) -> dict[str, bool]:
    return {
        "can_manage_loyalty": asking.has_perm(LoyaltyPermissions.MANAGE_LOYALTY),
        "can_manage_users": asking.has_perm(AccountPermissions.MANAGE_USERS),
        "can_manage_orders": asking.has_perm(OrderPermissions.MANAGE_ORDERS),
        "can_manage_checkouts": asking.has_perm(CheckoutPermissions.MANAGE_CHECKOUTS),
    }


def find_users(field: str, values: Iterable[str], *, using: str) -> dict[str, int]:
    """Each spelling of an address is looked for in Saleor's own index."""
    asked = set(values)
    looked_for = spellings(asked) if field == "email" else asked
    found = User.objects.using(using).filter(**{f"{field}__in": looked_for}).values_list(field, "pk")
    return match_addresses(asked, found) if field == "email" else dict(found)


def owners_of_emails(emails: Iterable[str], *, using: str) -> dict[str, int]:
    """Whoever registers is unconfirmed, also where the shop asks for no confirmation: a mail's link, staff, or the
    provider of an OpenID login has confirmed the address (saleor 3.21 to 3.23 account_register.py)."""
    asked = set(emails)
    members = User.objects.using(using).filter(is_active=True, is_confirmed=True)
    return match_addresses(asked, members.filter(email__in=spellings(asked)).values_list("email", "pk"))


def read_users(user_ids: Iterable[int], *, using: str) -> dict[int, UserFacts]:
    rows = (
        User.objects.using(using)
        .filter(pk__in=set(user_ids))
        .only(
            "email",
            "first_name",
            "last_name",
            "is_active",
            "is_confirmed",
            "last_login",
            "language_code",
            "date_joined",
        )
    )
    return {
        user.pk: UserFacts(
            id=user.pk,
            email=user.email,
            first_name=user.first_name,
            last_name=user.last_name,
            is_active=user.is_active,
            is_confirmed=user.is_confirmed,
            last_login_at=user.last_login,
            language_code=user.language_code,
            joined_at=user.date_joined,
        )
        for user in rows
    }


def changed_users(*, since: datetime.datetime, after_id: int, limit: int) -> Sequence[tuple[datetime.datetime, int]]:
    """Return (updated at, pk) of users changed after ``since``, or at that moment with a pk past ``after_id``.

    Staff joins no club by being made; one who is a customer too is told of by the hooks of customers.
    """
    later = Q(updated_at__gt=since) | Q(updated_at=since, pk__gt=after_id)
    users = User.objects.filter(later, is_staff=False).order_by("updated_at", "pk")
    return list(users.values_list("updated_at", "pk")[:limit])


def user_ids(*, after_id: int, limit: int) -> Sequence[int]:
    users = User.objects.filter(pk__gt=after_id, is_staff=False).order_by("pk")
    return list(users.values_list("pk", flat=True)[:limit])


def search_users(query: str, *, using: str) -> QuerySet[Any]:
    """Return the pks of the users whom Saleor's own customer search would find, over Saleor's own indexes."""
    # Its own search function has another name and another index from 3.23 on; the filter is the same on all versions.
    from saleor.graphql.account.filters import filter_user_search

    return filter_user_search(User.objects.using(using), "search", query).values_list("pk", flat=True)


def users_with_member_status(status: str, *, using: str) -> QuerySet[Any]:
    """Return the pks of the users with that member status: MEMBER is active and confirmed, PENDING is the others."""
    members = Q(is_active=True, is_confirmed=True)
    users = User.objects.using(using).filter(members if status == "MEMBER" else ~members)
    return users.order_by().values_list("pk", flat=True)
