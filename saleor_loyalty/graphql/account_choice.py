"""Which account a staff mutation means: by the account's id, or by a user's id and a program's.

It reads the input; what that means and whether an account is opened is decided by ``accounts``.
"""

from __future__ import annotations

import datetime
from typing import Any

import graphene

from ..accounts import AccountTarget, find_target, open_target
from . import host_types
from .errors import InputRefused
from .ids import require_integer_key


class AccountChoice(graphene.InputObjectType):  # type: ignore[misc]
    """The fields that name an account in an input. Not a type of the schema itself."""

    account = graphene.ID(description="The account. Either this or `user`.")
    user = graphene.ID(description="The customer. Either this or `account`.")
    program = graphene.ID(description="The program of the customer's account; needed where there are several.")


def find_account(data: Any) -> int:
    """Return the id of the account that an input means.

    Raises InputRefused: REQUIRED without account and user, INVALID with both or a malformed id; and as
    ``accounts.find_target``.
    """
    return find_target(read_target(data))


def find_or_open_account(data: Any, *, at: datetime.datetime) -> int:
    """Return the id of the account that an input means, and open it where the user has none yet.

    Raises InputRefused as ``find_account``; and as ``accounts.open_target``. Needs an atomic block, which undoes the
    opening when the verb that follows refuses.
    """
    return open_target(read_target(data), at=at)


def read_target(data: Any) -> AccountTarget:
    """Return what an input names, not looked up yet. Raises InputRefused as ``find_account``."""
    account, user, program = data.get("account"), data.get("user"), data.get("program")
    if account is None and user is None:
        raise InputRefused("REQUIRED", "Give an account or a user.", field="account")
    if account is not None and user is not None:
        raise InputRefused("INVALID", "Give either an account or a user.", field="user")
    if account is not None:
        return AccountTarget(account_id=require_integer_key(account, "LoyaltyAccount", field="account"))
    return AccountTarget(
        user_id=require_integer_key(user, host_types.User._meta.name, field="user"),
        program_id=None if program is None else require_integer_key(program, "LoyaltyProgram", field="program"),
    )
