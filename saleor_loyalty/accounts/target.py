"""Whose account a staff operation is about: named by its id, or by a user in a program (then opened at first need).

It moves no points and judges no permission: who may ask is settled before.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence

from ..errors import AccountNotFound, ProgramNotFound, ProgramNotNamed
from ..host import get_host
from ..ledger import open_account
from ..models import LoyaltyAccount, LoyaltyProgram, ProgramStatus
from ..selectors import account_of_user


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class AccountTarget:
    """Either ``account_id``, or ``user_id``; with a user also the program, unless there is only one."""

    account_id: int | None = None
    user_id: int | None = None
    program_id: int | None = None

    def __post_init__(self) -> None:
        if (self.account_id is None) == (self.user_id is None):
            raise ValueError("name either the account or the user")


def find_target(target: AccountTarget) -> int:
    """Return the id of the account that a target means. An account's own id is not looked up: the verb does that.

    Raises:
        ProgramNotFound: no such program that is not archived.
        ProgramNotNamed: no program is named, and there are several.
        AccountNotFound: the user has no account in it.
    """
    if target.account_id is not None:
        return target.account_id
    program = find_program(target.program_id)
    account = account_of_user(target.user_id, program_id=program.pk) if target.user_id is not None else None
    if account is None:
        raise AccountNotFound(field="user")
    return account.pk


def open_target(target: AccountTarget, *, at: datetime.datetime) -> int:
    """As ``find_target``, but a user without an account gets one.

    Call it in the atomic block of the operation, so that a refusal leaves no empty account behind.

    Raises:
        ProgramNotFound, ProgramNotNamed: as ``find_target``.
        AccountNotFound: there is no such user.
    """
    if target.account_id is not None:
        return target.account_id
    program = find_program(target.program_id)
    if target.user_id is None or target.user_id not in get_host().users([target.user_id]):
        raise AccountNotFound("There is no such user.", field="user")
    return open_account(program, user_id=target.user_id, at=at).pk


def open_for_email(email: str, *, program: LoyaltyProgram, at: datetime.datetime) -> int:
    """Return the id of the account of whoever has an e-mail address, and open it where there is none: the account of
    the user who has it, else that of a guest. An address means the same person wherever it is given.

    ``email`` as it was given: the host may have old addresses in another case than ours, which is lower.
    """
    user_id = get_host().find_users("email", [email]).get(email)
    if user_id is not None:
        return open_account(program, user_id=user_id, at=at).pk
    return open_account(program, email=email, at=at).pk


def programs_of_targets(targets: Sequence[AccountTarget]) -> set[int]:
    """Return the programs that the targets are of; an account that does not exist is of none.

    Raises ProgramNotFound, ProgramNotNamed: as ``find_target``. Cost: one statement, and one for each program named.
    """
    account_ids = [target.account_id for target in targets if target.account_id is not None]
    programs = set(LoyaltyAccount.objects.filter(pk__in=account_ids).values_list("program_id", flat=True))
    named = {target.program_id for target in targets if target.account_id is None}
    return programs | {find_program(program_id).pk for program_id in named}


def find_program(program_id: int | None) -> LoyaltyProgram:
    """Return the program of that id, or the only one there is. Raises ProgramNotFound, ProgramNotNamed."""
    programs = LoyaltyProgram.objects.exclude(status=ProgramStatus.ARCHIVED).order_by("pk")
    found = list(programs[:2] if program_id is None else programs.filter(pk=program_id))
    if not found:
        raise ProgramNotFound
    if len(found) > 1:
        raise ProgramNotNamed
    return found[0]
