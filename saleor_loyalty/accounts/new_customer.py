"""A customer who is made together with the first points: both or neither, and once, however often it is asked for.

The host makes the customer; here is what a repeated request means. It judges no permission.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from ..email_addresses import plain_address
from ..errors import AlreadyExists, IdempotencyConflict
from ..host import get_host
from ..ledger import open_account
from ..models import LoyaltyTransaction
from .target import find_program


@dataclass(frozen=True, kw_only=True, slots=True)
class NewCustomer:
    """Who the customer will be. The host checks it."""

    email: str
    first_name: str = ""
    last_name: str = ""
    language_code: str | None = None


def open_for_new_customer(
    customer: NewCustomer,
    *,
    create: Callable[[NewCustomer], int],
    at: datetime.datetime,
    program_id: int | None = None,
    idempotency_key: str | None = None,
) -> int:
    """Make the customer, open the account and return its id.

    Where ``idempotency_key`` has posted a transaction to this customer before, nobody is made and that account's id is
    returned: the ledger then answers the same request with the same transaction.

    Args:
        create: makes the customer at the host and returns the user's id; raises AlreadyExists.

    Raises:
        ProgramNotFound, ProgramNotNamed: as ``open_target``.
        IdempotencyConflict: the key stands for somebody else's transaction.
        AlreadyExists: there is such a customer, and not by this request.

    Needs an atomic block, which undoes it all when what follows refuses.
    """
    program = find_program(program_id)
    done = _account_of_key(program.pk, idempotency_key, customer)
    if done is not None:
        return done
    try:
        user_id = create(customer)
    except AlreadyExists:
        # The same request, at the same time: it has made the customer in the meantime.
        done = _account_of_key(program.pk, idempotency_key, customer)
        if done is None:
            raise
        return done
    return open_account(program, user_id=user_id, at=at).pk


def _account_of_key(program_id: int, idempotency_key: str | None, customer: NewCustomer) -> int | None:
    if not idempotency_key:
        return None
    posted = LoyaltyTransaction.objects.filter(program_id=program_id, idempotency_key=idempotency_key)
    row = posted.values("account_id", "account__user_id").first()
    if row is None:
        return None
    user_id = row["account__user_id"]
    facts = get_host().users([user_id]).get(user_id) if user_id is not None else None
    if facts is None or plain_address(facts.email) != plain_address(customer.email):
        raise IdempotencyConflict
    return int(row["account_id"])
