"""What the rewards of a rules document must not say, together or with its channels. As ``coherence``, its model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..money import is_whole
from .coherence import (
    Parts,
    Problem,
    channel_problems,
    condition_problems,
    date_problems,
    find_duplicates,
    is_language,
    not_whole,
)
from .reward import ON_CHECKOUT, Reward

_CONTENT = {
    "VOUCHER": "voucher",
    "GIFT_PRODUCT": "variantSku",
    "GIFT_CARD": "giftCard",
    "EVENT_ACCESS": "accessText",
}


def find_reward_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what contradicts itself, in no particular order."""
    yield from find_duplicates("rewards", "key", [(position, reward.key) for position, reward in parts.rewards])
    for position, reward in parts.rewards:
        path = f"rewards[{position}]"
        if not reward.name.strip():
            yield f"{path}.name", "must not be empty"
        for language in reward.translations:
            if not is_language(language):
                yield f"{path}.translations.{language}", "unknown language; it must be a code like en, he or pt-br"
        yield from date_problems(f"{path}.", reward.starts_at, reward.ends_at)
        yield from channel_problems(path, reward.channels, {}, parts)
        yield from condition_problems(path, reward.conditions)
        yield from _content_problems(path, reward)
        yield from _money_problems(path, reward, parts)


def _content_problems(path: str, reward: Reward) -> Iterator[Problem]:
    """Yield where the content is not that of the type."""
    given = {
        "voucher": reward.voucher is not None,
        "variantSku": reward.variant_sku is not None,
        "giftCard": reward.gift_card is not None,
        "accessText": bool(reward.access_text.strip()),
    }
    wanted = _CONTENT.get(reward.type)
    for name, is_given in given.items():
        if name == wanted and not is_given:
            yield f"{path}.{name}", f"is required for {reward.type}"
        if name != wanted and is_given:
            yield f"{path}.{name}", f"must not be set for {reward.type}"
    if reward.min_order and reward.type not in ON_CHECKOUT:
        yield f"{path}.minOrder", f"must not be set for {reward.type}, which is no code for the cart"


def _money_problems(path: str, reward: Reward, parts: Parts) -> Iterator[Problem]:
    for channel, currency in parts.currencies.items():
        least = reward.min_order.get(channel)
        if least is not None and not is_whole(least, currency):
            yield f"{path}.minOrder.{channel}", not_whole(channel, currency)
    yield from _foreign_channels(f"{path}.minOrder", reward.min_order, reward, parts)
    if reward.gift_card is not None and not is_whole(reward.gift_card.amount, reward.gift_card.currency):
        yield (
            f"{path}.giftCard.amount",
            f"must be a whole number of the smallest amount of {reward.gift_card.currency}",
        )
    if reward.voucher is None:
        return
    amounts = reward.voucher.amounts
    if (reward.voucher.percent is not None) == bool(amounts):
        yield f"{path}.voucher", "must have a percent, or amounts by channel, not both"
        return
    yield from _foreign_channels(f"{path}.voucher.amounts", amounts, reward, parts)
    for channel, currency in parts.currencies.items():
        amount = amounts.get(channel)
        if amount is not None and not is_whole(amount, currency):
            yield f"{path}.voucher.amounts.{channel}", not_whole(channel, currency)
        if amounts and amount is None and reward.is_for(channel):
            yield f"{path}.voucher.amounts", f'has no amount for channel "{channel}"'


def _foreign_channels(path: str, by_channel: Mapping[str, object], reward: Reward, parts: Parts) -> Iterator[Problem]:
    for slug in by_channel:
        if slug not in parts.channel_slugs:
            yield f"{path}.{slug}", "unknown channel; it is not among the program's channels"
        elif not reward.is_for(slug):
            yield f"{path}.{slug}", "the reward is not for this channel"
