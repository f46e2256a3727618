"""The small club of the accounts' tests."""

from tests.accounts.conftest import _no_version_remembered, account, dana, program, variant

__all__ = ["_no_version_remembered", "account", "dana", "program", "variant"]
