"""What is allowed in a rules document but probably not meant. Warnings never block publishing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from babel import Locale, UnknownLocaleError

from .program_rules import ProgramRules


class RuleWarning(NamedTuple):
    """One doubt about the document."""

    path: str
    code: str
    message: str


def find_warnings(rules: ProgramRules) -> tuple[RuleWarning, ...]:
    """Return the doubts about valid rules, in the order of the document's sections."""
    return tuple(_find(rules))


def _find(rules: ProgramRules) -> Iterator[RuleWarning]:
    yield from _point_name_warnings(rules)
    yield from _channel_warnings(rules)
    yield from _worth_warnings(rules)


def _channel_warnings(rules: ProgramRules) -> Iterator[RuleWarning]:
    active = [(position, item) for position, item in enumerate(rules.channels) if item.is_active]
    if not active:
        yield RuleWarning("channels", "NO_ACTIVE_CHANNEL", "The program is active in no channel.")
    for position, listing in active:
        path = f"channels[{position}]"
        if not any(rule.is_for(listing.channel) for rule in rules.earning):
            yield RuleWarning(path, "NO_EARNING_RULE", f'Nothing earns points in channel "{listing.channel}".')
        if rules.redemption_rule(listing.channel) is None:
            yield RuleWarning(
                path, "NO_REDEMPTION_RULE", f'Points cannot be spent on a cart in channel "{listing.channel}".'
            )


def _worth_warnings(rules: ProgramRules) -> Iterator[RuleWarning]:
    return iter(())


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
