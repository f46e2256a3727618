"""``add_note``: staff writes something down about a customer."""

from __future__ import annotations

import datetime
import hashlib
import json

from django.db import transaction

from ..errors import IdempotencyConflict
from ..ledger import Actor
from ..models import ActorKind, Note
from ..models.card import NOTE_TEXT_MAX, NOTE_TYPE_MAX
from .inputs import check_name, check_text
from .locking import lock_account

KEY_MAX = 250


def add_note(
    account_id: int, *, text: str, author: Actor, at: datetime.datetime, type: str = "", idempotency_key: str = ""
) -> Note:
    """Add a note to the account's card, with a type of the shop's own choosing or none (A-171 to A-173).

    Raises:
        LoyaltyException (INVALID): the text is blank, longer than 10,000 characters or cannot be stored; the type is
            longer than 50 characters or not one line; the key is longer than 250 characters.
        AccountNotFound, AccountClosed: there is no such account, or it is closed or anonymized.
        IdempotencyConflict: the account has a note that was added under this key by another request.
        ValueError: the author is a customer.

    Locks: the account. Idempotency: by key within the account, as long as the note exists; the same request returns
    the note as it is now. Without a key each call adds a note.
    """
    if author.kind == ActorKind.CUSTOMER:
        raise ValueError("customers write no notes")
    text = check_text(text, max_length=NOTE_TEXT_MAX, field="text")
    type = check_name(type, max_length=NOTE_TYPE_MAX, field="type", is_optional=True)
    key = check_name(idempotency_key, max_length=KEY_MAX, field="idempotencyKey", is_optional=True)
    request = json.dumps([text, type, author.kind, author.id])
    request_hash = hashlib.sha256(request.encode()).hexdigest() if key else ""
    with transaction.atomic():
        account = lock_account(account_id)
        if key:
            note = Note.objects.filter(account=account, idempotency_key=key).first()
            if note is not None:
                if note.request_hash != request_hash:
                    raise IdempotencyConflict
                return note
        return Note.objects.create(
            account=account,
            type=type,
            text=text,
            author_kind=author.kind,
            author_id=author.id,
            idempotency_key=key,
            request_hash=request_hash,
            created_at=at,
            updated_at=at,
        )
