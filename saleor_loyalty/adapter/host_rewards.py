"""The part of the port that is about rewards, by delegation; and the refusal of a code that is somebody else's."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable
from typing import Any

from ..reward_terms import IssuedReward, RewardState, RewardTerms

logger = logging.getLogger(__name__)


class SaleorRewards:
    """Imports of Saleor stand inside of the methods: see ``host``."""

    def issue_reward(self, terms: RewardTerms, *, at: datetime.datetime) -> IssuedReward:
        from .rewards import issue_reward

        return issue_reward(terms, at=at)

    def revoke_reward(self, type: str, reference: str, *, at: datetime.datetime) -> RewardState:
        from .rewards import revoke_reward

        return revoke_reward(type, reference, at=at)

    def reopen_reward(self, type: str, reference: str) -> None:
        from .rewards import reopen_reward

        reopen_reward(type, reference)

    def reward_states(
        self, references: Iterable[tuple[str, str]], *, using: str = "default"
    ) -> dict[tuple[str, str], RewardState]:
        from .rewards import reward_states

        return reward_states(references, using=using)


def refuse_foreign_code(checkout: Any) -> None:
    """Raise ValidationError where the code on the checkout is a reward of somebody else than its user.

    Called before any payment. Its code is in both of Saleor's enums for completions.
    """
    from django.core.exceptions import ValidationError
    from saleor.checkout.error_codes import CheckoutErrorCode

    from ..messages import render
    from ..rewards import RewardRefused, check_reward_code

    if not checkout.voucher_code:
        return
    code = CheckoutErrorCode.VOUCHER_NOT_APPLICABLE.value
    try:
        check_reward_code(checkout.voucher_code, user_id=checkout.user_id)
    except RewardRefused as error:
        message = render("REWARD_NOT_YOURS", language=checkout.language_code)
        raise ValidationError(message, code=code) from error
