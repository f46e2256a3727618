"""Whose account a staff operation is about: named by its id, or by a user in a program (then opened at first need).

It moves no points and judges no permission: who may ask is settled before.
"""

from __future__ import annotations

import dataclasses
import datetime

from ..errors import AccountNotFound, ProgramNotFound
from ..host import get_host
from ..ledger import open_account
from ..models import LoyaltyAccount, LoyaltyProgram


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class AccountTarget:
    """Either ``account_id``, or ``user_id``; with a user also the program, unless there is only one."""

    account_id: int | None = None
    user_id: int | None = None
    program_id: int | None = None

    def __post_init__(self) -> None:
        if (self.account_id is None) == (self.user_id is None):
            raise ValueError("name either the account or the user")


def open_target(target: AccountTarget, *, at: datetime.datetime) -> int:
    """Return the id of the account, opened for the user where there is none yet.

    Call it in the atomic block of the operation, so that a refusal leaves no empty account behind.

    Raises:
        AccountNotFound: no such account, or no such user.
        ProgramNotFound: no such program; or none is named and there is not exactly one.
    """
    if target.account_id is not None:
        if not LoyaltyAccount.objects.filter(pk=target.account_id).exists():
            raise AccountNotFound
        return target.account_id
    if target.user_id is None or target.user_id not in get_host().users([target.user_id]):
        raise AccountNotFound(field="user")
    return open_account(_find_program(target.program_id), user_id=target.user_id, at=at).pk


def _find_program(program_id: int | None) -> LoyaltyProgram:
    programs = LoyaltyProgram.objects.all() if program_id is None else LoyaltyProgram.objects.filter(pk=program_id)
    found = list(programs[:2])
    if len(found) != 1:
        raise ProgramNotFound
    return found[0]
