"""Which program, period and channel the reports are about. Each report is read when it is asked for."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError
from promise import Promise

from .. import analytics
from ..models import LoyaltyProgram, ProgramStatus
from ..storable_text import is_storable
from .ids import integer_key
from .permissions import require_manage_loyalty
from .reach import require_whole_program, within_reach
from .request import LoyaltyRequest, loyalty_request
from .statistics_loaders import ReachesWhollyByProgramIdLoader, ReportDayByProgramIdLoader, StatisticsView


def resolve_loyalty_statistics(
    _root: Any, info: Any, program: str | None = None, channel: str | None = None, period: Any = None
) -> StatisticsView | None:
    """Resolve ``loyaltyStatistics``; null where there is no such program, or no channel can have that slug."""
    require_manage_loyalty(info)
    request = loyalty_request(info)
    asked = _period(period)
    if channel is not None and not is_storable(channel):
        return None
    program_id = _find_program(program, channel, request=request)
    if program_id is None:
        return None
    own = request.requester.channels
    if own is not None and channel not in own:
        require_whole_program(program_id, info)
    time_zone, today = analytics.report_day(program_id, at=request.at, using=request.using)
    question = analytics.Question(program_id=program_id, period=asked, channel=channel)
    return StatisticsView(question=question, time_zone=time_zone, today=today)


def resolve_program_statistics(program: LoyaltyProgram, info: Any, channel: str | None, period: Any) -> Promise | None:
    """Resolve ``LoyaltyProgram.statistics``; a program can be seen by customers, so null for them, and for staff who
    may not see the totals of all of its channels and do not name one of theirs."""
    request = loyalty_request(info)
    if not request.requester.can_manage_loyalty:
        return None
    asked = _period(period)
    if channel is not None and not is_storable(channel):
        return None
    question = analytics.Question(program_id=program.pk, period=asked, channel=channel)

    def view(day: Any) -> StatisticsView:
        time_zone, today = day
        return StatisticsView(question=question, time_zone=time_zone, today=today)

    def if_reached(reaches: bool) -> Any:
        return request.loader(ReportDayByProgramIdLoader).load(program.pk).then(view) if reaches else None

    own = request.requester.channels
    if own is None or channel in own:
        return if_reached(True)
    return request.loader(ReachesWhollyByProgramIdLoader).load(program.pk).then(if_reached)


def _find_program(global_id: str | None, channel: str | None, *, request: LoyaltyRequest) -> int | None:
    programs = within_reach(LoyaltyProgram.objects.using(request.using).order_by("pk"), request, program="pk")
    if global_id is not None:
        programs = programs.filter(pk=integer_key(global_id, "LoyaltyProgram") or 0)
    elif channel:
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
