"""How far staff reach who may work in some of the shop's channels only.

The unit is the program, because a customer's points are one balance for all of a program's channels. A program is
*within reach* where it runs in at least one of the requester's channels, or in none yet: its accounts, cards, points
and memberships can be seen and changed. It is *wholly* within reach where all its channels are the requester's: only
then can its rules be changed, its endpoints be managed, and its totals be read without naming a channel.
What is out of reach answers as if it did not exist.

Staff whose permission groups are not restricted, and apps, reach everything, at the cost of no statement. Enforced by
``tests/graphql/test_reach.py``, which asks every list and calls every mutation as somebody of another channel.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from graphql import GraphQLID, GraphQLInputObjectType, GraphQLList, GraphQLNonNull, get_named_type

from .. import models
from ..host import Requester
from ..models import LoyaltyProgram, ProgramChannel, ProgramStatus, ProgramVersion
from .errors import InputRefused
from .ids import integer_key
from .permissions import PermissionDenied
from .request import LoyaltyRequest, loyalty_request

PROGRAM_OF: dict[str, tuple[Any, str]] = {
    "LoyaltyAccount": (models.LoyaltyAccount, "program_id"),
    "LoyaltyAccountMerge": (models.AccountMerge, "program_id"),
    "LoyaltyAudience": (models.Audience, "program_id"),
    "LoyaltyCustomField": (models.CustomField, "program_id"),
    "LoyaltyEventDelivery": (models.EventDelivery, "endpoint__program_id"),
    "LoyaltyEventEndpoint": (models.EventEndpoint, "program_id"),
    "LoyaltyBatch": (models.Batch, "program_id"),
    "LoyaltyBatchRow": (models.BatchRow, "batch__program_id"),
    "LoyaltyExport": (models.Export, "program_id"),
    "LoyaltyLabel": (models.Label, "program_id"),
    "LoyaltyMembership": (models.Membership, "account__program_id"),
    "LoyaltyMembershipPlan": (models.MembershipPlan, "program_id"),
    "LoyaltyNote": (models.Note, "account__program_id"),
    "LoyaltyPointLot": (models.Lot, "account__program_id"),
    "LoyaltyProgram": (models.LoyaltyProgram, "pk"),
    "LoyaltyProgramVersion": (models.ProgramVersion, "program_id"),
    "LoyaltyReferral": (models.Referral, "program_id"),
    "LoyaltyReportedEvent": (models.ReportedEvent, "program_id"),
    "LoyaltyReservation": (models.Reservation, "account__program_id"),
    "LoyaltyRewardIssue": (models.RewardIssue, "account__program_id"),
    "LoyaltyTransaction": (models.LoyaltyTransaction, "account__program_id"),
}
"""By the name of each of our types that has ids: its model, and the path to the program that a row is of."""

NOT_YOUR_CHANNELS = "You don't have access to all channels of this program."


def reachable_programs(requester: Requester) -> Q | None:
    """Return the condition on LoyaltyProgram of what is within reach; None where everything is."""
    if requester.channels is None:
        return None
    channels = ProgramChannel.objects.filter(program=OuterRef("pk"))
    return Exists(channels.filter(channel_slug__in=requester.channels)) | ~Exists(channels)


def within_reach(rows: QuerySet[Any], request: LoyaltyRequest, *, program: str = "program_id") -> QuerySet[Any]:
    """Return those of the rows whose program is within reach. ``program`` is the path to the program's id.
    Programs are read where the rows are: no statement reads two databases."""
    condition = reachable_programs(request.requester)
    if condition is None:
        return rows
    if program == "pk":
        return rows.filter(condition)
    reachable = LoyaltyProgram.objects.using(rows.db).filter(condition)
    return rows.filter(**{f"{program}__in": reachable.values("pk")})


def reaches_wholly(program_id: int, request: LoyaltyRequest) -> bool:
    """Return whether all channels of the program are the requester's."""
    channels = request.requester.channels
    if channels is None:
        return True
    of_program = ProgramChannel.objects.using(request.using).filter(program_id=program_id)
    return not of_program.exclude(channel_slug__in=channels).exists()


def movements_within_reach(transactions: QuerySet[Any], request: LoyaltyRequest) -> QuerySet[Any]:
    """Return those of many accounts' transactions that the requester may list: of programs within reach, and where a
    program is not wholly within reach only those of the requester's channels and of no channel."""
    channels = request.requester.channels
    if channels is None:
        return transactions
    foreign = ProgramChannel.objects.exclude(channel_slug__in=channels).filter(program=OuterRef("account__program_id"))
    rows = within_reach(transactions, request, program="account__program_id")
    return rows.filter(Q(channel_slug__in=channels) | Q(channel_slug="") | ~Exists(foreign))


def require_whole_program(program_id: int, info: Any) -> None:
    """Raise PermissionDenied where a channel of the program is not the requester's."""
    if not reaches_wholly(program_id, loyalty_request(info)):
        raise PermissionDenied(message=NOT_YOUR_CHANNELS)


def require_reach(info: Any, data: Mapping[str, Any], *, wholly: bool) -> None:
    """Check every id of ours among the arguments of a staff mutation, and the program that is meant without naming it.

    ``wholly``: the mutation changes a whole program. Raises InputRefused NOT_FOUND for what is out of reach, as if it
    did not exist, and PermissionDenied where one of the program's channels, or a channel of the rules that are sent,
    is not the requester's.
    """
    request = loyalty_request(info)
    if request.requester.channels is None:
        return
    program_ids = _programs_of(info, data, request)
    if not program_ids and _may_name_program(info):
        program_ids = _only_program(request)
    if wholly:
        for program_id in program_ids:
            require_whole_program(program_id, info)
        drafts = ProgramVersion.objects.using(request.using).filter(program_id__in=program_ids, published_at=None)
        for rules in (data.get("rules"), *drafts.values_list("rules", flat=True)):
            if not _channels_in(rules) <= request.requester.channels:
                raise PermissionDenied(message=NOT_YOUR_CHANNELS)


def _channels_in(rules: Any) -> set[str]:
    """Return the channels that a rules document names. What is malformed names none: the domain refuses it."""
    listings = rules.get("channels") if isinstance(rules, Mapping) else None
    found = [listing.get("channel") for listing in listings or () if isinstance(listing, Mapping)]
    return {slug for slug in found if isinstance(slug, str)}


def _programs_of(info: Any, data: Mapping[str, Any], request: LoyaltyRequest) -> set[int]:
    """Return the programs of all ids among the arguments; what does not exist is the domain's to say."""
    asked: dict[str, dict[int, str]] = defaultdict(dict)
    for name, argument in info.parent_type.fields[info.field_name].args.items():
        for field, global_id in _ids(argument.type, data.get(argument.out_name or name), field=name):
            for type_name in PROGRAM_OF:
                key = integer_key(global_id, type_name)
                if key is not None:
                    asked[type_name][key] = field
    found: set[int] = set()
    for type_name, fields in asked.items():
        model, path = PROGRAM_OF[type_name]
        rows = model.objects.using(request.using).filter(pk__in=fields)
        of_rows: dict[int, int] = dict(rows.values_list("pk", F(path)))
        within = dict(within_reach(rows, request, program=path).values_list("pk", F(path)))
        for key in of_rows.keys() - within.keys():
            raise InputRefused("NOT_FOUND", "There is no such thing within your channels.", field=fields[key])
        found |= set(within.values())
    return found


def _only_program(request: LoyaltyRequest) -> set[int]:
    """Return the program that is meant where none is named: the only one, if there is only one."""
    programs = LoyaltyProgram.objects.using(request.using).exclude(status=ProgramStatus.ARCHIVED)
    only = set(programs.values_list("pk", flat=True)[:2])
    if len(only) != 1:
        return set()
    if not within_reach(programs, request, program="pk").exists():
        raise InputRefused("NOT_FOUND", "There is no program within your channels.", field="program")
    return only


def _may_name_program(info: Any) -> bool:
    """Return whether the mutation has a place to name a program."""
    arguments = info.parent_type.fields[info.field_name].args
    inputs = [get_named_type(argument.type) for argument in arguments.values()]
    names = set(arguments).union(*(part.fields for part in inputs if isinstance(part, GraphQLInputObjectType)))
    return "program" in names


def _ids(graphql_type: Any, value: Any, *, field: str) -> Iterator[tuple[str, str]]:
    """Yield every id in the value of an argument, with the name of the field it stands in."""
    while isinstance(graphql_type, GraphQLNonNull):
        graphql_type = graphql_type.of_type
    if value is None:
        return
    if isinstance(graphql_type, GraphQLList):
        for item in value if isinstance(value, list | tuple) else [value]:
            yield from _ids(graphql_type.of_type, item, field=field)
    elif graphql_type is GraphQLID:
        yield field, str(value)
    elif isinstance(graphql_type, GraphQLInputObjectType):
        for name, part in graphql_type.fields.items():
            yield from _ids(part.type, value.get(part.out_name or name), field=name)
