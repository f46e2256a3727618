"""``claim_referral``: a new customer says who invited them.

Whoever asks learns nothing of anybody else: a code that does not exist, and one of somebody whose account is frozen or
closed, answer alike. What is told apart is only about whoever asks, or about the channel.
"""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction

from ..errors import (
    AccountClosed,
    AccountFrozen,
    AlreadyExists,
    LoyaltyException,
    NotMember,
    NotNewCustomer,
    ProgramInactive,
    ReferralCodeNotFound,
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

    Locks: the customer's account. Idempotency: the same code again returns the same referral.
    """
    program = referral_offer(channel, at=at)
    if program is None:
        raise ProgramInactive
    try:
        with transaction.atomic():
            row = LoyaltyProgram.objects.get(pk=program.program_id)
            opened = open_account(row, user_id=user_id, at=at)
            referee = loyalty_account_qs_select_for_update().get(pk=opened.pk)
            return _claim(referee, program, code=code, channel=channel, device=device, at=at)
    except IntegrityError:
        # A merge of accounts made the customer somebody's referee in the meantime.
        raise AlreadyExists("You have claimed a code before.", field="code") from None


def _claim(
    referee: LoyaltyAccount, program: ActiveProgram, *, code: str, channel: str, device: str, at: datetime.datetime
) -> Referral:
    if referee.status in ENDED_ACCOUNT_STATUSES:
        raise AccountClosed
    if referee.status == AccountStatus.FROZEN:
        raise AccountFrozen
    found = _referrer_of(code, program_id=program.program_id)
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


def _referrer_of(code: str, *, program_id: int) -> LoyaltyAccount | None:
    plain = read_code(code)
    rows = ReferralCode.objects.filter(program_id=program_id, code=plain).select_related("account")
    row = rows.first() if plain else None
    return None if row is None else row.account
