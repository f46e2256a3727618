"""Which account a staff mutation means: by the account's id, or by a user's id and a program's.

It finds or opens the account through the domain; it moves no points.
"""

from __future__ import annotations

import datetime
from typing import Any

import graphene

from ..errors import AccountNotFound, ProgramNotFound
from ..host import get_host
from ..ledger import open_account
from ..models import LoyaltyAccount, LoyaltyProgram, ProgramStatus
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

    Raises InputRefused: REQUIRED without account and user or where the program is open, INVALID with both or a
    malformed id; AccountNotFound: the user has none in the program; ProgramNotFound.
    """
    account_id = _account_id(data)
    if account_id is not None:
        return account_id
    user_id, program = _user_and_program(data)
    account = LoyaltyAccount.objects.filter(program=program, user_id=user_id).first()
    if account is None:
        raise AccountNotFound(field="user")
    return int(account.pk)


def find_or_open_account(data: Any, *, at: datetime.datetime) -> int:
    """Return the id of the account that an input means, and open it where the user has none yet.

    Raises as ``find_account``; AccountNotFound where there is no such user. Needs an atomic block, which undoes the
    opening when the verb that follows refuses.
    """
    account_id = _account_id(data)
    if account_id is not None:
        return account_id
    user_id, program = _user_and_program(data)
    if user_id not in get_host().users([user_id]):
        raise AccountNotFound("There is no such user.", field="user")
    return int(open_account(program, user_id=user_id, at=at).pk)


def _account_id(data: Any) -> int | None:
    account, user = data.get("account"), data.get("user")
    if account is None and user is None:
        raise InputRefused("REQUIRED", "Give an account or a user.", field="account")
    if account is not None and user is not None:
        raise InputRefused("INVALID", "Give either an account or a user.", field="user")
    return None if account is None else require_integer_key(account, "LoyaltyAccount", field="account")


def _user_and_program(data: Any) -> tuple[int, LoyaltyProgram]:
    user_id = require_integer_key(data["user"], host_types.User._meta.name, field="user")
    programs = LoyaltyProgram.objects.exclude(status=ProgramStatus.ARCHIVED).order_by("pk")
    if data.get("program") is not None:
        key = require_integer_key(data["program"], "LoyaltyProgram", field="program")
        program = programs.filter(pk=key).first()
        if program is None:
            raise ProgramNotFound
        return user_id, program
    found = list(programs[:2])
    if not found:
        raise ProgramNotFound
    if len(found) > 1:
        raise InputRefused("REQUIRED", "There are several programs: say which one.", field="program")
    return user_id, found[0]
