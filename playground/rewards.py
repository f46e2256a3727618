"""Rewards as the playground makes them: vouchers that one order uses up. It has no other kind of thing to give.

A voucher of the playground is of one channel: a reward has one for each of its channels, with the same code.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from saleor_loyalty.reward_terms import IssuedReward, RewardState, RewardTerms
from saleor_loyalty.rewards import RewardRefused

from .models import Channel, Voucher


def issue_reward(terms: RewardTerms) -> IssuedReward:
    """Make the vouchers. Raises RewardRefused REWARD_UNAVAILABLE for what the playground does not have."""
    channels = list(Channel.objects.filter(slug__in=terms.channels))
    if terms.type != "VOUCHER" or not channels:
        raise RewardRefused("REWARD_UNAVAILABLE")
    code = f"REWARD-{secrets.token_hex(8).upper()}"
    Voucher.objects.bulk_create(
        Voucher(
            channel=channel,
            code=code,
            percent=terms.percent,
            amount=None if terms.percent is not None else terms.amounts[channel.slug],
            min_spent=terms.min_order.get(channel.slug, 0),
            is_single_use=True,
            expires_at=terms.expires_at,
        )
        for channel in channels
    )
    return IssuedReward(reference=code, code=code)


def revoke_reward(code: str) -> RewardState:
    """Delete the vouchers that no order used."""
    vouchers = list(Voucher.objects.select_for_update().filter(code=code).order_by("pk"))
    if vouchers and any(voucher.is_used for voucher in vouchers):
        return "USED"
    Voucher.objects.filter(pk__in=[voucher.pk for voucher in vouchers]).delete()
    return "UNUSED" if vouchers else "GONE"


def reopen_reward(code: str) -> None:
    Voucher.objects.filter(code=code).update(is_used=False)


def gift_card_codes(order_id: str) -> list[str]:
    """The playground has no gift cards."""
    return []


def reward_states(references: Iterable[tuple[str, str]], *, using: str) -> dict[tuple[str, str], RewardState]:
    asked = list(references)
    rows = Voucher.objects.using(using).filter(code__in=[code for _, code in asked])
    used: dict[str, bool] = {}
    for code, is_used in rows.values_list("code", "is_used"):
        used[code] = used.get(code, False) or is_used
    states: dict[bool | None, RewardState] = {None: "GONE", True: "USED", False: "UNUSED"}
    return {(type, code): states[used.get(code)] for type, code in asked}
