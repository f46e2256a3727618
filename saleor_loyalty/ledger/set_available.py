"""Setting what is available to a number: the difference is posted, pending and reserved points stay."""

from __future__ import annotations

import datetime

from ..errors import StaleRevision
from ..models import LoyaltyAccount, LoyaltyTransaction, TransactionType
from .account_rows import require_active
from .explaining import explain_set
from .idempotency import Request, write_once
from .inputs import check_actor, check_moment, check_points, check_source, require_within_limit
from .movements import credit_points, debit_points
from .posting import Entry, post_entry
from .results import Actor, Lasting, Posting


def set_available(
    account_id: int,
    *,
    points: int,
    at: datetime.datetime,
    idempotency_key: str,
    expected_revision: int | None = None,
    actor: Actor = Actor(),  # noqa: B008 (frozen)
    reason: str = "",
    internal_note: str = "",
    source: str = "MANUAL",
    limit: int | None = None,
    lasting: Lasting | None = None,
) -> Posting:
    """Post what is missing or too much, so that exactly ``points`` (0 or more) are available.

    A debt is paid by the way where ``points`` is above 0, and stays where it is 0. Where nothing differs, a SET of 0
    points is recorded. With ``expected_revision`` the account must not have been written to since it was read.
    ``limit`` is the most points by which one operation may change what is available; None: any. What is given lasts as
    ``lasting`` says, by the program's policy; None: for ever.

    Raises InvalidPoints; LoyaltyException for texts that do not fit; AccountNotFound; IdempotencyConflict;
    StaleRevision; AccountClosed; AccountFrozen; OperationLimitReached; InvalidPoints beyond what an account can hold.
    Locks / writes: opens an atomic block; the account, then its lots.
    Idempotency: the same request returns the stored posting, also when the revision has moved on.
    """
    check_points(points, minimum=0)
    check_moment(at)
    check_actor(actor)
    facts = {
        "verb": "set",
        "account": account_id,
        "points": points,
        "expectedRevision": expected_revision,
        "actor": [actor.kind, actor.id],
    }
    if check_source(source) != "MANUAL":
        # Left out otherwise: a request that was stored when there was no choice is still the same.
        facts["source"] = str(source)
    request = Request(
        key=idempotency_key,
        facts=facts,
        reason=reason,
        internal_note=internal_note,
    )

    def write(account: LoyaltyAccount) -> LoyaltyTransaction:
        # Being brought up to date does not raise the revision before the account is saved.
        if expected_revision is not None and account.revision != expected_revision:
            raise StaleRevision(expected=expected_revision, actual=account.revision)
        require_active(account)
        debt = account.debt if points > 0 else 0
        difference = points - account.available + debt
        require_within_limit(abs(difference), limit)
        entry = Entry(
            type=TransactionType.SET.value,
            source=str(source),
            points=difference,
            created_at=at,
            occurred_at=at,
            actor=actor,
            idempotency_key=request.key,
            request_hash=request.hash,
            reason=reason,
            internal_note=internal_note,
            receipt=explain_set(points, available=account.available, debt=debt),
        )
        if difference > 0:
            own = lasting or Lasting()
            return credit_points(
                account, entry, available_at=at, expires_at=own.until, lasts_while_active=own.while_active
            )
        if difference < 0:
            return debit_points(account, entry)
        return post_entry(account, entry)

    return write_once(account_id, request=request, at=at, write=write).posting()
