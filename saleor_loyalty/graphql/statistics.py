"""What the reports resolve from: a program, a period and a channel. Each report is read when it is asked for."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError

from .. import analytics
from ..models import LoyaltyProgram, ProgramStatus
from ..programs import may_be_channel
from .dataloaders import Loader
from .ids import integer_key
from .permissions import require_manage_loyalty
from .reach import require_whole_program, within_reach
from .request import LoyaltyRequest, loyalty_request


@dataclass(frozen=True, kw_only=True, slots=True)
class StatisticsView:
    """What LoyaltyStatistics resolves from."""

    program_id: int
    period: analytics.Period
    channel: str | None
    time_zone: str
    today: datetime.date


class PointStatusLoader(Loader):
    """The point status of views, each once for a response: two statements for each view."""

    def load_all(self, keys: list[StatisticsView]) -> list[analytics.PointStatus]:
        return [
            analytics.point_status(
                view.program_id,
                at=self.request.at,
                period=view.period,
                channel=view.channel,
                using=self.request.using,
            )
            for view in keys
        ]


def resolve_loyalty_statistics(
    _root: Any, info: Any, program: str | None = None, channel: str | None = None, period: Any = None
) -> StatisticsView | None:
    """Resolve ``loyaltyStatistics``; null where there is no such program, or no channel can have that slug."""
    require_manage_loyalty(info)
    request = loyalty_request(info)
    asked = _period(period)
    if channel is not None and not may_be_channel(channel):
        return None
    program_id = _find_program(program, channel, request=request)
    if program_id is None:
        return None
    own = request.requester.channels
    if own is not None and channel not in own:
        require_whole_program(program_id, info)
    time_zone, today = analytics.report_day(program_id, at=request.at, using=request.using)
    return StatisticsView(program_id=program_id, period=asked, channel=channel, time_zone=time_zone, today=today)


def _find_program(global_id: str | None, channel: str | None, *, request: LoyaltyRequest) -> int | None:
    programs = within_reach(LoyaltyProgram.objects.using(request.using).order_by("pk"), request, program="pk")
    if global_id is not None:
        programs = programs.filter(pk=integer_key(global_id, "LoyaltyProgram") or 0)
    elif channel is not None:
        programs = programs.filter(channels__channel_slug=channel, channels__is_active=True)
    else:
        programs = programs.exclude(status=ProgramStatus.ARCHIVED)
    found = list(programs.values_list("pk", flat=True)[:2])
    if len(found) > 1:
        raise GraphQLError("There are several programs: say which one by `program` or `channel`.")
    return found[0] if found else None


def _period(data: Any | None) -> analytics.Period:
    data = data or {}
    try:
        return analytics.Period(first=data.get("gte"), last=data.get("lte"))
    except ValueError:
        raise GraphQLError("`period` must not end before it begins.") from None
