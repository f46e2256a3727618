"""Baskets as the conditions of a program's rules want to see their customer, loaded for all of a response at once."""

from __future__ import annotations

from promise import Promise

from ..basket import Basket
from ..programs import ActiveProgram
from ..rules import words_needed
from .membership_loaders import CustomerWordsLoader
from .request import LoyaltyRequest


def basket_with_words(basket: Basket, program: ActiveProgram, request: LoyaltyRequest) -> Promise:
    """Return a promise of the basket with the customer's labels and plans, where the rules ask for any. A customer of
    whom only an e-mail is known has none. No statement for a program without such conditions."""
    needed, user_id = words_needed(program.rules), basket.customer.user_id
    if not needed or user_id is None:
        return Promise.resolve(basket)
    words = request.loader(CustomerWordsLoader).load((program.program_id, needed, user_id))
    return words.then(lambda found: found.put_into(basket))
