"""The reference page says what the code does."""

import ast
import re
from decimal import Decimal
from pathlib import Path

import pytest

import saleor_loyalty.rules as package
from saleor_loyalty.rules import (
    ActivityRule,
    ChannelListing,
    Combination,
    Conditions,
    CustomerCap,
    EarningRule,
    ExpiryPolicy,
    MembershipPolicy,
    PointName,
    ProfilePolicy,
    ProgramRules,
    RedemptionRule,
    ReferralPolicy,
    RefundPolicy,
    Scope,
    evaluate_earning,
    find_warnings,
    quote_redemption,
    rules_from_yaml,
    rules_to_yaml,
)
from saleor_loyalty.rules.document import GiftCardTerms, Reward, RewardText, Tier, TierPolicy, TierText, VoucherTerms

from .builders import AT, basket, line

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "rules.md").read_text(encoding="utf-8")
EXAMPLE = rules_from_yaml(re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL).group(1))


def test_the_example_is_a_valid_document():
    assert rules_from_yaml(rules_to_yaml(EXAMPLE)) == EXAMPLE
    assert [found.code for found in find_warnings(EXAMPLE)] == ["POINT_WORTH_NOT_COMPARABLE"]


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("## Document", ProgramRules),
        ("### Point name", PointName),
        ("### Channel", ChannelListing),
        ("### Earning rule", EarningRule),
        ("### Customer cap", CustomerCap),
        ("### Activity rule", ActivityRule),
        ("### Conditions", Conditions),
        ("### Redemption rule", RedemptionRule),
        ("### Referral", ReferralPolicy),
        ("### Scope", Scope),
        ("### Combination", Combination),
        ("### Reward", Reward),
        ("### Reward text", RewardText),
        ("### Voucher terms", VoucherTerms),
        ("### Gift card terms", GiftCardTerms),
        ("### Tier", Tier),
        ("### Tier text", TierText),
        ("### Tier policy", TierPolicy),
        ("### Expiry policy", ExpiryPolicy),
        ("### Refund policy", RefundPolicy),
        ("### Membership policy", MembershipPolicy),
        ("### Profile policy", ProfilePolicy),
    ],
)
def test_each_key_of_the_document_has_its_row_and_no_other_has(heading, part):
    section = PAGE.split(f"\n{heading}\n")[1].split("\n#")[0]
    cells = [row.split("|")[1] for row in section.splitlines() if row.startswith("| `")]
    keys = [key for cell in cells for key in re.findall(r"`(\w+)`", cell)]
    assert sorted(keys) == sorted(field.alias or name for name, field in part.model_fields.items())


def string_constants():
    for path in Path(package.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_each_warning_and_each_refusal_is_on_the_page():
    constants = set(string_constants())
    tables = PAGE.split("## How the rules are applied")[1]
    named = {code for row in re.findall(r"^\| ([A-Z_, ]+) \|", tables, re.MULTILINE) for code in row.split(", ")}
    assert {"NO_ACTIVE_CHANNEL", "NEVER_COUNTS", "NOT_COMBINABLE", "CURRENCY_MISMATCH"} <= named
    assert named - constants - {"FIXED", "FIXED_AMOUNT", "VARIABLE_VALUE", "VARIABLE_PERCENT", "YAML"} == set()


@pytest.mark.parametrize(
    ("base", "requested", "expected"),
    [
        ("400", 1000, ("ABOVE_MAXIMUM_PERCENT", 800, Decimal("0.00"))),
        ("500", 1000, (None, 1000, Decimal("100.00"))),
        ("900", 1100, ("ABOVE_MAXIMUM_POINTS", 1000, Decimal("0.00"))),
        ("900", 99, ("BELOW_MINIMUM_POINTS", 1000, Decimal("0.00"))),
    ],
)
def test_the_worked_numbers_are_those_of_the_example(base, requested, expected):
    cart = basket(line("1", base), channel="default-channel")
    found = quote_redemption(cart, rules=EXAMPLE, available=5000, requested=requested, at=AT)
    assert (found.blocked_code, found.max_points, found.applied_value) == expected


def test_the_example_earns():
    cart = basket(line("1", "4000"), currency="JPY", channel="channel-jp")
    assert evaluate_earning(cart, rules=EXAMPLE, at=AT).points == 100 + 100
