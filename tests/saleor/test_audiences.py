"""An audience in a real Saleor, from the staff who sends it to the app that writes to its people: the app is told over
HTTP, pages through the people and downloads their file, all with its own token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from saleor.account.models import User

from saleor_loyalty.models import EventEndpoint
from tests.deliveries.receiver import Receiver, receiving
from tests.saleor.test_staff_of_channels import MARKETING, club, put_into_group  # noqa: F401
from tests.saleor.test_staff_operations import Asking, as_app, as_user
from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.stories import DANA, NOA

ENDPOINT = """mutation($input: LoyaltyEventEndpointCreateInput!) { loyaltyEventEndpointCreate(input: $input) {
    endpoint { id app { name } } secret errors { field code } } }"""
CREATE = """mutation($input: LoyaltyAudienceCreateInput!) { loyaltyAudienceCreate(input: $input) {
    audience { id accountsCount } errors { field code } } }"""
SEND = """mutation($id: ID!, $key: String!) { loyaltyAudienceSend(id: $id, withExport: true, idempotencyKey: $key) {
    endpointsCount export { id } errors { field code } } }"""
PEOPLE = """query($id: ID!) { loyaltyAudience(id: $id) { name accountsCount accounts(first: 10) {
    edges { node { points { available } user { email } } } } } }"""
FILE = "query($id: ID!) { loyaltyExport(id: $id) { status rowsTotal url } }"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.LOYALTY_EVENT_PRIVATE_NETWORKS = True
    with receiving() as found:
        yield found


def done(ask: Asking, document: str, **variables: Any) -> dict[str, Any]:
    """Return the payload of an answer without errors."""
    answer = ask(document, variables)
    assert answer["errors"] == []
    payload = dict(next(iter(answer["data"].values())))
    assert payload.pop("errors", []) == []
    return payload


def listen(app: Asking, url: str) -> None:
    names = ["loyalty.audience.sent", "loyalty.export.ready"]
    made = done(app, ENDPOINT, input={"name": "Mailer", "url": url, "eventNames": names})
    assert made["endpoint"]["app"] == {"name": "CRM"}


def test_an_app_hears_of_an_audience_and_gets_its_people(club: Any, receiver: Receiver):  # noqa: F811
    # given: Dana has 1000 points, Noa 5
    club.add_customer(NOA)
    assert club.give_points(NOA, 5).errors == ()
    app, staff = as_app(club, "MANAGE_LOYALTY", "MANAGE_USERS"), as_user(club, STAFF)
    listen(app, receiver.url)
    rich = {"name": "Rich", "where": {"available": {"range": {"gte": 500}}, "memberStatus": "MEMBER"}}
    audience = done(staff, CREATE, input=rich)["audience"]
    assert audience["accountsCount"] == 1

    # when: sent, and sent again because the answer was lost
    sent = done(staff, SEND, id=audience["id"], key="spring")
    again = done(staff, SEND, id=audience["id"], key="spring")

    # then
    assert (sent["endpointsCount"], again["export"]) == (1, sent["export"])
    told, ready = receiver.accepted
    assert (told["name"], told["data"]["name"], told["data"]["accounts"]) == ("loyalty.audience.sent", "Rich", 1)
    assert (told["data"]["audience"], told["data"]["export"]) == (audience["id"], sent["export"]["id"])
    assert (ready["name"], ready["data"]["rows"]) == ("loyalty.export.ready", 1)
    assert DANA not in str(receiver.accepted)
    people = done(app, PEOPLE, id=told["data"]["audience"])["accounts"]["edges"]
    assert people == [{"node": {"points": {"available": 1000}, "user": {"email": DANA}}}]
    file = done(app, FILE, id=told["data"]["export"])
    text = b"".join(Client().get(urlsplit(file["url"]).path)).decode("utf-8-sig")
    assert (DANA in text, NOA in text) == (True, False)


def test_who_is_in_it_is_what_saleor_says_now(club: Any):  # noqa: F811
    # given
    staff = as_user(club, STAFF)
    members = {"name": "Members", "where": {"memberStatus": "MEMBER", "status": "ACTIVE"}}
    audience = done(staff, CREATE, input=members)["audience"]
    assert audience["accountsCount"] == 1

    # when / then
    User.objects.filter(email=DANA).update(is_confirmed=False)
    assert done(staff, PEOPLE, id=audience["id"])["accountsCount"] == 0
    User.objects.filter(email=DANA).update(is_confirmed=True)
    assert done(staff, PEOPLE, id=audience["id"])["accountsCount"] == 1
    User.objects.get(email=DANA).delete()
    found = done(staff, PEOPLE, id=audience["id"])
    assert (found["accountsCount"], found["accounts"]["edges"]) == (0, [])


def test_staff_of_another_channel_sends_nothing(club: Any, receiver: Receiver):  # noqa: F811
    # given
    listen(as_app(club, "MANAGE_LOYALTY"), receiver.url)
    audience = done(as_user(club, STAFF), CREATE, input={"name": "All", "everybody": True})["audience"]
    put_into_group(club, "Outlet", "outlet")
    outlet = as_user(club, MARKETING)

    # when
    sent = outlet(SEND, {"id": audience["id"], "key": "theirs"})["data"]["loyaltyAudienceSend"]
    made = outlet(CREATE, {"input": {"name": "Theirs", "everybody": True}})["data"]["loyaltyAudienceCreate"]

    # then
    assert (sent["errors"], made["audience"]) == ([{"field": "id", "code": "NOT_FOUND"}], None)
    assert [error["code"] for error in made["errors"]] == ["NOT_FOUND"]
    assert outlet(PEOPLE, {"id": audience["id"]}) == {"data": {"loyaltyAudience": None}, "errors": []}
    assert receiver.accepted == []
    assert EventEndpoint.objects.count() == 1
