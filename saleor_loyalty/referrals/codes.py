"""The code with which a customer invites others: one for each account, random, made when it is first asked for.

Nothing about the customer can be told from a code, and there are too many to be guessed. Its letters and digits cannot
be taken for one another, and form no words.
"""

from __future__ import annotations

import datetime
import secrets

from django.db import IntegrityError, transaction

from ..errors import AccountClosed, AccountFrozen, ProgramInactive
from ..fingerprints import fingerprint_device
from ..ledger import open_account
from ..lock_objects import loyalty_account_qs_select_for_update
from ..models import ENDED_ACCOUNT_STATUSES, AccountStatus, LoyaltyProgram, ReferralCode
from .offer import referral_offer

ALPHABET = "BCDFGHJKMNPQRSTVWXYZ23456789"
CODE_LENGTH = 10
INPUT_MAX = 64
"""Characters of what somebody enters as a code."""
_ATTEMPTS = 5


def open_referral_code(*, user_id: int, channel: str, device: str = "", at: datetime.datetime) -> ReferralCode:
    """Return the customer's code in the channel's program, and make it where there is none; so with the account.

    ``device``: what the storefront knows the customer's device by; only a keyed digest of it is kept, with a new code.

    Raises, in this order:
        ProgramInactive: there is no active program, or nothing to be had for inviting anybody now.
        AccountClosed, AccountFrozen: the customer's account is.

    Locks: the account. Idempotency: a second call returns the same code.
    """
    offer = referral_offer(channel, at=at)
    if offer is None:
        raise ProgramInactive
    with transaction.atomic():
        program = LoyaltyProgram.objects.get(pk=offer.program_id)
        account = loyalty_account_qs_select_for_update().get(pk=open_account(program, user_id=user_id, at=at).pk)
        if account.status in ENDED_ACCOUNT_STATUSES:
            raise AccountClosed
        if account.status == AccountStatus.FROZEN:
            raise AccountFrozen
        found = ReferralCode.objects.filter(account=account).first()
        if found is not None:
            return found
        digest = fingerprint_device(device)
        return _make(ReferralCode(account=account, program=program, device=digest, created_at=at))


def _make(row: ReferralCode) -> ReferralCode:
    for attempt in range(1, _ATTEMPTS + 1):
        row.code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            if attempt == _ATTEMPTS:
                raise
        else:
            return row
    raise AssertionError("unreachable")  # pragma: no cover


def format_code(code: str) -> str:
    """Return the code as people read it: ``BCDFG-HJKMN``."""
    return f"{code[:5]}-{code[5:]}"


def read_code(text: str) -> str:
    """Return the code that somebody entered, without spaces, dashes and case; empty where it can be none."""
    if len(text) > INPUT_MAX:
        return ""
    plain = "".join(text.split()).replace("-", "").upper()
    return plain if len(plain) == CODE_LENGTH and set(plain) <= set(ALPHABET) else ""
