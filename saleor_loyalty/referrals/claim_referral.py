"""``claim_referral``: a new customer says who invited them.

Whoever asks learns nothing of anybody else: a code that does not exist, and one of somebody whose account is frozen or
closed, answer alike. What is told apart is only about whoever asks, or about the channel.
"""

from __future__ import annotations

import datetime

from django.db import transaction

from ..errors import (
    AccountClosed,
    AccountFrozen,
    AlreadyExists,
    LoyaltyException,
    NotMember,
    ProgramInactive,
)
from ..fingerprints import fingerprint_device
from ..host import get_host
from ..ledger import Actor, open_account
from ..lock_objects import loyalty_account_qs_select_for_update
from ..models import (
    ENDED_ACCOUNT_STATUSES,
    AccountStatus,
    ActorKind,
    LoyaltyAccount,
    LoyaltyProgram,
    Referral,
    ReferralChange,
    ReferralCode,
)
from ..programs import ActiveProgram
from .codes import read_code
from .history import note_change
from .offer import referral_offer, terms_of
from .refusals import InvitedByClaimer, NotNewCustomer, ReferralCodeNotFound

_ATTEMPTS = 5
"""How often both accounts are locked anew, where a merge has given the code to another account meanwhile."""


class _CodeMoved(Exception):
    """Between the reading of the code and the locking of whose it is, it became somebody else's."""


def claim_referral(*, user_id: int, code: str, channel: str, device: str = "", at: datetime.datetime) -> Referral:
    """Note that the customer was invited by whoever has the code; nothing is paid yet.

    ``device``: what the storefront knows the customer's device by; only a keyed digest of it is kept.

    Raises, in this order:
        ProgramInactive: there is no active program in the channel, or codes cannot be claimed now.
        AccountClosed, AccountFrozen: the customer's own account is.
        AlreadyExists: the customer claimed another code before.
        NotMember: the customer's e-mail address is not confirmed.
        NotNewCustomer: the customer has ordered before, under the account or its e-mail address.
        LoyaltyException (INVALID, code): it is the customer's own.
        ReferralCodeNotFound: there is no such code; or whose it is can get nothing.
        InvitedByClaimer: the customer invited whoever has the code, whatever became of that.

    Locks: both accounts in the order of their keys, so that no merge takes the code along unseen, and of two who claim
    each other's codes at once one is refused. Idempotency: the same code again returns the same referral.
    """
    program = referral_offer(channel, at=at)
    if program is None:
        raise ProgramInactive
    for _ in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                row = LoyaltyProgram.objects.get(pk=program.program_id)
                opened = open_account(row, user_id=user_id, at=at)
                referee, found = _lock_both(opened.pk, code=code, program_id=row.pk)
                return _claim(referee, found, program, channel=channel, device=device, at=at)
        except _CodeMoved:
            continue
    raise ReferralCodeNotFound


def _lock_both(referee_id: int, *, code: str, program_id: int) -> tuple[LoyaltyAccount, LoyaltyAccount | None]:
    """Return the customer's account and that of the code, locked."""
    owner_id = _owner_of(code, program_id=program_id)
    pks = [pk for pk in (referee_id, owner_id) if pk is not None]
    accounts = {account.pk: account for account in loyalty_account_qs_select_for_update().filter(pk__in=pks)}
    if _owner_of(code, program_id=program_id) != owner_id:
        raise _CodeMoved
    return accounts[referee_id], None if owner_id is None else accounts[owner_id]


def _claim(
    referee: LoyaltyAccount,
    found: LoyaltyAccount | None,
    program: ActiveProgram,
    *,
    channel: str,
    device: str,
    at: datetime.datetime,
) -> Referral:
    if referee.status in ENDED_ACCOUNT_STATUSES:
        raise AccountClosed
    if referee.status == AccountStatus.FROZEN:
        raise AccountFrozen
    claimed = Referral.objects.filter(referee=referee).first()
    if claimed is not None:
        if found is not None and claimed.referrer_id == found.pk:
            return claimed
        raise AlreadyExists("You have claimed a code before.", field="code")
    terms, user_id = terms_of(program), referee.user_id
    owner = None if user_id is None else get_host().users([user_id]).get(user_id)
    if user_id is None or owner is None or owner.member_status != "MEMBER":
        raise NotMember
    if terms.new_customers_only and get_host().has_ordered(user_id):
        raise NotNewCustomer
    if found is not None and found.pk == referee.pk:
        raise LoyaltyException("This is your own code.", field="code")
    if found is None or found.status != AccountStatus.ACTIVE:
        raise ReferralCodeNotFound
    if Referral.objects.filter(referrer=referee, referee=found).exists():
        raise InvitedByClaimer
    referral = Referral.objects.create(
        program_id=program.program_id,
        program_version_id=program.version_id,
        referrer=found,
        referee=referee,
        channel_slug=channel,
        claimed_at=at,
        valid_until=at + datetime.timedelta(days=terms.claim_days),
        device=fingerprint_device(device),
    )
    actor = Actor(ActorKind.CUSTOMER.value, user_id)
    note_change(referral, ReferralChange.Type.CLAIMED, at=at, actor=actor)
    return referral


def _owner_of(code: str, *, program_id: int) -> int | None:
    """Return the account that has the code."""
    plain = read_code(code)
    rows = ReferralCode.objects.filter(program_id=program_id, code=plain)
    return rows.values_list("account_id", flat=True).first() if plain else None
