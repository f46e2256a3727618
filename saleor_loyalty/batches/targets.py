"""Whose points the rows of a batch mean, found for many rows at once. Reads only; opens no account.

A target is text: ``account:<key>``; ``user:<key>`` for a user whose account is still to be opened; ``email:<address>``
for a guest's. The e-mail address of a user means that user, so that one person is one target however named.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models.functions import Lower

from ..email_addresses import plain_address
from ..host import get_host
from ..ledger import open_accounts
from ..models import LoyaltyAccount, LoyaltyProgram
from .row_values import ACCOUNT, EMAIL, EXTERNAL_REFERENCE, USER, identity_key

Identity = tuple[str, str]
"""Kind and text."""


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody found. ``account`` is None where it is still to be opened."""

    name: str
    account: LoyaltyAccount | None


def find_targets(program_id: int, identities: Iterable[Identity]) -> dict[Identity, Target]:
    """Return the targets of the identities; unknown ones, and accounts of another program, are left out.

    Cost: at most six statements.
    """
    asked = set(identities)
    users = _find_users(asked)
    guests = {plain_address(text) for kind, text in asked if kind == EMAIL and (kind, text) not in users}
    keys = {key for kind, text in asked if kind == ACCOUNT and (key := identity_key(kind, text)) is not None}
    accounts = LoyaltyAccount.objects.filter(program_id=program_id)
    by_key = accounts.in_bulk(keys) if keys else {}
    by_user = {row.user_id: row for row in accounts.filter(user_id__in=set(users.values()))} if users else {}
    # The unique index is over lower(email), and serves no other expression.
    guest_accounts = accounts.alias(address=Lower("email")).filter(address__in=guests)
    by_email = {row.email: row for row in guest_accounts} if guests else {}
    found: dict[Identity, Target] = {}
    for identity in asked:
        kind, text = identity
        if kind == ACCOUNT:
            account = by_key.get(identity_key(kind, text) or 0)
            name = ""
        elif identity in users:
            account, name = by_user.get(users[identity]), f"user:{users[identity]}"
        elif kind == EMAIL:
            address = plain_address(text)
            account, name = by_email.get(address), f"email:{address}"
        else:
            continue
        if account is not None or name:
            found[identity] = Target(f"account:{account.pk}" if account else name, account)
    return found


def _find_users(asked: set[Identity]) -> dict[Identity, int]:
    host = get_host()
    users: dict[Identity, int] = {}
    emails = {text for kind, text in asked if kind == EMAIL}
    if emails:
        users |= {(EMAIL, text): key for text, key in host.find_users("email", emails).items()}
    references = {text for kind, text in asked if kind == EXTERNAL_REFERENCE}
    if references:
        keys = host.find_users("external_reference", references)
        users |= {(EXTERNAL_REFERENCE, text): key for text, key in keys.items()}
    by_key = {identity: identity_key(*identity) for identity in asked if identity[0] == USER}
    if by_key:
        there = host.users({key for key in by_key.values() if key is not None})
        users |= {identity: key for identity, key in by_key.items() if key is not None and key in there}
    return users


@dataclass(frozen=True, slots=True)
class Known:
    """Who of the targets of many rows is there now."""

    accounts: dict[str, int]
    """By target: the keys of accounts that exist."""
    user_ids: frozenset[int]
    """The users that exist among those whose account is still to be opened."""


def find_known(program_id: int, names: Iterable[str]) -> Known:
    """Return who of the targets is there. Cost: three statements, whatever the number of targets."""
    parts = [(name, *name.split(":", 1)) for name in names]
    accounts = {name: int(key) for name, kind, key in parts if kind == "account"}
    rows = LoyaltyAccount.objects.filter(program_id=program_id)
    by_user = {int(key): name for name, kind, key in parts if kind == "user"}
    if by_user:
        found = rows.filter(user_id__in=by_user).values_list("user_id", "pk")
        accounts |= {by_user[user_id]: pk for user_id, pk in found if user_id is not None}
    by_address = {key: name for name, kind, key in parts if kind == "email"}
    if by_address:
        # The unique index is over lower(email), and serves no other expression.
        guests = rows.annotate(address=Lower("email")).filter(address__in=by_address).values_list("address", "pk")
        accounts |= {by_address[address]: pk for address, pk in guests}
    to_open = {user_id for user_id, name in by_user.items() if name not in accounts}
    return Known(accounts, frozenset(get_host().users(to_open) if to_open else ()))


def open_named(
    program: LoyaltyProgram, names: Sequence[str], *, known: Known, at: datetime.datetime
) -> dict[str, int]:
    """Return the accounts of targets that had none when ``known`` was asked for, opened where they still have none.

    A target whose user is gone by now is left out. Inside the rows' atomic block, so that nothing is left behind where
    it is undone. Cost: as ``open_accounts``.
    """
    owners = {name: owner for name in names if (owner := _owner(name, known)) is not None}
    opened = open_accounts(program, list(owners.values()), at=at)
    return {name: opened[owner] for name, owner in owners.items()}


def _owner(name: str, known: Known) -> int | str | None:
    kind, _, key = name.partition(":")
    if kind == "email":
        return key
    return int(key) if int(key) in known.user_ids else None
