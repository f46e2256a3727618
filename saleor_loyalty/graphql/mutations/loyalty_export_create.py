"""``loyaltyExportCreate``: staff or an app asks for a file."""

from __future__ import annotations

from typing import Any

import graphene

from ...accounts import AccountFilter, LabelChoice, account_filter_from_json
from ...audiences.refusals import AudienceNotFound
from ...exports import create_export
from ...log import TransactionFilter
from ...models import Audience, Export
from .. import host_types
from ..base import LoyaltyMutation
from ..enums import LoyaltyExportFileTypeEnum, LoyaltyExportKindEnum
from ..errors import InputRefused
from ..filters import LoyaltyAccountWhereInput
from ..ids import require_integer_key
from ..log_filters import LoyaltyTransactionFilterInput, transaction_filter
from ..permissions import PermissionDenied
from ..program_choice import find_program
from ..request import LoyaltyRequest
from ..stored_filters import require_excluded_labels, says_something, stored_account_filter
from ..types.export import LoyaltyExport

_ONLY_FOR = {"filter": "LOG", "where": "ACCOUNTS", "label": "ACCOUNTS", "audience": "ACCOUNTS"}


class LoyaltyExportCreateInput(graphene.InputObjectType):  # type: ignore[misc]
    program = graphene.ID(description="The program; needed where there are several.")
    kind = LoyaltyExportKindEnum(required=True, description="The points log, or the accounts.")
    filter = graphene.Field(LoyaltyTransactionFilterInput, description="Which transactions of the log.")
    where = graphene.Field(
        LoyaltyAccountWhereInput, description="Which accounts. Left out, with all that narrows it: all of the program."
    )
    search = graphene.String(description="As in the list. Of accounts it needs MANAGE_USERS.")
    label = graphene.ID(description="The accounts with this label.")
    audience = graphene.ID(description="The accounts of this audience, in its program.")
    file_type = LoyaltyExportFileTypeEnum(description="How to write it; CSV is all there is.")
    language_code = graphene.Argument(host_types.LanguageCodeEnum, description="The language of the words in it.")
    with_customers = graphene.Boolean(
        description="With names and e-mails. Needs MANAGE_USERS; left out: whether the requester has it."
    )


class LoyaltyExportCreate(LoyaltyMutation):
    export = graphene.Field(LoyaltyExport, description="The export, which is written in the background.")

    class Arguments:
        input = LoyaltyExportCreateInput(required=True, description="What is to be in it.")

    class Meta:
        description = "Asks for a file of the points log or of accounts, as they are now."
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyExportCreate:
        for name, kind in _ONLY_FOR.items():
            if input.get(name) is not None and input["kind"] != kind:
                raise InputRefused("INVALID", f"This is for kind {kind} only.", field=name)
        if input["kind"] == "PERSON":
            raise InputRefused("INVALID", "Ask for one person's data by its own mutation.", field="kind")
        program_id, audience = _program_and_audience(input)
        is_log = input["kind"] == "LOG"
        requester = request.requester
        wanted: TransactionFilter | AccountFilter
        if is_log:
            require_excluded_labels((input.get("filter") or {}).get("labels"), field="filter")
            wanted = transaction_filter(input.get("filter"), requester=requester, search=input.get("search"))
        else:
            wanted = _wanted_accounts(input, request, audience)
        export: Export = create_export(
            program_id,
            wanted=wanted,
            at=request.at,
            actor=request.actor,
            language_code=input.get("language_code") or request.language_code or "en",
            with_customers=may_hold_customers(request, input.get("with_customers")),
            audience_id=audience.pk if audience else None,
        )
        export.refresh_from_db()
        return cls(export=export)


def may_hold_customers(request: LoyaltyRequest, wanted: bool | None) -> bool:
    """Return whether a file is to hold names and e-mails. Raises PermissionDenied where that is not the requester's to
    ask."""
    may_know = request.requester.can_manage_users
    if wanted and not may_know:
        raise PermissionDenied("MANAGE_LOYALTY", "MANAGE_USERS")
    return may_know if wanted is None else wanted


def _program_and_audience(data: Any) -> tuple[int, Audience | None]:
    """Return the program that is meant, and the audience. Raises InputRefused and AudienceNotFound."""
    if data.get("audience") is None:
        return find_program(data.get("program")), None
    audience = Audience.objects.filter(
        pk=require_integer_key(data["audience"], "LoyaltyAudience", field="audience")
    ).first()
    if audience is None:
        raise AudienceNotFound
    if data.get("program") is not None and find_program(data["program"]) != audience.program_id:
        raise InputRefused("INVALID", "The audience is of another program.", field="program")
    return audience.program_id, audience


def _wanted_accounts(data: Any, request: LoyaltyRequest, audience: Audience | None) -> AccountFilter:
    """Return the filter that means all of what the input says."""
    if (data.get("search") or "").strip() and not request.requester.can_manage_users:
        raise PermissionDenied("MANAGE_LOYALTY", "MANAGE_USERS")
    parts = [stored_account_filter(data.get("where"), search=data.get("search"))]
    is_narrowed = (data.get("search") or "").strip() or data.get("label") is not None or audience is not None
    if data.get("where") is not None and not says_something(data["where"]) and not is_narrowed:
        raise InputRefused("REQUIRED", "`where` says nothing: leave it out for all accounts.", field="where")
    if data.get("label") is not None:
        label_id = require_integer_key(data["label"], "LoyaltyLabel", field="label")
        parts.append(AccountFilter(labels=LabelChoice(eq=label_id)))
    if audience is not None:
        parts.append(account_filter_from_json(audience.filter))
    parts = [part for part in parts if part != AccountFilter()]
    return parts[0] if len(parts) == 1 else AccountFilter(all_of=tuple(parts))
