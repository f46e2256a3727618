"""Data loaders of reports: whatever a response asks about several programs or periods is read in one statement."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError

from .. import analytics
from ..models import AwardDimension, ProgramChannel
from .dataloaders import Loader


@dataclass(frozen=True, kw_only=True, slots=True)
class StatisticsView:
    """What LoyaltyStatistics resolves from."""

    question: analytics.Question
    time_zone: str
    today: datetime.date


@dataclass(frozen=True, kw_only=True, slots=True)
class SeriesKey:
    question: analytics.Question
    step: analytics.Step


@dataclass(frozen=True, kw_only=True, slots=True)
class AwardsKey:
    question: analytics.Question
    dimension: AwardDimension
    limit: int


@dataclass(frozen=True, kw_only=True, slots=True)
class EarnersKey:
    question: analytics.Question
    limit: int


class ReportDayByProgramIdLoader(Loader):
    """The time zone of a program's days, and the day that it is there."""

    def load_all(self, keys: list[int]) -> list[tuple[str, datetime.date]]:
        return analytics.report_days(keys, at=self.request.at, using=self.request.using)


class ReachesWhollyByProgramIdLoader(Loader):
    """Whether all channels of a program are the requester's."""

    def load_all(self, keys: list[int]) -> list[bool]:
        channels = self.request.requester.channels
        if channels is None:
            return [True for _ in keys]
        foreign = set(
            self.rows(ProgramChannel)
            .filter(program_id__in=keys)
            .exclude(channel_slug__in=channels)
            .values_list("program_id", flat=True)
        )
        return [key not in foreign for key in keys]


class PointStatusLoader(Loader):
    def load_all(self, keys: list[analytics.Question]) -> list[analytics.PointStatus]:
        return analytics.point_statuses(keys, at=self.request.at, using=self.request.using)


class PointSourcesLoader(Loader):
    def load_all(self, keys: list[analytics.Question]) -> list[list[analytics.SourcePoints]]:
        return analytics.point_sources_of(keys, at=self.request.at, using=self.request.using)


class PointSeriesLoader(Loader):
    """Two statements for each step. A series that is too long is an error of its own field alone."""

    def load_all(self, keys: list[SeriesKey]) -> list[Any]:
        return _by_group(keys, lambda key: key.step, self._load_step)

    def _load_step(self, step: Any, keys: Sequence[SeriesKey]) -> list[Any]:
        try:
            return analytics.point_series_of(
                [key.question for key in keys], step=step, at=self.request.at, using=self.request.using
            )
        except analytics.TooManySteps as error:
            if len(keys) > 1:
                return [self._load_step(step, [key])[0] for key in keys]
            return [GraphQLError(f"{error} Ask for a shorter `period` or a longer `step`.")]


class AwardSourcesLoader(Loader):
    """Two statements for each dimension and number of keys."""

    def load_all(self, keys: list[AwardsKey]) -> list[Any]:
        return _by_group(keys, lambda key: (key.dimension, key.limit), self._load_group)

    def _load_group(self, group: Any, keys: Sequence[AwardsKey]) -> list[Any]:
        dimension, limit = group
        return analytics.award_sources_of(
            [key.question for key in keys],
            dimension=dimension,
            limit=limit,
            at=self.request.at,
            using=self.request.using,
        )


class TopEarnersLoader(Loader):
    """Two to four statements for each number of accounts."""

    def load_all(self, keys: list[EarnersKey]) -> list[Any]:
        return _by_group(keys, lambda key: key.limit, self._load_limit)

    def _load_limit(self, limit: Any, keys: Sequence[EarnersKey]) -> list[Any]:
        return analytics.top_earners_of(
            [key.question for key in keys], limit=limit, at=self.request.at, using=self.request.using
        )


class RuleNamesByProgramIdLoader(Loader):
    """The names of a program's earning rules, by their keys."""

    def load_all(self, keys: list[int]) -> list[dict[str, str]]:
        found = analytics.rule_names(keys, using=self.request.using)
        return [found[key] for key in keys]


def _by_group(
    keys: Sequence[Any], group_of: Callable[[Any], Hashable], load: Callable[[Any, Sequence[Any]], list[Any]]
) -> list[Any]:
    """Return what ``load`` finds for each group of keys, in the order of the keys."""
    groups: dict[Hashable, list[Any]] = defaultdict(list)
    for key in keys:
        groups[group_of(key)].append(key)
    found: dict[Any, Any] = {}
    for group, members in groups.items():
        found.update(zip(members, load(group, members), strict=True))
    return [found[key] for key in keys]
