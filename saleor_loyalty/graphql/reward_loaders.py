"""The data loaders of rewards."""

from __future__ import annotations

from collections import defaultdict

from ..models import RewardIssue
from .dataloaders import Loader
from .membership_loaders import newest_of


class RewardsByAccountIdLoader(Loader):
    """The newest rewards that an account had, the newest first."""

    def load_all(self, keys: list[int]) -> list[list[RewardIssue]]:
        found: dict[int, list[RewardIssue]] = defaultdict(list)
        for row in newest_of(self.rows(RewardIssue).filter(account_id__in=keys), of="account_id"):
            found[row.account_id].append(row)
        return [found[key] for key in keys]
