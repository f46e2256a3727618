"""Baskets as the conditions of a program's rules want to see their customer, loaded for all of a response at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from promise import Promise

from ..activities import capped_rules
from ..basket import Basket, EarnedBefore
from ..programs import ActiveProgram
from ..rules import words_needed
from .activity_loaders import EarnedBeforeLoader
from .membership_loaders import CustomerWordsLoader
from .request import LoyaltyRequest


def basket_with_words(basket: Basket, program: ActiveProgram, request: LoyaltyRequest) -> Promise:
    """Return a promise of the basket with the customer's labels and plans, where the rules ask for any. A customer of
    whom only an e-mail is known has none. With them comes what rules with caps gave to the customer before. No
    statement for a program without such conditions and caps."""
    needed, user_id = words_needed(program.rules), basket.customer.user_id
    if user_id is None:
        return Promise.resolve(basket)
    seen = Promise.resolve(basket)
    if needed:
        words = request.loader(CustomerWordsLoader).load((program.program_id, needed, user_id))
        seen = words.then(lambda found: found.put_into(basket))
    if not capped_rules(program.rules, basket.channel):
        return seen
    earned = request.loader(EarnedBeforeLoader).load((program.version_id, basket.channel, user_id))
    return Promise.all([seen, earned]).then(lambda both: _with_earned(both[0], both[1]))


def _with_earned(basket: Basket, earned: Sequence[EarnedBefore]) -> Basket:
    return dataclasses.replace(basket, customer=dataclasses.replace(basket.customer, earned=tuple(earned)))
