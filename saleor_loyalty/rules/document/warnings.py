"""What is allowed in a rules document but probably not meant. Warnings never block publishing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal
from fractions import Fraction

from babel import Locale, UnknownLocaleError

from .activity_warnings import find_activity_warnings
from .channel_listing import ChannelListing
from .conditions import Conditions
from .earning_rule import EarningRule
from .program_rules import ProgramRules
from .rule_warning import RuleWarning
from .tier_warnings import find_tier_warnings


def find_warnings(rules: ProgramRules) -> tuple[RuleWarning, ...]:
    """Return the doubts about valid rules, in the order of the document's sections."""
    return tuple(_find(rules))


def find_unknown_words(
    rules: ProgramRules, *, labels: Collection[str], plans: Collection[str]
) -> tuple[RuleWarning, ...]:
    """Return the doubts about conditions that name labels or plans other than these keys: they never hold."""
    warnings = []
    for section, conditions in _conditions(rules):
        for name, code, words, known in (
            ("labels", "UNKNOWN_LABEL", conditions.labels, labels),
            ("plans", "UNKNOWN_PLAN", conditions.plans, plans),
        ):
            for place, word in enumerate(words or ()):
                if word not in known:
                    path = f"{section}.conditions.{name}[{place}]"
                    warnings.append(RuleWarning(path, code, f'The program has none with the key "{word}".'))
    return tuple(warnings)


def find_unknown_fields(rules: ProgramRules, *, fields: Collection[str]) -> tuple[RuleWarning, ...]:
    """Return the doubts about required fields other than these: a profile is never complete with them."""
    return tuple(
        RuleWarning(
            f"profile.requiredFields[{place}]",
            "UNKNOWN_FIELD",
            f'The cards of the program have no field with the key "{key}" that takes values.',
        )
        for place, key in enumerate(rules.profile.required_fields)
        if key not in fields
    )


def _conditions(rules: ProgramRules) -> Iterator[tuple[str, Conditions]]:
    """Yield all conditions of the document, each with the path of what they belong to."""
    for position, rule in enumerate(rules.earning):
        yield f"earning[{position}]", rule.conditions
    for position, activity in enumerate(rules.activities):
        yield f"activities[{position}]", activity.conditions
    for position, reward in enumerate(rules.rewards):
        yield f"rewards[{position}]", reward.conditions


def _find(rules: ProgramRules) -> Iterator[RuleWarning]:
    yield from _point_name_warnings(rules)
    yield from _channel_warnings(rules)
    yield from _worth_warnings(rules)
    yield from _earning_warnings(rules)
    yield from _reward_warnings(rules)
    yield from find_tier_warnings(rules)
    yield from find_activity_warnings(rules)
    yield from _refund_warnings(rules)


def _channel_warnings(rules: ProgramRules) -> Iterator[RuleWarning]:
    active = [(position, item) for position, item in enumerate(rules.channels) if item.is_active]
    if not active:
        yield RuleWarning("channels", "NO_ACTIVE_CHANNEL", "The program is active in no channel.")
    for position, listing in active:
        path = f"channels[{position}]"
        if not any(rule.is_for(listing.channel) and rule.type != "MULTIPLIER" for rule in rules.earning):
            yield RuleWarning(path, "NO_EARNING_RULE", f'Nothing earns points in channel "{listing.channel}".')
        if rules.redemption_rule(listing.channel) is None:
            yield RuleWarning(
                path, "NO_REDEMPTION_RULE", f'Points cannot be spent on a cart in channel "{listing.channel}".'
            )


def _worth_warnings(rules: ProgramRules) -> Iterator[RuleWarning]:
    """Compare what a point is worth in each channel with the first channel of the same currency (D-8)."""
    first: dict[str, tuple[str, Fraction]] = {}
    for position, listing in enumerate(rules.channels):
        worth = _worth(rules, listing)
        if worth is None:
            continue
        path = f"channels[{position}]"
        if listing.currency not in first:
            if first:
                other = next(iter(first.values()))[0]
                yield RuleWarning(
                    path,
                    "POINT_WORTH_NOT_COMPARABLE",
                    f'Points can be earned in channel "{other}" and spent in "{listing.channel}" in another currency; '
                    "whether they are worth the same there depends on the exchange rate.",
                )
            first[listing.currency] = (listing.channel, worth)
        elif first[listing.currency][1] != worth:
            other, other_worth = first[listing.currency]
            yield RuleWarning(
                path,
                "POINT_WORTH_DIFFERS",
                f'100 points are worth {_money(other_worth, listing)} in channel "{other}" but '
                f'{_money(worth, listing)} in "{listing.channel}".',
            )


def _worth(rules: ProgramRules, listing: ChannelListing) -> Fraction | None:
    """Return the money that one point is worth, in major units; None where points cannot be spent."""
    rule = rules.redemption_rule(listing.channel)
    if rule is None or not listing.is_active:
        return None
    rate = rule.rate(listing.channel)
    return Fraction(rate.value) / rate.points


def _money(worth: Fraction, listing: ChannelListing) -> str:
    value = round(worth * 100, 4)
    return f"{(Decimal(value.numerator) / value.denominator).normalize():f} {listing.currency}"


def _earning_warnings(rules: ProgramRules) -> Iterator[RuleWarning]:
    for position, rule in enumerate(rules.earning):
        path = f"earning[{position}]"
        for listing in rules.channels:
            worth = _worth(rules, listing)
            if worth is None or rule.type != "CONVERSION_RATE" or not rule.is_for(listing.channel):
                continue
            rate = rule.rate(listing.channel)
            if worth * rate.points >= Fraction(rate.amount_step):
                yield RuleWarning(
                    path,
                    "EARNS_ITS_PRICE",
                    f'In channel "{listing.channel}" the points earned are worth as much as the money paid, or more.',
                )
        for stronger in rules.earning:
            if stronger is not rule and _hides(stronger, rule):
                yield RuleWarning(
                    path,
                    "NEVER_COUNTS",
                    f'"{rule.key}" never counts: "{stronger.key}" looks at the same lines and goes first.',
                )
                break


def _reward_warnings(rules: ProgramRules) -> Iterator[RuleWarning]:
    for position, reward in enumerate(rules.rewards):
        path = f"rewards[{position}]"
        if reward.stock == 0:
            yield RuleWarning(f"{path}.stock", "NEVER_TO_BE_HAD", f'Nobody can have "{reward.key}": its stock is 0.')
        elif not any(item.is_active and reward.is_for(item.channel) for item in rules.channels):
            message = f'Nobody can have "{reward.key}": the program is active in none of its channels.'
            yield RuleWarning(path, "NEVER_TO_BE_HAD", message)


def _refund_warnings(rules: ProgramRules) -> Iterator[RuleWarning]:
    if rules.refund.reversal == "PENDING_ONLY" and rules.pending_days == 0:
        yield RuleWarning(
            "refund.reversal",
            "NOTHING_TAKEN_BACK",
            "Only pending points are taken back, but points can be spent at once: a refund takes back nothing.",
        )


def _hides(stronger: EarningRule, weaker: EarningRule) -> bool:
    """Return whether every line of ``weaker`` goes to ``stronger``, which has the same kind of scope."""
    return (
        stronger.type == weaker.type == "CONVERSION_RATE"
        and (-stronger.priority, stronger.key) < (-weaker.priority, weaker.key)
        and stronger.scope.type == weaker.scope.type
        and set(weaker.scope.slugs) <= set(stronger.scope.slugs)
        and (stronger.conditions.is_open or stronger.conditions == weaker.conditions)
        and stronger.weekdays is None
        and not stronger.customer_caps
        and stronger.starts_at is None
        and stronger.ends_at is None
        and (
            stronger.channels is None
            or (weaker.channels is not None and set(weaker.channels) <= set(stronger.channels))
        )
    )


def _point_name_warnings(rules: ProgramRules) -> Iterator[RuleWarning]:
    for language, name in rules.point_names.items():
        try:
            plural_form = Locale.parse(language.replace("-", "_")).plural_form
        except (ValueError, UnknownLocaleError):
            continue
        used = {plural_form(number) for number in range(1001)}
        for form in ("zero", "one", "two", "few", "many"):
            if form in used and getattr(name, form) is None:
                yield RuleWarning(
                    f"pointNames.{language}.{form}",
                    "POINT_NAME_INCOMPLETE",
                    f'The language "{language}" has the plural form "{form}"; without it "other" is used.',
                )
