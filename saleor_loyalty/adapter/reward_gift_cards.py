"""Gift cards that are rewards: made, taken back while untouched, and looked at.

As every card of Saleor's they are bearer instruments: its customer may give one away. The customer is named as the one
it was made for (``created_by``), as with a card that is bought.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.db import transaction
from saleor.account.models import User
from saleor.giftcard import GiftCardEvents
from saleor.giftcard.events import gift_card_issued_event
from saleor.giftcard.models import GiftCard, GiftCardEvent
from saleor.plugins.manager import get_plugins_manager

from ..reward_terms import IssuedReward, RewardState, RewardTerms
from ..rewards import RewardRefused
from .reward_codes import new_code


def issue_gift_card(terms: RewardTerms, *, at: datetime.datetime) -> IssuedReward:
    """Make an active card with the amount on it. Raises RewardRefused REWARD_UNAVAILABLE without its customer.

    It can be used through the day on which it expires, as Saleor keeps it: a card has a date, and no time.
    """
    user = User.objects.filter(pk=terms.user_id).first()
    if user is None:
        raise RewardRefused("REWARD_UNAVAILABLE")
    card = GiftCard.objects.create(
        code=new_code(),
        created_by=user,
        created_by_email=user.email,
        currency=terms.currency,
        initial_balance_amount=terms.amount,
        current_balance_amount=terms.amount,
        expiry_date=terms.expires_at.date() if terms.expires_at is not None else None,
    )
    gift_card_issued_event(card, None, None)
    manager = get_plugins_manager(allow_replica=False)
    transaction.on_commit(partial(manager.gift_card_created, card))
    return IssuedReward(reference=str(card.pk), code=card.code)


def revoke_gift_card(reference: str) -> RewardState:
    """Lock the card and deactivate it, if nothing was ever taken from it."""
    card = GiftCard.objects.select_for_update(of=("self",)).filter(pk=int(reference)).first()
    if card is None:
        return "GONE"
    state = _state(card)
    if state == "UNUSED":
        card.is_active = False
        card.save(update_fields=["is_active"])
        GiftCardEvent.objects.create(gift_card=card, type=GiftCardEvents.DEACTIVATED)
        manager = get_plugins_manager(allow_replica=False)
        transaction.on_commit(partial(manager.gift_card_status_changed, card))
    return state


def gift_card_states(references: Iterable[str], *, using: str) -> dict[str, RewardState]:
    cards = GiftCard.objects.using(using).filter(pk__in=[int(reference) for reference in references])
    return {str(card.pk): _state(card) for card in cards}


def gift_card_codes(order_id: str) -> list[str]:
    """Return the codes of the cards that paid for the order; Saleor links them as it takes money off them."""
    return list(GiftCard.objects.filter(orders=UUID(order_id)).order_by("pk").values_list("code", flat=True))


def _state(card: GiftCard) -> RewardState:
    if card.last_used_on is not None or card.current_balance_amount != card.initial_balance_amount:
        return "USED"
    return "UNUSED" if card.is_active else "GONE"
