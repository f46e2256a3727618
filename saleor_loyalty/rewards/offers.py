"""``find_offers``: the catalogue of a channel as it is offered to one customer, or to nobody in particular."""

from __future__ import annotations

import datetime

from django.db.models import Count

from ..basket import CustomerFacts
from ..host import get_host
from ..ledger import read_points
from ..memberships import read_customer_words
from ..models import NO_LONGER_COUNTED, AccountStatus, RewardIssue, RewardStock
from ..programs import ActiveProgram
from ..rules import ProgramRules
from ..rules.reward_offer import RewardOffer, offer_reward, reward_words_needed
from ..selectors import account_of_user


def find_offers(
    program: ActiveProgram, *, channel: str, user_id: int | None, at: datetime.datetime, using: str = "default"
) -> list[RewardOffer]:
    """Return the rewards that the channel has now, in the order of the rules, as they are offered to the user.

    What the user cannot have is there too, with the reason: a storefront shows what is missing for it.
    Cost: a constant number of statements, however many rewards there are; without any, none.
    """
    rewards = [reward for reward in program.rules.rewards if reward.is_for(channel) and reward.is_current(at)]
    if not rewards:
        return []
    account = account_of_user(user_id, program_id=program.program_id, using=using) if user_id is not None else None
    customer = customer_facts(user_id, rules=program.rules, program_id=program.program_id, at=at, using=using)
    available = read_points([account], at=at, using=using)[account.pk].available if account is not None else 0
    stock = count_issued(program.program_id, using=using)
    had = count_of_customer(account.pk, using=using) if account is not None else {}
    return [
        offer_reward(
            reward,
            rules=program.rules,
            channel=channel,
            customer=customer,
            is_account_active=account is None or account.status == AccountStatus.ACTIVE,
            available=available,
            issued=stock.get(reward.key, 0),
            issued_to_customer=had.get(reward.key, 0),
            at=at,
        )
        for reward in rewards
    ]


def customer_facts(
    user_id: int | None,
    *,
    rules: ProgramRules,
    program_id: int,
    at: datetime.datetime,
    using: str = "default",
) -> CustomerFacts:
    """Return what the conditions of rewards look at. At most one statement for the user, and one for each kind of word
    that the rewards name."""
    user = get_host().users([user_id], using=using).get(user_id) if user_id is not None else None
    if user is None or user_id is None:
        return CustomerFacts()
    needed = reward_words_needed(rules)
    words = read_customer_words([user_id], program_id=program_id, needed=needed, at=at, using=using)[user_id]
    return words.put_on(CustomerFacts(user_id=user_id, member_status=user.member_status))


def count_issued(program_id: int, *, using: str = "default") -> dict[str, int]:
    """Return by key how many of the program's rewards stand. One statement."""
    rows = RewardStock.objects.using(using).filter(program_id=program_id)
    return dict(rows.order_by().values_list("reward_key", "issued"))


def count_of_customer(account_id: int, *, using: str = "default") -> dict[str, int]:
    """Return by key how many the customer had of each reward, but for those taken back. One statement."""
    rows = RewardIssue.objects.using(using).filter(account_id=account_id).exclude(status__in=NO_LONGER_COUNTED)
    return dict(rows.order_by().values_list("reward_key").annotate(Count("pk")))
