"""The part of the port that is about rewards, by delegation; and the refusal of a code that is somebody else's."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any

from ..reward_terms import IssuedReward, RewardState, RewardTerms

if TYPE_CHECKING:
    from ..models import OrderRecord

logger = logging.getLogger(__name__)

_SAID = {"REWARD_NOT_YOURS": "REWARD_NOT_YOURS", "REWARD_USED": "REWARD_CODE_USED"}
"""The messages to customers, by the code of the refusal."""


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

    def gift_card_codes(self, order_id: str) -> list[str]:
        from .reward_gift_cards import gift_card_codes

        return gift_card_codes(order_id)


def ask_for_cards(record: OrderRecord | None) -> None:
    """Have it looked, once the order is committed, which gift cards that are rewards it was paid with.

    Of a new order alone: Saleor takes no card later. It is a hint for shops whose rules have such rewards, and costs
    no statement: the settlement has read the rules. What nobody hinted at ``follow_rewards`` finds. Never raises.
    """
    from ..programs import load_version
    from ..tasks import schedule_order_cards

    if record is None:
        return
    try:
        rules = load_version(record.program_version_id).rules
        if any(reward.type == "GIFT_CARD" for reward in rules.rewards):
            schedule_order_cards(record.order_id)
    except Exception:
        logger.exception("The gift cards of an order could not be asked for.")


def frees_code(hook: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate ``preprocess_order_creation``: where it refuses, the voucher code on the checkout can be used again.

    In the payment flow Saleor counts the use before it asks us, and takes it back only where taxes fail. Without this
    a stranger who tries somebody's code would use it up, and what its customer was refused once could not be given
    back.
    """

    @wraps(hook)
    def decorated(self: Any, checkout_info: Any, *args: Any, **kwargs: Any) -> Any:
        from django.core.exceptions import ValidationError

        try:
            return hook(self, checkout_info, *args, **kwargs)
        except ValidationError:
            _free_code(checkout_info)
            raise

    return decorated


def _free_code(checkout_info: Any) -> None:
    from saleor.discount.utils.voucher import get_customer_email_for_voucher_usage, release_voucher_code_usage

    checkout = checkout_info.checkout
    if not checkout.is_voucher_usage_increased:
        return
    email = get_customer_email_for_voucher_usage(checkout_info)
    release_voucher_code_usage(checkout_info.voucher_code, checkout_info.voucher, email)
    checkout.is_voucher_usage_increased = False
    checkout.save(update_fields=["is_voucher_usage_increased"])


def refuse_foreign_code(checkout: Any) -> None:
    """Raise ValidationError where the code on the checkout is a reward of somebody else than its user, or used up.

    Whoever completes it, it is the checkout's own user who counts. Called before any payment. Its code is in
    both of Saleor's enums for completions. Where a reward's code cannot be checked it is refused too, since a stranger
    may have it; of the shop's own codes nothing is asked, so that they do not suffer from our fault.
    """
    from django.core.exceptions import ValidationError
    from saleor.checkout.error_codes import CheckoutErrorCode

    from ..messages import render
    from ..rewards import RewardRefused, check_reward_code
    from .reward_codes import may_be_ours

    if not checkout.voucher_code or not may_be_ours(checkout.voucher_code):
        return
    try:
        check_reward_code(checkout.voucher_code, user_id=checkout.user_id)
        return
    except RewardRefused as error:
        said = _SAID[error.code]
    except Exception:
        logger.exception("The code on checkout %s could not be checked.", checkout.pk)
        said = "BLOCKED_OTHER"
    message = render(said, language=checkout.language_code)
    raise ValidationError(message, code=CheckoutErrorCode.VOUCHER_NOT_APPLICABLE.value)
