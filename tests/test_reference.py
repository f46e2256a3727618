"""The reference says everything that the code can say, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from saleor_loyalty import app_settings, checks
from saleor_loyalty.graphql.enums import LoyaltyErrorCode

DOCS = Path(__file__).resolve().parent.parent / "docs"


def read(path: str) -> str:
    return (DOCS / path).read_text(encoding="utf-8")


def test_every_error_code_is_in_the_reference_and_every_code_in_it_exists():
    text = read("reference/errors.md")
    codes = set(LoyaltyErrorCode._meta.enum.__members__)
    said = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)*)`", text))
    assert codes - said == set()
    assert said - codes == {"BLOCK", "CLAMP", "EMAIL_NOT_SET", "VOUCHER_NOT_APPLICABLE"}


def test_every_error_code_says_what_did_not_happen():
    section = read("reference/errors.md").split("## What did not happen")[1].split("##")[0]
    for code in LoyaltyErrorCode._meta.enum.__members__:
        assert f"`{code}`" in section, code


def test_every_setting_with_its_default_is_in_the_reference():
    text = read("reference/settings.md")
    for name in app_settings.names():
        row = next(line for line in text.splitlines() if line.startswith(f"| `LOYALTY_{name}` |"))
        default = app_settings._DEFAULTS[name]
        assert (f'"{default}"' if isinstance(default, str) else str(default)) in row
    assert set(re.findall(r"LOYALTY_([A-Z_]+[A-Z])", text)) == set(app_settings.names())


def test_every_system_check_is_in_the_reference():
    said = set(re.findall(r"`saleor_loyalty\.([EW]\d+)`", read("reference/settings.md")))
    assert said == set(re.findall(r"^    ([EW]\d+) ", checks.__doc__, flags=re.MULTILINE))
    source = Path(checks.__file__).read_text(encoding="utf-8")
    assert said == set(re.findall(r'id="saleor_loyalty\.([EW]\d+)"', source))


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda path: path.name)
def test_every_link_inside_the_documentation_leads_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:")):
            assert (path.parent / target).exists(), target
