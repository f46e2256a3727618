"""Exactly once: a key, unique per program in the database, and a hash of the request.

The same request again returns the stored transaction; another request under the same key is refused. The texts of
a request are not in its hash (the hash is not erasable): they are compared through their salted digest while that
lasts. Enforced by the constraint ``loyalty_transaction_once_per_key`` and, for two requests at once, by the account's
lock or, across accounts, by that constraint.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import IntegrityError
from django.db.transaction import atomic

from ..errors import IdempotencyConflict
from ..models import LoyaltyAccount, LoyaltyTransaction
from .account_rows import lock_account, save_account
from .chain import digest, digest_texts
from .inputs import check_key, check_text
from .results import Posting
from .statements import ANY_ID, ANY_KEY, CompiledQuery
from .upkeep import bring_up_to_date


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked for, as far as asking for it again means the same."""

    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    internal_note: str = ""

    def __post_init__(self) -> None:
        check_key(self.key)
        check_text(self.reason, field="reason")
        check_text(self.internal_note, field="internalNote")

    @cached_property
    def hash(self) -> str:
        return digest({name: _plain(value) for name, value in self.facts.items()})


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What ``write_once`` did. ``transaction`` is None where the verb found nothing to post."""

    transaction: LoyaltyTransaction | None
    account: LoyaltyAccount
    is_new: bool

    def posting(self) -> Posting:
        """Return what a verb that always posts answers."""
        if self.transaction is None:
            raise RuntimeError("the verb posted nothing")
        return Posting(self.transaction, self.account, self.is_new)


def write_once(
    account_id: int,
    *,
    request: Request,
    at: datetime.datetime,
    write: Callable[[LoyaltyAccount], LoyaltyTransaction | None],
) -> Written:
    """Lock the account, answer a replay, bring the account up to date, let ``write`` post, and save the account.

    Raises AccountNotFound; IdempotencyConflict where the key stands for another request; whatever ``write`` raises.
    Locks / writes: opens an atomic block; the account's row first.
    """
    try:
        with atomic():
            account = lock_account(account_id)
            stored = find_stored(account.program_id, request)
            if stored is not None:
                return Written(transaction=stored, account=account, is_new=False)
            bring_up_to_date(account, at)
            transaction = write(account)
            save_account(account)
            return Written(transaction=transaction, account=account, is_new=True)
    except IntegrityError:
        # Another account's request took the key in the meantime; the account's own requests wait for its lock.
        account = LoyaltyAccount.objects.get(pk=account_id)
        stored = find_stored(account.program_id, request)
        if stored is None:
            raise
        return Written(transaction=stored, account=account, is_new=False)


def write_first(
    account: LoyaltyAccount, *, request: Request, write: Callable[[LoyaltyAccount], LoyaltyTransaction | None]
) -> Written:
    """As ``write_once`` for an account that is locked and up to date already, by a request that is most likely new: it
    is posted without a look, and only where the database knows the key does the stored transaction answer.

    Raises IdempotencyConflict where the key stands for another request; whatever ``write`` raises.
    Locks / writes: opens an atomic block.
    """
    program_id = account.program_id
    try:
        with atomic():
            transaction = write(account)
            save_account(account)
            return Written(transaction=transaction, account=account, is_new=True)
    except IntegrityError:
        stored = find_stored(program_id, request)
        if stored is None:
            raise
        account.refresh_from_db()
        return Written(transaction=stored, account=account, is_new=False)


_BY_KEY = CompiledQuery(
    lambda: LoyaltyTransaction.objects.filter(program_id=ANY_ID, idempotency_key=ANY_KEY).order_by(), ANY_ID, ANY_KEY
)


def find_stored(program_id: int, request: Request) -> LoyaltyTransaction | None:
    """Return the transaction that this request posted before, if any. Raises IdempotencyConflict."""
    found = _BY_KEY.fetch(program_id, request.key)
    if not found:
        return None
    stored = LoyaltyTransaction.objects.select_related("text").get(pk=found[0].pk)
    if stored.request_hash != request.hash:
        raise IdempotencyConflict
    text = stored.text
    if text.salt and stored.text_digest != digest_texts(
        salt=text.salt, reason=request.reason, internal_note=request.internal_note
    ):
        raise IdempotencyConflict
    return stored


def find_known_keys(keys: Collection[str], accounts: Iterable[LoyaltyAccount]) -> set[str]:
    """Return which of the keys stand for something already in the program of these accounts. Raises ValueError where
    they are of several. Cost: one statement."""
    programs = {account.program_id for account in accounts}
    if len(programs) > 1:
        raise ValueError("the accounts are of several programs")
    known = LoyaltyTransaction.objects.filter(program_id__in=programs, idempotency_key__in=list(keys)).order_by()
    return set(known.values_list("idempotency_key", flat=True))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return value
