"""From JSON-like data to ``ProgramRules`` and back, with every problem found at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from ...errors import RulesInvalid
from .activity_coherence import find_activity_problems
from .activity_rule import ActivityRule
from .channel_listing import ChannelListing
from .coherence import Parts, Problem, find_problems
from .earning_rule import EarningRule
from .fields import DocumentPart, Moment
from .program_rules import ProgramRules
from .redemption_rule import RedemptionRule
from .referral_policy import ReferralPolicy, find_referral_problems
from .reward import Reward
from .reward_coherence import find_reward_problems
from .tier import Tier, TierPolicy
from .tier_coherence import find_tier_problems

PROBLEMS_MAX = 200
"""A document with more problems than this is not a document; the rest would not be read."""

_PartT = TypeVar("_PartT", bound=DocumentPart)
_MOMENT: TypeAdapter[Any] = TypeAdapter(Moment)
_SECTIONS = [field.alias or name for name, field in ProgramRules.model_fields.items()]
_DECISIVE = {"type", "channels", "channelRates"}
"""Keys of a rule without which its other keys cannot be judged."""
_MESSAGES = {
    "missing": "is required",
    "extra_forbidden": "unknown key",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
    "dict_type": "must be a mapping",
    "tuple_type": "must be a list",
    "string_type": "must be text",
}


def parse_rules(data: Mapping[str, Any]) -> ProgramRules:
    """Return the rules that ``data`` describes.

    Raises RulesInvalid with all problems, each with its path, in the order of the document's keys.
    """
    if not isinstance(data, Mapping):
        raise RulesInvalid([("document", "must be a mapping")])
    problems: list[Problem] = []
    rules: ProgramRules | None = None
    try:
        rules = ProgramRules.model_validate(dict(data))
    except ValidationError as error:
        problems.extend((_path(detail["loc"]), _message(detail)) for detail in error.errors(include_url=False))
    broken = {path for path, _ in problems}
    parts = _parts(data)
    found = (
        *find_problems(parts),
        *find_reward_problems(parts),
        *find_activity_problems(parts),
        *find_tier_problems(parts),
    )
    found = (*found, *_referral_problems(data.get("referral"), parts))
    problems.extend(problem for problem in found if not _is_under(problem[0], broken))
    if problems or rules is None:
        raise RulesInvalid(sorted(dict.fromkeys(problems), key=_position)[:PROBLEMS_MAX])
    return rules


def rules_to_data(rules: ProgramRules) -> dict[str, Any]:
    """Return the whole document, defaults included, as JSON-ready data: camelCase keys, amounts as text."""
    return rules.model_dump(mode="json", by_alias=True)


def _path(location: Sequence[str | int]) -> str:
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part != "[key]":
            path += f".{part}" if path else part
    return path or "document"


def _message(detail: ErrorDetails) -> str:
    if detail["type"] == "literal_error":
        return f"must be one of {detail['ctx']['expected']}".replace("'", "").replace(" or ", ", ")
    return _MESSAGES.get(detail["type"], detail["msg"])


def _is_under(path: str, broken: Iterable[str]) -> bool:
    """Return whether the path, or something in it, is broken by itself: then nothing else is said of it."""
    return any(path == other or other.startswith((f"{path}.", f"{path}[")) for other in broken)


def _position(problem: Problem) -> tuple[int, int]:
    name, _, index = problem[0].partition(".")[0].partition("[")
    order = _SECTIONS.index(name) if name in _SECTIONS else len(_SECTIONS)
    return order, int(index.rstrip("]") or 0) if index.rstrip("]").isdigit() else 0


def _parts(data: Mapping[str, Any]) -> Parts:
    point_names = data.get("pointNames")
    listings = data.get("channels")
    slugs = [item.get("channel") for item in _items(listings) if isinstance(item, Mapping)]
    return Parts(
        channels=list(_valid(ChannelListing, data.get("channels"))),
        earning=list(_valid(EarningRule, data.get("earning"))),
        redemption=list(_valid(RedemptionRule, data.get("redemption"))),
        rewards=list(_valid(Reward, data.get("rewards"))),
        activities=list(_valid(ActivityRule, data.get("activities"))),
        tiers=list(_valid(Tier, data.get("tiers"))),
        tier_policy=_valid_policy(data.get("tierPolicy")),
        channel_slugs=frozenset(slug for slug in slugs if isinstance(slug, str)),
        starts_at=_valid_moment(data.get("startsAt")),
        ends_at=_valid_moment(data.get("endsAt")),
        languages=[name for name in point_names if isinstance(name, str)] if isinstance(point_names, Mapping) else [],
    )


def _referral_problems(section: Any, parts: Parts) -> Iterator[Problem]:
    """Yield the problems of the section ``referral``; of a broken one those of its values are all that is said."""
    try:
        policy = None if section is None else ReferralPolicy.model_validate(section)
    except ValidationError:
        return
    if policy is not None:
        yield from find_referral_problems(policy, currencies=parts.currencies)


def _items(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _valid(part: type[_PartT], items: Any) -> Iterator[tuple[int, _PartT]]:
    """Yield the items with their positions; of a broken one what is left of it, where that says something."""
    for position, item in enumerate(_items(items)):
        try:
            yield position, part.model_validate(item)
        except ValidationError as error:
            broken = {detail["loc"][0] for detail in error.errors(include_url=False) if detail["loc"]}
            if not isinstance(item, Mapping) or broken & _DECISIVE:
                continue
            try:
                yield position, part.model_validate({key: item[key] for key in item if key not in broken})
            except ValidationError:
                continue


def _valid_policy(value: Any) -> TierPolicy:
    """Return the policy; of a broken one the basis at least, by which the tiers are judged."""
    for known in (value, {"basis": value["basis"]} if isinstance(value, Mapping) and "basis" in value else {}):
        try:
            return TierPolicy.model_validate(known)
        except ValidationError:
            continue
    return TierPolicy()


def _valid_moment(value: Any) -> Any:
    try:
        return None if value is None else _MOMENT.validate_python(value)
    except ValidationError:
        return None
