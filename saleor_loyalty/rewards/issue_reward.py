"""``issue_reward``: a customer takes a reward for points, or staff does it for them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from ..errors import IdempotencyConflict
from ..events.catalogue import REWARD_ISSUED
from ..host import get_host
from ..ledger import Actor, check_key, redeem_points, refresh_account
from ..models import AccountStatus, LoyaltyAccount, LoyaltyProgram, RewardIssue
from ..programs import ActiveProgram, active_program
from ..reward_terms import IssuedReward, RewardTerms
from ..rules.document import ON_CHECKOUT, Reward
from ..rules.reward_offer import offer_reward
from ..rules.reward_receipt import explain_reward
from .book import tell
from .inputs import fingerprint, new_access_code
from .offers import count_issued, count_of_customer, customer_facts
from .refusals import RewardNotFound, RewardRefused
from .stock import take_from_stock


@dataclass(frozen=True, kw_only=True, slots=True)
class IssuedToCustomer:
    issue: RewardIssue
    is_new: bool
    """False where the same request was answered before."""


def account_of_request(user_id: int, *, channel: str, idempotency_key: str) -> int | None:
    """Return the user's account that had a reward in the channel under this key, None where none had.

    So a repeated request finds its answer also where the program was paused meanwhile, or another one has the channel.

    Raises LoyaltyException (INVALID) about ``idempotencyKey``. Cost: one statement.
    """
    check_key(idempotency_key)
    # By program too: that is how accounts are found by their user.
    accounts = LoyaltyAccount.objects.filter(program__in=LoyaltyProgram.objects.all(), user_id=user_id)
    issues = RewardIssue.objects.filter(account__in=accounts, idempotency_key=idempotency_key)
    found = dict(issues.values_list("channel_slug", "account_id"))
    return found.get(channel)


def issue_reward(
    account_id: int,
    *,
    reward_key: str,
    channel: str,
    at: datetime.datetime,
    idempotency_key: str,
    actor: Actor,
) -> IssuedToCustomer:
    """Take the points, let the host make the real thing, and write what was issued: all of it or nothing.

    Args:
        channel: the slug of the channel that the customer is in: its program and its catalogue count.

    Raises, in this order:
        LoyaltyException (INVALID) about ``idempotencyKey``; AccountNotFound.
        IdempotencyConflict: the account has an issue that was made under this key by another request.
        RewardRefused: PROGRAM_INACTIVE: no program is active in the channel, or another than the account's.
        RewardNotFound: its catalogue has no such reward.
        RewardRefused: the first obstacle in the order of ``rules.reward_offer``; REWARD_UNAVAILABLE: the host cannot
            make it (a gift product that is not sold any more, for example).

    Locks: the account, its lots; the stock's row last. What the host makes is new, so that nobody waits for it.
    Idempotency: by key within the account; the same request returns what was issued. What the host tells the world it
    tells when the transaction commits.
    """
    check_key(idempotency_key)
    request_hash = fingerprint([reward_key, channel, actor.kind, actor.id])
    with transaction.atomic():
        account = refresh_account(account_id, at=at)
        stored = RewardIssue.objects.filter(account=account, idempotency_key=idempotency_key).first()
        if stored is not None:
            if stored.request_hash != request_hash:
                raise IdempotencyConflict
            return IssuedToCustomer(issue=stored, is_new=False)
        program = active_program(channel, at=at)
        if program is None or program.program_id != account.program_id:
            raise RewardRefused("PROGRAM_INACTIVE")
        reward = program.rules.reward(reward_key)
        if reward is None:
            raise RewardNotFound
        _refuse(account, reward, program=program, channel=channel, at=at)
        issue = RewardIssue(
            account=account,
            program_version_id=program.version_id,
            reward_key=reward.key,
            type=reward.type,
            channel_slug=channel,
            points=reward.required_points,
            expires_at=reward.expires_at(at),
            checked_at=at,
            actor_kind=actor.kind,
            actor_id=actor.id,
            idempotency_key=idempotency_key,
            request_hash=request_hash,
            created_at=at,
        )
        _issue(issue, account, reward, program=program, actor=actor, at=at)
        return IssuedToCustomer(issue=issue, is_new=True)


def _refuse(
    account: LoyaltyAccount, reward: Reward, *, program: ActiveProgram, channel: str, at: datetime.datetime
) -> None:
    """Raise RewardRefused where the reward cannot be had, as the locked account stands."""
    offer = offer_reward(
        reward,
        rules=program.rules,
        channel=channel,
        customer=customer_facts(account.user_id, rules=program.rules, program_id=program.program_id, at=at),
        is_account_active=account.status == AccountStatus.ACTIVE,
        available=account.available,
        issued=count_issued(program.program_id).get(reward.key, 0),
        issued_to_customer=count_of_customer(account.pk).get(reward.key, 0),
        at=at,
    )
    if offer.reason:
        raise RewardRefused(offer.reason, missing_points=offer.missing_points)


def _issue(
    issue: RewardIssue,
    account: LoyaltyAccount,
    reward: Reward,
    *,
    program: ActiveProgram,
    actor: Actor,
    at: datetime.datetime,
) -> None:
    posting = redeem_points(
        account.pk,
        points=reward.required_points,
        at=at,
        idempotency_key=f"reward:{fingerprint([account.pk, issue.idempotency_key])}",
        receipt=explain_reward(
            reward_key=reward.key,
            type=reward.type,
            points=reward.required_points,
            program_version=program.version_number,
        ),
        channel_slug=issue.channel_slug,
        program_version_id=program.version_id,
        actor=actor,
    )
    made = _make(account, reward, program=program, expires_at=issue.expires_at, at=at)
    issue.transaction = posting.transaction
    issue.reference, issue.code = made.reference, made.code
    issue.save(force_insert=True)
    tell(REWARD_ISSUED, issue, account=account, at=at)
    take_from_stock(program.program_id, reward.key, stock=reward.stock)


def _make(
    account: LoyaltyAccount,
    reward: Reward,
    *,
    program: ActiveProgram,
    expires_at: datetime.datetime | None,
    at: datetime.datetime,
) -> IssuedReward:
    if reward.type == "EVENT_ACCESS":
        return IssuedReward(reference="", code=new_access_code())
    if account.user_id is None:
        raise RewardRefused("NOT_A_MEMBER")
    channels = {
        listing.channel: listing.currency
        for listing in program.rules.channels
        if listing.is_active and reward.is_for(listing.channel)
    }
    card = reward.gift_card
    terms = RewardTerms(
        type=reward.type,
        name=reward.name,
        names={language: text.name for language, text in reward.translations.items() if text.name},
        user_id=account.user_id,
        channels=channels if reward.type in ON_CHECKOUT else {},
        percent=reward.voucher.percent if reward.voucher is not None else None,
        amounts=dict(reward.voucher.amounts) if reward.voucher is not None else {},
        min_order=dict(reward.min_order),
        variant_sku=reward.variant_sku or "",
        amount=card.amount if card is not None else Decimal(0),
        currency=card.currency if card is not None else "",
        expires_at=expires_at,
    )
    return get_host().issue_reward(terms, at=at)
