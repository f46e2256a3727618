"""Endpoints over GraphQL: registered, changed, tested, removed; what is refused changes nothing."""

from __future__ import annotations

import pytest

from saleor_loyalty.models import EventDelivery, EventEndpoint
from tests import club
from tests.deliveries.receiver import receiving
from tests.graphql.api import Api, gid, nodes
from tests.graphql.authorization_events import CREATE, DELETE, PING, REDELIVER, ROTATE, UPDATE, fill, written
from tests.graphql.test_query_counts import statements

ENDPOINT_FIELDS = (
    """id name program { name } eventNames pendingDeliveries failedDeliveries user { email } app { name }"""
)
DELIVERY_FIELDS = f"""id eventId eventName payload status error account {{ id }} endpoint {{ {ENDPOINT_FIELDS} }}"""
REDELIVER_ALL = """mutation($id: ID, $endpoint: ID) {
    loyaltyEventRedeliver(id: $id, endpoint: $endpoint) { count errors { field code } } }"""
TRANSACTIONS = ["loyalty.transaction.created"]


@pytest.fixture
def receiver():
    with receiving() as found:
        yield found


@pytest.fixture
def made(staff: Api, program, receiver):
    values = {
        "name": "Books",
        "url": receiver.url,
        "eventNames": TRANSACTIONS,
        "program": gid("LoyaltyProgram", program),
    }
    answer = staff(CREATE, input=values)["loyaltyEventEndpointCreate"]
    assert answer.pop("errors") == []
    return answer


def refused(api: Api, document: str, **variables):
    before = written()
    payload = next(iter(api(document, **variables).values()))
    assert written() == before
    return [(error["field"], error["code"]) for error in payload["errors"]]


def test_the_secret_is_shown_when_it_is_made_and_never_again(staff: Api, made, receiver, program):
    # then
    endpoint = EventEndpoint.objects.get()
    assert made["secret"] == endpoint.secret
    assert made["endpoint"] == {
        "id": gid("LoyaltyEventEndpoint", endpoint),
        "name": "Books",
        "url": receiver.url,
        "program": {"id": gid("LoyaltyProgram", program)},
        "eventNames": TRANSACTIONS,
        "isActive": True,
        "user": {"email": staff.user.email},
        "app": None,
    }
    listed = nodes(
        staff("{ loyaltyEventEndpoints(first: 5) { edges { node { id name url } } } }")["loyaltyEventEndpoints"]
    )
    assert listed == [{"id": made["endpoint"]["id"], "name": "Books", "url": receiver.url}]
    assert staff.ask("{ loyaltyEventEndpoints(first: 5) { edges { node { secret } } } }")["errors"]

    # when
    rotated = staff(ROTATE, id=made["endpoint"]["id"])["loyaltyEventEndpointSecretRotate"]

    # then
    endpoint.refresh_from_db()
    assert rotated["secret"] == endpoint.secret != made["secret"]
    assert endpoint.previous_secret == made["secret"]


def test_an_app_registers_for_all_programs(app: Api, program, receiver):
    answer = app(CREATE, input={"name": "ERP", "url": receiver.url, "eventNames": TRANSACTIONS})
    endpoint = answer["loyaltyEventEndpointCreate"]["endpoint"]
    assert (endpoint["program"], endpoint["user"], endpoint["app"]) == (None, None, {"name": app.app.name})


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"name": " "}, ("name", "REQUIRED")),
        ({"name": "x" * 251}, ("name", "INVALID")),
        ({"url": "ftp://example.com/"}, ("url", "INVALID")),
        ({"url": "https://"}, ("url", "INVALID")),
        ({"url": "https://user:secret@example.com/"}, ("url", "INVALID")),
        ({"url": "https://example.com/ /"}, ("url", "INVALID")),
        ({"url": "https://example.com:99999/"}, ("url", "INVALID")),
        ({"url": "https://does-not-exist.invalid/"}, ("url", "INVALID")),
        ({"eventNames": []}, ("eventNames", "INVALID")),
        ({"eventNames": ["loyalty.nonsense"]}, ("eventNames", "INVALID")),
        ({"eventNames": ["loyalty.endpoint.pinged"]}, ("eventNames", "INVALID")),
        ({"program": "garbage"}, ("program", "INVALID")),
        ({"program": gid("LoyaltyProgram", 0)}, ("program", "NOT_FOUND")),
    ],
)
def test_what_is_wrong_is_refused(staff: Api, program, values, error):
    right = {"name": "Books", "url": "http://127.0.0.1:9/", "eventNames": TRANSACTIONS}
    assert refused(staff, CREATE, input=right | values) == [error]


def test_an_inner_address_is_refused(staff: Api, made, settings):
    settings.LOYALTY_EVENT_PRIVATE_NETWORKS = False
    for url in ("https://127.0.0.1/", "https://169.254.169.254/latest/", "https://[::1]/", "http://1.1.1.1/"):
        values = {"name": "Books", "url": url, "eventNames": TRANSACTIONS}
        assert refused(staff, CREATE, input=values) == [("url", "INVALID")]
        assert refused(staff, UPDATE, id=made["endpoint"]["id"], input={"url": url}) == [("url", "INVALID")]


def test_a_posting_is_told_when_it_is_committed_and_a_ping_goes_to_its_endpoint_alone(
    staff: Api, made, receiver, django_capture_on_commit_callbacks
):
    # when
    with django_capture_on_commit_callbacks(execute=True):
        club.give(staff.user, 10)

    # then
    assert [event["name"] for event in receiver.accepted] == TRANSACTIONS

    # when
    pinged = staff(PING, id=made["endpoint"]["id"])["loyaltyEventEndpointPing"]

    # then
    assert pinged["errors"] == []
    assert receiver.accepted[1]["name"] == "loyalty.endpoint.pinged"
    assert receiver.accepted[1]["data"] == {"endpoint": made["endpoint"]["id"]}
    document = "{ loyaltyEventDeliveries(first: 5) { totalCount edges { node { eventName status attempts error } } } }"
    found = staff(document)["loyaltyEventDeliveries"]
    assert found["totalCount"] == 2
    assert nodes(found) == [
        {"eventName": name, "status": "DELIVERED", "attempts": 1, "error": None}
        for name in ("loyalty.endpoint.pinged", "loyalty.transaction.created")
    ]


def test_a_failed_delivery_is_listed_and_sent_again(
    staff: Api, made, receiver, settings, django_capture_on_commit_callbacks
):
    # given
    settings.LOYALTY_EVENT_ATTEMPTS = 1
    receiver.answer = lambda event: 500
    with django_capture_on_commit_callbacks(execute=True):
        club.give(staff.user, 10)
    document = """query($endpoint: ID) { loyaltyEventDeliveries(first: 5, status: FAILED, endpoint: $endpoint) {
        edges { node { id responseStatus error endpoint { failedDeliveries pendingDeliveries } } } } }"""
    (failed,) = nodes(staff(document, endpoint=made["endpoint"]["id"])["loyaltyEventDeliveries"])
    assert failed == {
        "id": gid("LoyaltyEventDelivery", EventDelivery.objects.get()),
        "responseStatus": 500,
        "error": "It answered with the status 500.",
        "endpoint": {"failedDeliveries": 1, "pendingDeliveries": 0},
    }

    # when: one, which fails again, and then all of the endpoint
    assert staff(REDELIVER, id=failed["id"])["loyaltyEventRedeliver"]["errors"] == []
    assert len(receiver.requests) == 2
    receiver.answer = lambda event: 200
    again = staff(REDELIVER_ALL, endpoint=made["endpoint"]["id"])["loyaltyEventRedeliver"]

    # then
    assert again == {"count": 1, "errors": []}
    assert nodes(staff(document)["loyaltyEventDeliveries"]) == []
    assert EventDelivery.objects.get().status == "DELIVERED"


def test_an_endpoint_that_is_switched_off_is_told_nothing_and_one_that_is_deleted_leaves_nothing(
    staff: Api, made, receiver
):
    # given
    own = made["endpoint"]["id"]
    assert (
        staff(UPDATE, id=own, input={"isActive": False})["loyaltyEventEndpointUpdate"]["endpoint"]["isActive"] is False
    )

    # when
    club.give(staff.user, 10)

    # then
    assert EventDelivery.objects.count() == 0
    assert refused(staff, PING, id=own) == [("id", "INVALID")]

    # when
    staff(
        UPDATE,
        id=own,
        input={"isActive": True, "name": "Till", "eventNames": ["loyalty.order.settled", *TRANSACTIONS]},
    )
    club.give(staff.user, 10)
    assert EventDelivery.objects.count() == 1
    deleted = staff(DELETE, id=own)["loyaltyEventEndpointDelete"]

    # then
    assert deleted["endpoint"]["name"] == "Till"
    assert (EventEndpoint.objects.count(), EventDelivery.objects.count()) == (0, 0)
    assert refused(staff, DELETE, id=own) == [("id", "NOT_FOUND")]
    assert refused(staff, REDELIVER, id=gid("LoyaltyEventDelivery", 0)) == [("id", "NOT_FOUND")]
    assert refused(staff, REDELIVER_ALL, endpoint=own) == [("endpoint", "NOT_FOUND")]
    assert refused(staff, REDELIVER_ALL) == [("id", "REQUIRED")]
    assert refused(staff, REDELIVER_ALL, id=own, endpoint=own) == [("id", "REQUIRED")]


def test_lists_take_the_same_number_of_statements_for_2_and_for_20(staff: Api, app: Api, program):
    # given
    for number in range(10):
        fill(club.give(club.add_customer(f"{number}@example.com"), 1), staff=staff, app=app)

    for name, fields in (("loyaltyEventEndpoints", ENDPOINT_FIELDS), ("loyaltyEventDeliveries", DELIVERY_FIELDS)):
        document = f"query($n: Int) {{ {name}(first: $n) {{ totalCount edges {{ node {{ {fields} }} }} }} }}"

        # when
        two, twenty = (statements(lambda n=n, asked=document: staff(asked, n=n)) for n in (2, 20))

        # then: of any two one is of a staff member and one of an app
        assert len(nodes(staff(document, n=20)[name])) == 20
        assert len(twenty) == len(two), "\n".join(twenty)
        assert len(twenty) <= 10
