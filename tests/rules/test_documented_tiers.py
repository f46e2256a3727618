"""``docs/how-to/reward-with-tiers.md``: its rules are valid, and its story is what they say."""

import datetime
import re
from pathlib import Path

import yaml

from saleor_loyalty.rules import NO_TIER, Qualifying, assess_tier

from .builders import rules

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "reward-with-tiers.md").read_text(encoding="utf-8")


def day(text):
    return datetime.datetime.fromisoformat(f"{text}T12:00:00+00:00")


def test_the_story_of_the_page_is_what_its_rules_say():
    # given
    [example] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    document = rules(**yaml.safe_load(example))
    assert [tier.key for tier in document.tiers] == ["silver", "gold"]
    large, small = Qualifying(day("2026-03-10"), points=500), Qualifying(day("2026-03-20"), points=200)

    # when
    first = assess_tier(NO_TIER, [large], rules=document, at=day("2026-03-10"))
    second = assess_tier(first.standing, [large, small], rules=document, at=day("2026-03-20"))
    refunded = assess_tier(second.standing, [small], rules=document, at=day("2026-04-01"))

    # then
    assert [found.qualifying["points"] for found in (first, second, refunded)] == [500, 700, 200]
    assert [found.standing.tier for found in (first, second, refunded)] == ["gold", "gold", "gold"]
    assert refunded.standing.grace_until == day("2026-05-01")
    assert [(step.at, step.standing.tier, step.standing.grace_until) for step in refunded.outlook] == [
        (day("2026-05-01"), "silver", None),
        (day("2027-03-20"), "silver", day("2027-04-19")),
        (day("2027-04-19"), "", None),
    ]
    for told in ("in grace until 1 May", "in grace until 19 April"):
        assert told in PAGE
